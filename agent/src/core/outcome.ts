/** The stages of a run, in the order in which their verdicts are read. */
export const STAGES = ["static", "test", "performance"] as const;
export type Stage = (typeof STAGES)[number];

/**
 * What came out of a check, a gate, a stage or a run. `errored` means that nobody can tell: a tool was missing, crashed,
 * hung or gave no evidence of looking. It is never shown as success.
 */
export const OUTCOMES = ["passed", "failed", "errored", "skipped"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Why an outcome is what it is. Codes never change meaning; a message beside them says what to do. */
export const REASONS = [
  "clean",
  "flaky",
  "within-limit",
  "findings",
  "tests-failed",
  "limit-missed",
  "unmeasured-change",
  "regressed",
  "tool-missing",
  "tool-failed",
  "timed-out",
  "unreadable-report",
  "no-evidence",
  "no-tests",
  "not-measured",
  "statistic-missing",
  "check-errored",
  "cancelled",
  "internal-error",
  "inconclusive",
  "optional-tool-missing",
  "nothing-in-scope",
  "not-selected",
  "advisory",
] as const;
export type Reason = (typeof REASONS)[number];

/** An outcome with its reason code and one sentence for people. */
export interface Verdict {
  readonly outcome: Outcome;
  readonly reason: Reason;
  readonly message: string;
}

/**
 * Joins the outcomes of parts into the outcome of the whole: failed beats errored beats passed; `skipped` only when
 * every part was skipped, and an empty list is `skipped` too.
 */
export function joinOutcomes(parts: readonly Outcome[]): Outcome {
  if (parts.includes("failed")) return "failed";
  if (parts.includes("errored")) return "errored";
  if (parts.includes("passed")) return "passed";
  return "skipped";
}
