import { z } from "zod";
import type { TestCase, TestStatus } from "../../../core/test-result.ts";
import { plainLine, plainText } from "../../reading/plain-text.ts";
import { readJson } from "../../reading/read-json.ts";
import { lineInFile } from "../../reading/stack-lines.ts";

const Reason = z.object({ message: z.string().optional(), stack: z.string().optional() });

const Result = z.object({
  type: z.enum(["test:pass", "test:fail"]),
  kind: z.string(),
  /** Names of the tests around it, outermost first, and its own. */
  path: z.array(z.string().nullable()).min(1),
  nesting: z.int().nonnegative(),
  file: z.string().optional(),
  line: z.int().optional(),
  skip: z.union([z.boolean(), z.string()]).optional(),
  todo: z.union([z.boolean(), z.string()]).optional(),
  durationMs: z.number().optional(),
  error: z
    .object({ message: z.string().optional(), failureType: z.string().optional(), cause: Reason.optional() })
    .optional(),
});
type Result = z.infer<typeof Result>;

const Event = z.discriminatedUnion("type", [
  Result,
  z.object({ type: z.literal("test:stderr"), file: z.string().optional(), text: z.string() }),
  z.object({ type: z.literal("only"), file: z.string().optional(), line: z.int().optional() }),
  z.object({ type: z.literal("total"), tests: z.int().nonnegative() }),
]);

/** What a file printed before it failed as a whole is the reason; more than the end of it nobody reads. */
const LONGEST_PRINTED = 20_000;

export interface NodeTestReport {
  readonly tests: readonly TestCase[];
  /** Files, as paths of the workspace, that were run to an end. */
  readonly files: readonly string[];
  /** Places of tests that are marked `only`, which had no effect. */
  readonly focused: readonly { readonly file: string; readonly line: number | undefined }[];
  readonly problems: readonly string[];
}

export interface ReadingOptions {
  /** Turns an absolute path into one of the workspace. */
  readonly placed: (path: string) => string | undefined;
  /** Whether a file that defines no test and ends well counts as a passed test. */
  readonly scriptsAreTests: boolean;
}

/** Reads the lines that the reporter of `reporter.ts` writes, by Node 20 to 24. Never throws. */
export function parseNodeTest(text: string, { placed, scriptsAreTests }: ReadingOptions): NodeTestReport {
  const results: Result[] = [];
  const focused: NodeTestReport["focused"][number][] = [];
  const printed = new Map<string, string>();
  const problems: string[] = [];
  let announced: number | undefined;
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const read = readJson(line, Event);
    if (!read.ok) problems.push(`node:test: event ${index + 1}: ${read.problem}`);
    else if (read.value.type === "total") announced = read.value.tests;
    else if (read.value.type === "only")
      focused.push({ file: placed(read.value.file ?? "") ?? "", line: read.value.line });
    else if (read.value.type === "test:stderr") {
      const { file = "", text: words } = read.value;
      printed.set(file, `${printed.get(file) ?? ""}${words}`.slice(-LONGEST_PRINTED));
    } else results.push(read.value);
  }
  const counted = results.filter(({ kind }) => kind !== "suite").length;
  if (announced === undefined)
    problems.push("node:test: the events have no total; the test process ended before its tests did");
  else if (announced !== counted) problems.push(`node:test: it counts ${announced} tests, its events ${counted}`);
  return {
    tests: results
      .filter(countsAsTest)
      .map((result) => toTestCase(result, { placed, scriptsAreTests, printed: printed.get(result.file ?? "") ?? "" })),
    files: [...new Set(results.flatMap(({ file }) => (file === undefined ? [] : (placed(file) ?? []))))],
    focused,
    problems: problems.slice(0, 5),
  };
}

/** A suite whose tests failed adds nothing; one whose own hooks failed has hidden them. */
function countsAsTest({ kind, type, error }: Result): boolean {
  return kind !== "suite" || (type === "test:fail" && error?.failureType !== "subtestsFailed");
}

/** Node runs each file as if it were a test around the others, and reports it when there are no others, or when it broke. */
function isWholeFile({ path, nesting, file }: Result): boolean {
  const [name = ""] = path;
  return (
    nesting === 0 &&
    file !== undefined &&
    name !== null &&
    name !== "" &&
    file.replaceAll("\\", "/").endsWith(name.replaceAll("\\", "/"))
  );
}

function toTestCase(
  result: Result,
  { placed, scriptsAreTests, printed }: ReadingOptions & { readonly printed: string },
): TestCase {
  const { path, file, line, error, durationMs } = result;
  const place = file === undefined ? "" : (placed(file) ?? "");
  const whole = isWholeFile(result);
  const failure = error?.cause ?? error;
  const failedLine =
    lineInFile(error?.cause?.stack ?? "", place, "first") ?? (whole ? lineInFile(printed, place, "first") : undefined);
  const base = {
    name: path
      .map((part) => plainLine(part ?? ""))
      .filter((part) => part !== "")
      .join(" > "),
    file: place,
    line: failedLine ?? (line !== undefined && line > 0 ? line : undefined),
    durationMs: Math.max(0, durationMs ?? 0),
  };
  if (whole && result.type === "test:pass" && !scriptsAreTests)
    return { ...base, status: "skipped", message: "this file defines no test; it only ended without an error" };
  const said = whole && printed.trim() !== "" ? printed : (failure?.message ?? whyNot(result));
  return { ...base, status: statusOf(result), message: said === undefined ? undefined : plainText(said) };
}

const whyNot = ({ skip, todo }: Result) => [skip, todo].find((each) => typeof each === "string");

/** What is marked as planned does not count, however it ended. */
function statusOf({ type, skip, todo }: Result): TestStatus {
  if (skip !== undefined && skip !== false) return "skipped";
  if (todo !== undefined && todo !== false) return "skipped";
  return type === "test:pass" ? "passed" : "failed";
}
