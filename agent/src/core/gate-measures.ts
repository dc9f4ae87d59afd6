import type { CheckResult } from "./check.ts";
import { isCounted } from "./check-status.ts";
import { type CodecovJudgement, isFailing } from "./codecov/judgement.ts";
import { percentOf } from "./coverage.ts";
import type { CoverageSummary } from "./coverage-summary.ts";
import { formatValue } from "./format.ts";
import type { Gate, GateResult } from "./gate.ts";
import { matchesPattern } from "./glob.ts";
import type { Measurement } from "./measurement.ts";
import { type Aggregate, metricDefinition } from "./metrics.ts";
import type { Outcome, Reason } from "./outcome.ts";
import { countTests } from "./test-result.ts";
import { meets } from "./threshold.ts";

/** What a gate comes to, without what it asks for. */
export type Judged = Pick<GateResult, "actual" | "verdict" | "reason" | "message">;

type Measure = (gate: Gate, checks: readonly CheckResult[], coverage: CoverageSummary | undefined) => Judged;

const MEASURES: Readonly<Record<Aggregate, Measure>> = {
  "clean-files": cleanFiles,
  "finding-count": (gate, checks) =>
    compare(gate, { actual: countedFindings(gate, checks).length, failure: "findings" }),
  "line-coverage": (gate, _, coverage) => lineCoverage(gate, coverage),
  "patch-coverage": (gate, _, coverage) => patchCoverage(gate, coverage),
  "failing-statuses": (gate, _, coverage) => failingStatuses(gate, coverage?.codecov),
  "test-pass": testPass,
  "stage-duration": (gate, checks) =>
    compare(gate, {
      actual: checks.reduce((sum, { durationMs }) => sum + durationMs, 0) * 1e6,
      failure: "limit-missed",
    }),
  "worst-measurement": worstMeasurement,
  "regressed-share": () => ({
    actual: undefined,
    verdict: "skipped",
    reason: "inconclusive",
    message: "no comparison with an earlier run was made",
  }),
};

/** What the checks that looked say about a gate, in the way that its metric is made of them. */
export const measure: Measure = (gate, checks, coverage) =>
  MEASURES[metricDefinition(gate.metric).aggregate](gate, checks, coverage);

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
