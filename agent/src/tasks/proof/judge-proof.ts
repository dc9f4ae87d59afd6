import { matchesPattern } from "../../core/glob.ts";
import type { Stage } from "../../core/outcome.ts";
import { type JudgedCheck, type JudgedGate, type JudgedRun, type JudgedStage, NOTHING_TO_JUDGE } from "./judged-run.ts";
import type { Requirement } from "./requirement.ts";

/** Something for which a run is no proof. */
export interface Cause {
  /** A gate, a check, a stage, `benchmark NAME` or `run`. */
  readonly id: string;
  readonly verdict: "failed" | "errored";
  readonly message: string;
}

/**
 * Whether a run proves a requirement. `errored` where nobody can tell, which proves nothing; what failed beats what cannot be told.
 */
export interface ProofJudgement {
  readonly verdict: "passed" | "failed" | "errored";
  /** What failed, then what cannot be told; empty for a proof. */
  readonly causes: readonly Cause[];
  /** Required stages in which the workspace has nothing to judge. */
  readonly empty: readonly Stage[];
}

/**
 * Decides whether a run is proof. It must have looked at all that is required, in content that stood still; each required gate
 * must have been judged, and passed. What is inconclusive, or skipped because a tool is missing, is no pass. A stage without
 * checks and gates is passed over unless the task names it, but one must have passed.
 */
export function judgeProof(run: JudgedRun, requirement: Requirement): ProofJudgement {
  const missing = whatIsMissing(run, requirement);
  const stages = run.stages.filter(({ stage }) => requirement.stages.includes(stage));
  const causes = [
    ...missing.map((message): Cause => ({ id: "run", verdict: "errored", message })),
    ...stages.flatMap(({ gates }) => gates.flatMap((gate) => causeOfGate(gate, requirement) ?? [])),
    ...stages.flatMap(({ checks }) => checks.flatMap((check) => causeOfCheck(check, requirement) ?? [])),
    ...missingParts(run, requirement),
  ];
  const empty = requirement.stages.filter((name) => isEmpty(stages.find(({ stage }) => stage === name)));
  causes.push(...emptyStages(empty, requirement));
  return {
    verdict: causes.length === 0 ? "passed" : causes.some(({ verdict }) => verdict === "failed") ? "failed" : "errored",
    causes: causes.toSorted((a, b) => Number(b.verdict === "failed") - Number(a.verdict === "failed")),
    empty,
  };
}

/** Why a run did not look at all that is required. */
function whatIsMissing({ tree, scope }: JudgedRun, { stages, checks, paths }: Requirement): readonly string[] {
  const left = stages.filter((stage) => !scope.stages.includes(stage));
  const hasAllChecks = scope.checks.length === 0 || (checks.length > 0 && isWithin(checks, scope.checks));
  return [
    ...(tree === undefined ? ["the content changed while it was judged"] : []),
    ...(isWhole(scope, paths) ? [] : [`it judged a part only (${scope.kind})`]),
    ...(left.length > 0 ? [`it left out the stages ${left.join(", ")}`] : []),
    ...(hasAllChecks ? [] : [`it ran only the checks ${scope.checks.join(", ")}`]),
  ];
}

function isWhole({ kind, paths }: JudgedRun["scope"], required: readonly string[]): boolean {
  return kind === "full" || (kind === "paths" && required.length > 0 && isSame(paths, required));
}

function isWithin(some: readonly string[], all: readonly string[]): boolean {
  return some.every((each) => all.includes(each));
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return isWithin(some, others) && isWithin(others, some);
}

function causeOfGate(
  { id, message, advisory, verdict, reason }: JudgedGate,
  requirement: Requirement,
): Cause | undefined {
  if (advisory) return undefined;
  if (reason === "inconclusive") return { id, verdict: "errored", message: `inconclusive: ${message}` };
  if (verdict === "failed" || verdict === "errored") return { id, verdict, message };
  if (verdict === "passed" || isExpectedToBeSkipped(reason, requirement)) return undefined;
  return { id, verdict: "errored", message: `not judged: ${message}` };
}

/** Whether there was nothing for a gate, or nothing that is required. */
function isExpectedToBeSkipped(reason: string, { checks, paths }: Requirement): boolean {
  const isNarrowed = checks.length > 0 || paths.length > 0;
  return NOTHING_TO_JUDGE.has(reason) || (isNarrowed && reason === "not-selected");
}

/** A check that the task names must itself pass; of all others the gates say whether what they found counts. */
function causeOfCheck(check: JudgedCheck, { checks }: Requirement): Cause | undefined {
  const { id, status, reason, message, advisory } = check;
  if (!checks.includes(id))
    return status === "errored" && !advisory && checks.length === 0 ? { id, verdict: "errored", message } : undefined;
  if (status === "passed") return undefined;
  if (status === "failed") return { id, verdict: "failed", message };
  return { id, verdict: "errored", message: status === "skipped" ? `skipped (${reason}): ${message}` : message };
}

/** Checks and benchmarks that are named and did not come up at all. */
function missingParts({ stages, measurements }: JudgedRun, { checks, benchmarks }: Requirement): readonly Cause[] {
  const run = new Set(stages.flatMap((stage) => stage.checks.map(({ id }) => id)));
  return [
    ...checks.filter((id) => !run.has(id)).map((id): Cause => ({ id, verdict: "errored", message: "it was not run" })),
    ...benchmarks
      .filter((pattern) => !measurements.some(({ benchmark }) => matchesPattern(pattern, benchmark)))
      .map((name): Cause => ({ id: `benchmark ${name}`, verdict: "errored", message: "nobody measured it" })),
  ];
}

/** Whether nothing in a stage was judged: it has no gates and checks that count, or there was nothing for any of them. */
function isEmpty(stage: JudgedStage | undefined): boolean {
  const gates = (stage?.gates ?? []).map(({ verdict, advisory }) => ({ outcome: verdict, advisory }));
  const checks = (stage?.checks ?? []).map(({ status, advisory }) => ({ outcome: status, advisory }));
  return [...gates, ...checks].every(
    ({ outcome, advisory }) => advisory || (outcome !== "passed" && outcome !== "failed"),
  );
}

function emptyStages(empty: readonly Stage[], { stages, namesStages }: Requirement): readonly Cause[] {
  const isFault = namesStages || empty.length === stages.length;
  return isFault
    ? empty.map((id): Cause => ({ id, verdict: "errored", message: "nothing in this stage was there to be judged" }))
    : [];
}
