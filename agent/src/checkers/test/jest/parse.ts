import { z } from "zod";
import type { ReportedFinding } from "../../../core/finding.ts";
import type { TestCase, TestStatus } from "../../../core/test-result.ts";
import { plainLine, plainText } from "../../reading/plain-text.ts";
import { readJson } from "../../reading/read-json.ts";
import { lineInFile } from "../../reading/stack-lines.ts";

const Assertion = z.object({
  ancestorTitles: z.array(z.string()),
  title: z.string(),
  status: z.string(),
  duration: z.number().nullish(),
  failureMessages: z.array(z.string()).nullish(),
  location: z.object({ line: z.number() }).nullish(),
});

const Report = z.object({
  numTotalTests: z.int().nonnegative(),
  wasInterrupted: z.boolean().optional(),
  snapshot: z
    .object({
      filesRemovedList: z.array(z.string()).optional(),
      uncheckedKeysByFile: z.array(z.object({ filePath: z.string(), keys: z.array(z.string()) })).optional(),
    })
    .optional(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().nullish(),
      assertionResults: z.array(Assertion),
    }),
  ),
});
type Suite = z.infer<typeof Report>["testResults"][number];

export interface JestReport {
  readonly tests: readonly TestCase[];
  /** How many test files were run. */
  readonly files: number;
  /** Test files in which a test is marked `only`, so that others in them were left out. */
  readonly focused: readonly string[];
  /** Snapshots that no test asked for. */
  readonly obsolete: readonly ReportedFinding[];
  readonly problems: readonly string[];
}

/**
 * Reads what `jest --json` writes, by Jest 27 to 30. `placed` turns the path of a test file into one of the workspace. A file
 * that could not be loaded is one failed test, since it hides what it contains. Never throws.
 */
export function parseJestJson(text: string, placed: (path: string) => string | undefined): JestReport {
  const read = readJson(text, Report);
  if (!read.ok) return { tests: [], files: 0, focused: [], obsolete: [], problems: [`jest: ${read.problem}`] };
  const { testResults, numTotalTests, wasInterrupted, snapshot } = read.value;
  const counted = testResults.reduce((sum, { assertionResults }) => sum + assertionResults.length, 0);
  const keys = (snapshot?.uncheckedKeysByFile ?? []).flatMap(({ filePath, keys: names }) =>
    names.map((name) => obsoleteSnapshot(`the snapshot "${plainLine(name)}"`, placed(filePath))),
  );
  const files = (snapshot?.filesRemovedList ?? []).map((path) =>
    obsoleteSnapshot("every snapshot of this file", placed(path)),
  );
  return {
    tests: testResults.flatMap((suite) => testsOf(suite, placed(suite.name) ?? "")),
    files: testResults.length,
    focused: testResults.flatMap(({ name, status }) => (status === "focused" ? [placed(name) ?? ""] : [])),
    obsolete: [...keys, ...files],
    problems: [
      ...(counted === numTotalTests ? [] : [`jest: the report announces ${numTotalTests} tests and lists ${counted}`]),
      ...(wasInterrupted ? ["jest: the run was interrupted before all tests had run"] : []),
    ],
  };
}

function obsoleteSnapshot(what: string, file: string | undefined): ReportedFinding {
  return {
    rule: "obsolete-snapshot",
    severity: "info",
    message: `${what} belongs to no test; jest --ci --updateSnapshot takes it out`,
    file: file ?? "",
  };
}

function testsOf({ name, status, message, assertionResults }: Suite, file: string): readonly TestCase[] {
  const cases = assertionResults.map((assertion) => toTestCase(assertion, file));
  if (status !== "failed" || cases.some((testCase) => testCase.status === "failed")) return cases;
  const whole: TestCase = {
    name: file === "" ? plainLine(name) : file,
    file,
    line: lineInFile(message ?? "", file, "first"),
    status: "failed",
    durationMs: 0,
    message: plainText(message || "the file could not be run to its end"),
  };
  return [whole, ...cases];
}

function toTestCase(
  { ancestorTitles, title, status, duration, failureMessages, location }: z.infer<typeof Assertion>,
  file: string,
): TestCase {
  const message = (failureMessages ?? []).join("\n");
  return {
    name: [...ancestorTitles, title]
      .map(plainLine)
      .filter((part) => part !== "")
      .join(" > "),
    file,
    line: lineInFile(message, file, "first") ?? lineOf(location?.line),
    status: statusOf(status),
    durationMs: Math.max(0, duration ?? 0),
    message: message === "" ? undefined : plainText(message),
  };
}

const lineOf = (line: number | undefined) =>
  line !== undefined && Number.isInteger(line) && line > 0 ? line : undefined;

function statusOf(status: string): TestStatus {
  if (status === "passed") return "passed";
  return status === "failed" ? "failed" : "skipped";
}
