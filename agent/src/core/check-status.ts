import type { CheckOutput } from "./check.ts";
import type { Finding, Severity } from "./finding.ts";
import type { Verdict } from "./outcome.ts";
import { countTests } from "./test-result.ts";

/** Severities that make a check fail and that gates count; `info` is shown only. */
export const COUNTED_SEVERITIES: readonly Severity[] = ["error", "warning"];

/** Whether a finding makes its check fail and counts for gates. */
export function isCounted({ severity, suppressed }: Pick<Finding, "severity" | "suppressed">): boolean {
  return suppressed === undefined && COUNTED_SEVERITIES.includes(severity);
}

/**
 * What one check's output means by itself, before any limit: a report that was partly unreadable, that gives no evidence
 * of looking or that ran no test is `errored`, never `passed`.
 */
export function statusOf(output: CheckOutput): Verdict {
  if (output.problems.length > 0) {
    return { outcome: "errored", reason: "unreadable-report", message: output.problems.join("; ") };
  }
  if (output.evidence === undefined) {
    return {
      outcome: "errored",
      reason: "no-evidence",
      message: "nothing shows that the tool looked: no files, no exit code and no summary in what it gave back",
    };
  }
  const ofTests = output.tests && faultOfTests(output.tests);
  if (ofTests !== undefined) return ofTests;
  const counted = output.findings.filter(isCounted);
  if (counted.length > 0)
    return {
      outcome: "failed",
      reason: "findings",
      message: `${counted.length} ${counted.length === 1 ? "finding" : "findings"}`,
    };
  return { outcome: "passed", reason: "clean", message: output.evidence.summary ?? "clean" };
}

/** What is wrong with the tests of a report; `undefined` when some ran and none failed. */
function faultOfTests(results: NonNullable<CheckOutput["tests"]>): Verdict | undefined {
  const { total, passed, failed } = countTests(results);
  if (failed > 0) return { outcome: "failed", reason: "tests-failed", message: `${failed} of ${total} tests failed` };
  if (passed > 0) return undefined;
  const message =
    total === 0
      ? "the tool collected no test; check its configuration and the check's files"
      : `none of ${total} tests ran: all of them were skipped`;
  return { outcome: "errored", reason: "no-tests", message };
}
