import type { CheckResult } from "./check.ts";

/** What is known of a check before it has said anything. */
type Known = Pick<CheckResult, "id" | "tool" | "stage" | "suite" | "feeds" | "advisory" | "optional" | "filesInScope">;

/** The result of a check that said nothing: errored, since nothing may turn green by absence. */
export function blankResult(known: Known): CheckResult {
  return {
    ...known,
    toolVersion: undefined,
    status: "errored",
    reason: "internal-error",
    message: "",
    cached: false,
    startedAtMs: 0,
    durationMs: 0,
    command: [],
    evidence: undefined,
    findings: [],
    measurements: [],
    coverage: undefined,
    tests: [],
    problems: [],
  };
}
