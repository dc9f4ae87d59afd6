import { z } from "zod";
import type { TestCase } from "../../../core/test-result.ts";
import { countsAsTest, endingOf, nodeTestResult, reasonOf } from "../../reading/node-test-result.ts";
import { plainLine, plainText } from "../../reading/plain-text.ts";
import { readJson } from "../../reading/read-json.ts";
import { lineInFile } from "../../reading/stack-lines.ts";

const Result = z.object({
  ...nodeTestResult,
  /** Names of the tests around it, outermost first, and its own. */
  path: z
    .array(
      z
        .string()
        .nullable()
        .transform((name) => name ?? ""),
    )
    .min(1),
});
type Result = z.infer<typeof Result>;

const Event = z.discriminatedUnion("type", [
  Result,
  z.object({ type: z.literal("test:stderr"), file: z.string().default(""), text: z.string() }),
  z.object({ type: z.literal("only"), file: z.string().default(""), line: z.int().optional() }),
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
  const { results, focused, printed, announced, problems } = readEvents(text);
  const counted = results.filter(({ kind }) => kind !== "suite").length;
  if (announced === undefined)
    problems.push("node:test: the events have no total; the test process ended before its tests did");
  else if (announced !== counted) problems.push(`node:test: it counts ${announced} tests, its events ${counted}`);
  return {
    tests: results
      .filter(countsAsTest)
      .map((result) => toTestCase(result, { placed, scriptsAreTests, printed: printed.get(result.file ?? "") ?? "" })),
    files: [...new Set(results.flatMap(({ file }) => (file === undefined ? [] : (placed(file) ?? []))))],
    focused: focused.map(({ file, line }) => ({ file: placed(file) ?? "", line })),
    problems: problems.slice(0, 5),
  };
}

interface Events {
  readonly results: Result[];
  readonly focused: { readonly file: string; readonly line: number | undefined }[];
  /** What each file wrote to standard error, by its path. */
  readonly printed: Map<string, string>;
  /** How many tests the runner says there were; absent when it did not come to its end. */
  announced: number | undefined;
  readonly problems: string[];
}

function readEvents(text: string): Events {
  const events: Events = { results: [], focused: [], printed: new Map(), announced: undefined, problems: [] };
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const read = readJson(line, Event);
    if (read.ok) addEvent(events, read.value);
    else events.problems.push(`node:test: event ${index + 1}: ${read.problem}`);
  }
  return events;
}

function addEvent(events: Events, event: z.infer<typeof Event>): void {
  switch (event.type) {
    case "total":
      events.announced = event.tests;
      return;
    case "only":
      events.focused.push({ file: event.file, line: event.line });
      return;
    case "test:stderr": {
      const before = events.printed.get(event.file) ?? "";
      events.printed.set(event.file, `${before}${event.text}`.slice(-LONGEST_PRINTED));
      return;
    }
    case "test:pass":
    case "test:fail":
      events.results.push(event);
  }
}

/** Node runs each file as if it were a test around the others, and reports it when there are no others, or when it broke. */
function isWholeFile({ path, nesting, file }: Result): boolean {
  const [name = ""] = path;
  return (
    nesting === 0 &&
    file !== undefined &&
    name !== "" &&
    file.replaceAll("\\", "/").endsWith(name.replaceAll("\\", "/"))
  );
}

function toTestCase(
  result: Result,
  { placed, scriptsAreTests, printed }: ReadingOptions & { readonly printed: string },
): TestCase {
  const { path, file, error } = result;
  const place = file === undefined ? "" : (placed(file) ?? "");
  const whole = isWholeFile(result);
  const ending = endingOf(result);
  const words = whole ? printed : "";
  const failedLine = lineInFile(error?.cause?.stack ?? "", place, "first") ?? lineInFile(words, place, "first");
  const base = {
    ...ending,
    name: path
      .map(plainLine)
      .filter((part) => part !== "")
      .join(" > "),
    file: place,
    line: failedLine ?? ending.line,
  };
  if (whole && result.type === "test:pass" && !scriptsAreTests)
    return { ...base, status: "skipped", message: "this file defines no test; it only ended without an error" };
  return { ...base, message: words.trim() === "" ? reasonOf(result) : plainText(words) };
}
