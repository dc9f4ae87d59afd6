import type { CheckResult } from "./check.ts";
import type { ChangedLines, CoverageSummary } from "./coverage-summary.ts";
import type { Gate, GateResult } from "./gate.ts";
import { type Judged, measure } from "./gate-measures.ts";
import { metricDefinition } from "./metrics.ts";
import { checkWithin, coversAnything, coverageWithin, pathsOf, saysAnything } from "./path-gates.ts";
import { joinOutcomes, type Reason, STAGES, type Verdict } from "./outcome.ts";
import type { RunScope, StageResult } from "./run.ts";

/** Everything that a verdict is made of. */
export interface Evidences {
  readonly checks: readonly CheckResult[];
  readonly gates: readonly Gate[];
  readonly coverage: CoverageSummary | undefined;
  /** Lines that were changed since the base, for limits on a part of them; absent when no base is known. */
  readonly changed?: ChangedLines | undefined;
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
  const checks = stages.flatMap((stage) => stage.checks);
  if (outcome === "skipped") return nothingJudged(checks);
  const gates = stages
    .flatMap((stage) => stage.gates)
    .filter(({ advisory, verdict }) => !advisory && verdict === outcome);
  if (outcome === "errored")
    return notJudged([...checks.filter(({ status, advisory }) => status === "errored" && !advisory), ...gates]);
  if (outcome === "failed")
    return {
      outcome,
      reason: gates[0]?.reason ?? "limit-missed",
      message: `${gates.length} of the gates failed: ${gates.map(({ id }) => id).join(", ")}`,
    };
  const message = `${gates.length} ${gates.length === 1 ? "gate" : "gates"} passed`;
  return { outcome, reason: "within-limit", message };
}

/** The checks and gates that broke, the checks first: they are why the gates could not be judged. */
function notJudged(causes: readonly { readonly id: string; readonly reason: Reason }[]): Verdict {
  return {
    outcome: "errored",
    reason: causes[0]?.reason ?? "check-errored",
    message: `could not be judged: ${[...new Set(causes.map(({ id }) => id))].join(", ")}`,
  };
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
  if (pattern === undefined) return measure(gate, checks, evidence.coverage);
  const parts = checks.map((check) => checkWithin(check, pattern));
  const coverage = evidence.coverage && coverageWithin(evidence.coverage, pattern, evidence.changed);
  if (!parts.some((part) => saysAnything(part, pattern)) && !coversAnything(coverage)) {
    const message = `nothing in scope matches "${pattern}"`;
    return evidence.scope.kind === "full"
      ? { actual: undefined, verdict: "errored", reason: "not-measured", message }
      : { actual: undefined, verdict: "skipped", reason: "nothing-in-scope", message };
  }
  return measure(gate, parts, coverage);
}
