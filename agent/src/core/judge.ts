import type { CheckResult } from "./check.ts";
import { isCounted } from "./check-status.ts";
import { type CodecovJudgement, isFailing } from "./codecov/judgement.ts";
import { percentOf } from "./coverage.ts";
import type { CoverageSummary } from "./coverage-summary.ts";
import type { Gate, GateResult } from "./gate.ts";
import { matchesPattern } from "./glob.ts";
import type { Measurement } from "./measurement.ts";
import { metricDefinition } from "./metrics.ts";
import { checkWithin, coverageWithin, pathsOf, saysAnything } from "./path-gates.ts";
import { joinOutcomes, type Outcome, type Reason, STAGES, type Verdict } from "./outcome.ts";
import { formatValue } from "./format.ts";
import type { RunScope, StageResult } from "./run.ts";
import { countTests } from "./test-result.ts";
import { meets } from "./threshold.ts";

/** Everything that a verdict is made of. */
export interface Evidences {
  readonly checks: readonly CheckResult[];
  readonly gates: readonly Gate[];
  readonly coverage: CoverageSummary | undefined;
  readonly scope: RunScope;
}

/** Decides a run: each gate, each stage, and the whole. Pure: the same evidence always gives the same verdict. */
export function judge(evidence: Evidences): { readonly verdict: Verdict; readonly stages: readonly StageResult[] } {
  const stages = STAGES.filter((stage) => evidence.scope.stages.includes(stage)).map((stage): StageResult => {
    const checks = evidence.checks.filter((check) => check.stage === stage);
    const gates = evidence.gates
      .filter((gate) => gate.stage === stage)
      .flatMap((gate) => judgeGate(gate, evidence) ?? []);
    const blocking = gates.filter(({ advisory }) => !advisory).map(({ verdict }) => verdict);
    const errored = checks
      .filter(({ status, advisory }) => status === "errored" && !advisory)
      .map(({ status }) => status);
    return { stage, verdict: joinOutcomes([...blocking, ...errored]), gates, checks };
  });
  return { verdict: runVerdict(stages), stages };
}

function runVerdict(stages: readonly StageResult[]): Verdict {
  const outcome = joinOutcomes(stages.map(({ verdict }) => verdict));
  const gates = stages
    .flatMap((stage) => stage.gates)
    .filter(({ advisory, verdict }) => !advisory && verdict === outcome);
  const errored = stages
    .flatMap((stage) => stage.checks)
    .filter(({ status, advisory }) => status === "errored" && !advisory);
  const [first] = gates;
  switch (outcome) {
    case "failed":
      return {
        outcome,
        reason: first?.reason ?? "limit-missed",
        message: `${gates.length} of the gates failed: ${gates.map(({ id }) => id).join(", ")}`,
      };
    case "errored": {
      const causes = [...errored, ...gates];
      return {
        outcome,
        reason: causes[0]?.reason ?? "check-errored",
        message: `could not be judged: ${[...new Set(causes.map(({ id }) => id))].join(", ")}`,
      };
    }
    case "passed":
      return {
        outcome,
        reason: "within-limit",
        message: `${gates.length} ${gates.length === 1 ? "gate" : "gates"} passed`,
      };
    case "skipped":
      return nothingJudged(stages.flatMap((stage) => stage.checks));
  }
}

function nothingJudged(checks: readonly CheckResult[]): Verdict {
  const outcome = "skipped";
  return checks.some(({ reason }) => reason !== "nothing-in-scope")
    ? { outcome, reason: "optional-tool-missing", message: "no gate could be judged: every check was skipped" }
    : { outcome, reason: "nothing-in-scope", message: "nothing was in scope" };
}

/** Whether a check has a part in what a gate limits. */
function isAbleTo({ metric, stage, configured }: Gate, check: CheckResult, { coverage, scope }: Evidences): boolean {
  const { aggregate } = metricDefinition(metric);
  if (aggregate === "stage-duration") return check.stage === stage;
  if (aggregate === "failing-statuses") {
    // A run over a part of the workspace has no statuses; over all of it, a missing codecov.yml has to be told.
    const isExpected = coverage?.codecov !== undefined || (configured && scope.kind === "full");
    return isExpected && check.coverage !== undefined;
  }
  return check.feeds.includes(metric);
}

type Judged = Pick<GateResult, "actual" | "verdict" | "reason" | "message">;

/** One gate; `undefined` for a default gate that nothing feeds. */
function judgeGate(gate: Gate, evidence: Evidences): GateResult | undefined {
  const { suite } = metricDefinition(gate.metric);
  const able = evidence.checks.filter(
    (check) => isAbleTo(gate, check, evidence) && (suite === undefined || check.suite === suite),
  );
  const blocking = able.filter((check) => !check.advisory);
  // Where only advisory checks measure it, the gate is judged for show: what never blocks cannot block through a gate.
  const feeding = blocking.length > 0 ? blocking : able;
  if (feeding.length === 0 && !gate.configured) return undefined;
  const judged = feeding.length === 0 ? notFed(evidence.scope) : judgeFed(gate, feeding, evidence);
  const { id, stage, metric, threshold } = gate;
  const advisory = gate.advisory || (able.length > 0 && blocking.length === 0);
  return { id, stage, metric, threshold, advisory, ...judged };
}

function notFed({ checks, kind }: RunScope): Judged {
  const selected = checks.length > 0 || kind !== "full";
  return selected
    ? {
        actual: undefined,
        verdict: "skipped",
        reason: "not-selected",
        message: "no check that measures this was asked for",
      }
    : {
        actual: undefined,
        verdict: "errored",
        reason: "not-measured",
        message: "no check measures this; add one to trigate.yaml or take the gate out",
      };
}

/** Failed beats errored: what was measured can already miss the limit although another check broke. */
function judgeFed(gate: Gate, feeding: readonly CheckResult[], evidence: Evidences): Judged {
  const looked = feeding.filter(({ status }) => status === "passed" || status === "failed");
  const errored = feeding.filter(({ status }) => status === "errored");
  const judged = looked.length > 0 ? measureWithin(gate, looked, evidence) : undefined;
  if (judged?.verdict === "failed") return judged;
  if (errored.length > 0) {
    return {
      actual: judged?.actual,
      verdict: "errored",
      reason: "check-errored",
      message: errored.map(({ id, message }) => `${id}: ${message}`).join("; "),
    };
  }
  if (judged === undefined) return skippedLike(feeding[0]);
  return judged.reason === "not-measured" ? notToBeExpected(judged, feeding, evidence.scope) : judged;
}

/** A gate whose checks were all skipped, for the reason of one of them. */
function skippedLike(check: CheckResult | undefined): Judged {
  const { reason = "not-selected", message = "nothing was asked for" } = check ?? {};
  return { actual: undefined, verdict: "skipped", reason, message };
}

/** What nobody measured because only some checks were asked for, or because an optional tool is missing, is no fault of the run. */
function notToBeExpected(judged: Judged, feeding: readonly CheckResult[], scope: RunScope): Judged {
  const skipped = feeding.find(({ status }) => status === "skipped");
  if (skipped !== undefined)
    return { ...judged, verdict: "skipped", reason: skipped.reason, message: `${skipped.id}: ${skipped.message}` };
  if (scope.checks.length === 0) return judged;
  return {
    ...judged,
    verdict: "skipped",
    reason: "not-selected",
    message: "no check that was asked for measures this",
  };
}

/** A gate on a part of the files sees nothing but that part. */
function measureWithin(gate: Gate, checks: readonly CheckResult[], evidence: Evidences): Judged {
  const pattern = pathsOf(gate);
  if (pattern === undefined) return measure(gate, checks, evidence);
  const parts = checks.map((check) => checkWithin(check, pattern));
  const coverage = evidence.coverage && coverageWithin(evidence.coverage, pattern);
  if (!parts.some((part) => saysAnything(part, pattern)) && (coverage?.files ?? []).length === 0) {
    const message = `nothing in scope matches "${pattern}"`;
    return evidence.scope.kind === "full"
      ? { actual: undefined, verdict: "errored", reason: "not-measured", message }
      : { actual: undefined, verdict: "skipped", reason: "nothing-in-scope", message };
  }
  return measure(gate, parts, { ...evidence, coverage });
}

function measure(gate: Gate, checks: readonly CheckResult[], evidence: Evidences): Judged {
  switch (metricDefinition(gate.metric).aggregate) {
    case "clean-files":
      return cleanFiles(gate, checks);
    case "finding-count":
      return compare(gate, { actual: countedFindings(gate, checks).length, failure: "findings" });
    case "line-coverage":
      return lineCoverage(gate, evidence.coverage);
    case "patch-coverage":
      return patchCoverage(gate, evidence.coverage);
    case "failing-statuses":
      return failingStatuses(gate, evidence.coverage?.codecov);
    case "test-pass":
      return testPass(gate, checks);
    case "stage-duration":
      return compare(gate, {
        actual: checks.reduce((sum, { durationMs }) => sum + durationMs, 0) * 1e6,
        failure: "limit-missed",
      });
    case "worst-measurement":
      return worstMeasurement(gate, checks);
    case "regressed-share":
      return {
        actual: undefined,
        verdict: "skipped",
        reason: "inconclusive",
        message: "no comparison with an earlier run was made",
      };
  }
}

interface Measured {
  readonly actual: number;
  /** The reason given when the limit is missed. */
  readonly failure: Reason;
  readonly detail?: string;
}

function compare(gate: Gate, { actual, failure, detail = "" }: Measured): Judged {
  const ok = meets(actual, gate.threshold);
  const verdict: Outcome = ok ? "passed" : "failed";
  const unit = gate.threshold.unit;
  const message = `${formatValue(actual, unit)}${ok ? " keeps to " : " misses "}${gate.threshold.written}${detail}`;
  return { actual, verdict, reason: ok ? "within-limit" : failure, message };
}

function notMeasured(gate: Gate, reason: Reason, message: string): Judged {
  return { actual: undefined, verdict: metricDefinition(gate.metric).empty, reason, message };
}

function countedFindings(gate: Gate, checks: readonly CheckResult[]) {
  return checks.flatMap(({ findings, feeds }) =>
    findings.filter((finding) => isCounted(finding) && (finding.metric ?? feeds[0]) === gate.metric),
  );
}

function cleanFiles(gate: Gate, checks: readonly CheckResult[]): Judged {
  const files = new Set(checks.flatMap(({ filesInScope }) => filesInScope));
  const unclean = new Set(countedFindings(gate, checks).map(({ file }) => file));
  for (const file of unclean) files.add(file);
  if (files.size === 0) return notMeasured(gate, "no-evidence", "the checks looked at no file");
  const detail = unclean.size > 0 ? `: ${unclean.size} of ${files.size} files are not clean` : ` (${files.size} files)`;
  return compare(gate, { actual: (100 * (files.size - unclean.size)) / files.size, failure: "findings", detail });
}

function lineCoverage(gate: Gate, coverage: CoverageSummary | undefined): Judged {
  const percent = coverage === undefined ? undefined : percentOf(coverage.lines);
  if (coverage === undefined || percent === undefined)
    return notMeasured(gate, "not-measured", 'no coverage was reported; give a test check a "coverage" file');
  const detail = ` (${coverage.lines.covered} of ${coverage.lines.total} lines)`;
  return compare(gate, { actual: percent, failure: "limit-missed", detail });
}

function patchCoverage(gate: Gate, coverage: CoverageSummary | undefined): Judged {
  if (coverage === undefined)
    return {
      actual: undefined,
      verdict: "errored",
      reason: "not-measured",
      message: 'no coverage was reported; give a test check a "coverage" file',
    };
  if (coverage.unmeasured.length > 0) {
    return {
      actual: undefined,
      verdict: "failed",
      reason: "unmeasured-change",
      message: `changed, but in no coverage report: ${coverage.unmeasured.join(", ")}`,
    };
  }
  const percent = coverage.patch === undefined ? undefined : percentOf(coverage.patch);
  if (coverage.patch === undefined || percent === undefined)
    return notMeasured(
      gate,
      "nothing-in-scope",
      coverage.patch === undefined ? "no base to count changed lines from" : "no changed line can be covered",
    );
  const missed = [...coverage.patch.missed].map(([file, lines]) => `${file}:${lines[0]}`);
  const detail =
    missed.length > 0 ? `; not run: ${missed.slice(0, 5).join(", ")}${missed.length > 5 ? ", …" : ""}` : "";
  const share = ` (${coverage.patch.covered} of ${coverage.patch.total} changed lines)`;
  return compare(gate, { actual: percent, failure: "limit-missed", detail: share + detail });
}

function failingStatuses(gate: Gate, codecov: CodecovJudgement | undefined): Judged {
  if (codecov === undefined)
    return notMeasured(gate, "not-measured", "there is no codecov.yml in this workspace; add one or take the gate out");
  if (codecov.complaints.length > 0) {
    const faults = codecov.complaints.map(
      ({ path, line, message }) => `${line === undefined ? "" : `line ${line}: `}${path}: ${message}`,
    );
    return {
      actual: undefined,
      verdict: "errored",
      reason: "unreadable-report",
      message: `the service would not take ${codecov.file}: ${faults.join("; ")}`,
    };
  }
  const failing = codecov.statuses.filter(isFailing);
  const detail =
    failing.length === 0
      ? ` (${codecov.statuses.filter(({ state }) => state === "success").length} would succeed)`
      : `: ${failing.map(({ name, description }) => `${name} (${description})`).join(", ")}`;
  const onlyUnmeasured = failing.every(({ name }) => !name.startsWith("codecov/"));
  return compare(gate, {
    actual: failing.length,
    failure: onlyUnmeasured ? "unmeasured-change" : "limit-missed",
    detail,
  });
}

function testPass(gate: Gate, checks: readonly CheckResult[]): Judged {
  const { passed, failed } = countTests(checks.flatMap(({ tests }) => tests));
  if (passed + failed === 0) return notMeasured(gate, "no-tests", "no test ran");
  const detail = ` (${passed} of ${passed + failed} tests)`;
  return compare(gate, { actual: (100 * passed) / (passed + failed), failure: "tests-failed", detail });
}

function worstMeasurement(gate: Gate, checks: readonly CheckResult[]): Judged {
  const { statistic: usual, better } = metricDefinition(gate.metric);
  const statistic = gate.threshold.statistic ?? usual ?? "value";
  const candidates = checks
    .flatMap(({ measurements }) => measurements)
    .filter((measurement) => measurement.metric === gate.metric && isMeant(gate, measurement));
  if (candidates.length === 0)
    return notMeasured(gate, "not-measured", `no benchmark matches "${gate.pattern ?? "*"}"`);
  const values = candidates.map((measurement) => ({ measurement, value: measurement.summary[statistic] }));
  const without = values.filter(({ value }) => value === undefined || Number.isNaN(value));
  if (without.length > 0) {
    const names = without.map(({ measurement }) => measurement.benchmark).join(", ");
    return {
      actual: undefined,
      verdict: "errored",
      reason: "statistic-missing",
      message: `${names} reports no ${statistic}; ask for another statistic or let the benchmark report it`,
    };
  }
  const sorted = values
    .flatMap(({ measurement, value }) => (value === undefined ? [] : [{ benchmark: measurement.benchmark, value }]))
    .toSorted((a, b) => (better === "lower" ? b.value - a.value : a.value - b.value));
  const [worst] = sorted;
  if (worst === undefined) return notMeasured(gate, "not-measured", "nothing was measured");
  const detail = ` (${statistic} of ${worst.benchmark}, the worst of ${sorted.length})`;
  return compare(gate, { actual: worst.value, failure: "limit-missed", detail });
}

function isMeant({ pattern }: Gate, { check, benchmark }: Measurement): boolean {
  return (
    pattern === undefined || matchesPattern(pattern, benchmark) || matchesPattern(pattern, `${check}/${benchmark}`)
  );
}
