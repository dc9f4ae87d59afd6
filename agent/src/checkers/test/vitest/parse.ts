import { z } from "zod";
import type { TestCase, TestStatus } from "../../../core/test-result.ts";
import { plainLine, plainText } from "../../reading/plain-text.ts";
import { readJson } from "../../reading/read-json.ts";
import { lineInFile } from "../../reading/stack-lines.ts";
import { suiteFailure } from "./suite-failures.ts";

const Assertion = z.object({
  ancestorTitles: z.array(z.string()),
  title: z.string(),
  status: z.string(),
  duration: z.number().nullish(),
  failureMessages: z.array(z.string()).nullish(),
  location: z.object({ line: z.number(), column: z.number() }).nullish(),
});
type Assertion = z.infer<typeof Assertion>;

const Report = z.object({
  numTotalTests: z.int(),
  success: z.boolean(),
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(Assertion),
    }),
  ),
});

export interface VitestReport {
  readonly tests: readonly TestCase[];
  /** How many test files were run. */
  readonly files: number;
  readonly problems: readonly string[];
}

/**
 * Reads Vitest's (and Jest's) JSON report. `placed` turns the path of a test file into one of the workspace. A file that
 * could not be loaded, or in which a hook failed, becomes one failed test, since it hides what it contains; why and
 * where, stands in `printed`, what the default or dot reporter wrote to standard error. Never throws.
 */
export function parseVitestJson(
  text: string,
  placed: (path: string) => string | undefined,
  printed = "",
): VitestReport {
  const read = readJson(text, Report);
  if (!read.ok) return { tests: [], files: 0, problems: [`vitest: ${read.problem}`] };
  const { testResults, numTotalTests } = read.value;
  const tests = testResults.flatMap(({ name, status, message, assertionResults }): readonly TestCase[] => {
    const file = placed(name) ?? "";
    const cases = assertionResults.map((assertion) => toTestCase(assertion, file));
    const loadFailed = status === "failed" && !cases.some((testCase) => testCase.status === "failed");
    if (!loadFailed) return cases;
    const failure = suiteFailure(printed, file);
    const whole: TestCase = {
      name: file === "" ? name : file,
      file,
      line: lineInFile(message ?? "", file, "first") ?? failure?.line,
      status: "failed",
      durationMs: 0,
      message: plainText(message || failure?.message || "the file could not be run to its end"),
    };
    return [whole, ...cases];
  });
  const counted = testResults.reduce((sum, { assertionResults }) => sum + assertionResults.length, 0);
  return {
    tests,
    files: testResults.length,
    problems:
      counted === numTotalTests ? [] : [`vitest: the report announces ${numTotalTests} tests and lists ${counted}`],
  };
}

function toTestCase(
  { ancestorTitles, title, status, duration, failureMessages, location }: Assertion,
  file: string,
): TestCase {
  const message = (failureMessages ?? []).join("\n");
  const failedLine = lineInFile(message, file, "first");
  return {
    name: [...withoutFile(ancestorTitles, file), title]
      .map(plainLine)
      .filter((part) => part !== "")
      .join(" > "),
    file,
    line: failedLine ?? location?.line,
    status: statusOf(status),
    durationMs: Math.max(0, duration ?? 0),
    message: message === "" ? undefined : plainText(message),
  };
}

/** Tests of types have their file as the outermost title. */
function withoutFile([first, ...rest]: readonly string[], file: string): readonly string[] {
  if (first === undefined) return [];
  return first === file || (first.includes(".") && file.endsWith(`/${first}`)) ? rest : [first, ...rest];
}

function statusOf(status: string): TestStatus {
  if (status === "passed") return "passed";
  return status === "failed" ? "failed" : "skipped";
}
