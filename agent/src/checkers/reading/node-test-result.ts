import { z } from "zod";
import type { TestCase, TestStatus } from "../../core/test-result.ts";
import { plainText } from "./plain-text.ts";

const Mark = z.union([z.boolean(), z.string()]).optional();

const Reason = z.object({ message: z.string().optional(), stack: z.string().optional() });

/** What every event of `node:test` about an ended test or suite has, by Node 20 to 24, whoever wrote it down. */
export const nodeTestResult = {
  type: z.enum(["test:pass", "test:fail"]),
  kind: z.string(),
  nesting: z.int().nonnegative(),
  file: z.string().optional(),
  line: z.int().optional(),
  skip: Mark,
  todo: Mark,
  durationMs: z.number().optional(),
  error: Reason.extend({ failureType: z.string().optional(), cause: Reason.optional() }).optional(),
};
const NodeTestResult = z.object(nodeTestResult);
type NodeTestResult = z.infer<typeof NodeTestResult>;

/** A suite whose tests failed adds nothing; one whose own hooks failed has hidden them. */
export function countsAsTest({ kind, type, error }: NodeTestResult): boolean {
  return kind !== "suite" || (type === "test:fail" && error?.failureType !== "subtestsFailed");
}

/** The line of a test, its time and how it ended. */
export function endingOf(result: NodeTestResult): Pick<TestCase, "line" | "status" | "durationMs"> {
  const { line = 0, durationMs = 0 } = result;
  return { line: line > 0 ? line : undefined, status: statusOf(result), durationMs: Math.max(0, durationMs) };
}

/** What is marked as planned does not count, however it ended. */
function statusOf({ type, skip, todo }: NodeTestResult): TestStatus {
  if (skip !== undefined && skip !== false) return "skipped";
  if (todo !== undefined && todo !== false) return "skipped";
  return type === "test:pass" ? "passed" : "failed";
}

/** Why a test failed, or was left out, in its own words. */
export function reasonOf({ error, skip, todo }: NodeTestResult): string | undefined {
  const failure = error?.cause ?? error;
  const reason = failure?.message ?? [skip, todo].find((each) => typeof each === "string");
  return reason === undefined ? undefined : plainText(reason);
}
