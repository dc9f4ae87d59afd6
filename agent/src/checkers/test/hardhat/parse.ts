import { z } from "zod";
import type { TestCase, TestStatus } from "../../../core/test-result.ts";
import { plainLine, plainText } from "../../reading/plain-text.ts";
import { readJson } from "../../reading/read-json.ts";
import { lineInFile } from "../../reading/stack-lines.ts";

const Failure = z.object({
  message: z.string().optional(),
  stack: z.string().optional(),
  failureType: z.string().optional(),
  cause: z.object({ message: z.string().optional(), stack: z.string().optional() }).optional(),
});

const Result = z.object({
  type: z.enum(["test:pass", "test:fail"]),
  kind: z.string(),
  name: z.string(),
  nesting: z.int().nonnegative(),
  file: z.string().optional(),
  line: z.int().optional(),
  skip: z.union([z.boolean(), z.string()]).optional(),
  todo: z.union([z.boolean(), z.string()]).optional(),
  durationMs: z.number().optional(),
  error: Failure.optional(),
});
type Result = z.infer<typeof Result>;

const Event = z.discriminatedUnion("type", [
  z.object({ type: z.literal("start"), files: z.array(z.string()) }),
  Result,
  z.object({ type: z.literal("summary"), counts: z.object({ tests: z.int(), failed: z.int() }), success: z.boolean() }),
]);

export interface NodeTestReport {
  readonly tests: readonly TestCase[];
  /** Test files that were handed to the runner. */
  readonly files: number;
  readonly problems: readonly string[];
}

/** A finished test that waits for its suites, which are reported after what they contain. */
interface Waiting {
  readonly result: Result;
  readonly suites: string[];
}

/** Reads the events that the recorder writes, one JSON object a line. `placed` turns paths into those of the workspace. Never throws. */
export function parseNodeTestEvents(text: string, placed: (path: string) => string | undefined): NodeTestReport {
  const problems: string[] = [];
  const waiting: Waiting[] = [];
  let files = 0;
  let announced: number | undefined;
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const read = readJson(line, Event);
    if (!read.ok) problems.push(`hardhat: event ${index + 1}: ${read.problem}`);
    else if (read.value.type === "start") files += read.value.files.length;
    else if (read.value.type === "summary") announced = read.value.counts.tests;
    else addResult(read.value, waiting);
  }
  if (announced === undefined)
    problems.push("hardhat: the events have no summary; the test process ended before its tests did");
  const tests = waiting.map((each) => toTestCase(each, placed));
  const counted = waiting.filter(({ result }) => result.kind !== "suite").length;
  if (announced !== undefined && announced !== counted)
    problems.push(`hardhat: the summary counts ${announced} tests, the events ${counted}`);
  return { tests, files, problems: problems.slice(0, 5) };
}

function addResult(result: Result, waiting: Waiting[]): void {
  if (result.kind !== "suite") {
    waiting.push({ result, suites: [] });
    return;
  }
  for (const inner of waiting) {
    // Those with all suites between already named are the ones that this suite contains; earlier siblings have theirs.
    if (inner.result.nesting - inner.suites.length === result.nesting + 1) inner.suites.unshift(result.name);
  }
  // A suite whose tests failed adds nothing; one whose own hooks failed has hidden them.
  if (result.type === "test:fail" && result.error?.failureType !== "subtestsFailed")
    waiting.push({ result, suites: [] });
}

function toTestCase({ result, suites }: Waiting, placed: (path: string) => string | undefined): TestCase {
  const { name, file, line, error, durationMs, skip, todo } = result;
  const path = file === undefined ? "" : (placed(file) ?? "");
  const failure = error?.cause ?? error;
  const failedLine = lineInFile(failure?.stack ?? "", path, "first");
  const reason = failure?.message ?? [skip, todo].find((each) => typeof each === "string");
  return {
    name: [...suites, name].map(plainLine).join(" > "),
    file: path,
    line: failedLine ?? (line !== undefined && line > 0 ? line : undefined),
    status: statusOf(result),
    durationMs: Math.max(0, durationMs ?? 0),
    message: reason === undefined ? undefined : plainText(reason),
  };
}

/** What is marked as planned does not count, however it ended. */
function statusOf({ type, skip, todo }: Result): TestStatus {
  if (skip !== undefined && skip !== false) return "skipped";
  if (todo !== undefined && todo !== false) return "skipped";
  return type === "test:pass" ? "passed" : "failed";
}
