import { z } from "zod";
import type { TestCase } from "../../../core/test-result.ts";
import { countsAsTest, endingOf, nodeTestResult, reasonOf } from "../../reading/node-test-result.ts";
import { plainLine } from "../../reading/plain-text.ts";
import { readJson } from "../../reading/read-json.ts";
import { lineInFile } from "../../reading/stack-lines.ts";

const Result = z.object({ ...nodeTestResult, name: z.string() });
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
  // Those with all suites between already named are the ones that this suite contains; earlier siblings have theirs.
  const contained = ({ result: { nesting }, suites }: Waiting) => nesting - suites.length === result.nesting + 1;
  if (result.kind === "suite") for (const { suites } of waiting.filter(contained)) suites.unshift(result.name);
  if (countsAsTest(result)) waiting.push({ result, suites: [] });
}

function toTestCase({ result, suites }: Waiting, placed: (path: string) => string | undefined): TestCase {
  const { name, file, error } = result;
  const path = file === undefined ? "" : (placed(file) ?? "");
  const failure = error?.cause ?? error;
  const ending = endingOf(result);
  return {
    ...ending,
    name: [...suites, name].map(plainLine).join(" > "),
    file: path,
    line: lineInFile(failure?.stack ?? "", path, "first") ?? ending.line,
    message: reasonOf(result),
  };
}
