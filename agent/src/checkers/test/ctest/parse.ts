import type { TestCase } from "../../../core/test-result.ts";
import { plainText } from "../../reading/plain-text.ts";
import { type JunitCase, parseJunit } from "../../reading/junit.ts";
import { junitTest } from "../../reading/junit-tests.ts";
import { firstGroups } from "../../reading/named-groups.ts";

/**
 * Reads the JUnit XML of `ctest --output-junit`. `placed` turns a path that a test printed into one of the workspace. A
 * failed test stands where its own output says that it failed. Never throws. CTest calls a test "skipped" also when its program is not
 * there; only what the test itself or its configuration asked for counts as skipped, the rest has failed.
 */
export function parseCtestJunit(
  text: string,
  placed: (path: string) => string | undefined,
): {
  readonly tests: readonly TestCase[];
  readonly problems: readonly string[];
} {
  const { cases, problems } = parseJunit(text);
  return { tests: cases.map((entry) => toTestCase(entry, placed)), problems };
}

function toTestCase(entry: JunitCase, placed: (path: string) => string | undefined): TestCase {
  const wanted = /^SKIP_(RETURN_CODE|REGULAR_EXPRESSION)/.test(entry.message ?? "") || entry.ctestStatus === "disabled";
  const notRun = entry.ctestStatus === "notrun" && !wanted;
  const status = notRun ? "failed" : entry.ctestStatus === "disabled" ? "skipped" : entry.status;
  // Its suite and class names only repeat the build's and the test's own.
  const test = junitTest({ ...entry, suites: [], classname: "", status }, undefined);
  if (entry.status !== "failed") return test;
  const said = plainText(`${entry.message ?? ""}\n${withoutProgress(entry.output)}`);
  const place = placeOfFailure(entry.output);
  const file = place === undefined ? undefined : placed(place.path);
  return { ...test, message: said, ...(place === undefined || file === undefined ? {} : { file, line: place.line }) };
}

/** How GoogleTest, Catch2, doctest, Boost.Test and `assert` say where a test failed. */
const FAILURES: readonly RegExp[] = [
  /^(?<path>\S[^\n]{0,400}?):(?<line>\d{1,7}): (?:Failure|FAILED|FATAL ERROR|ERROR|error|fatal error)\b/m,
  /^(?<path>\S[^\n]{0,400}?)\((?<line>\d{1,7})\): (?:error|fatal error|ERROR|FATAL ERROR)\b/m,
  /^[^\s:]{1,200}: (?<path>\S[^\n:]{0,400}):(?<line>\d{1,7}): [^\n]{0,2000}\bAssertion\b/m,
];

/** The first place that a test's output names as the one where it failed. */
function placeOfFailure(output: string): { readonly path: string; readonly line: number } | undefined {
  const { path, line } = firstGroups(output, FAILURES);
  return path === undefined || line === undefined ? undefined : { path, line: Number(line) };
}

/** GoogleTest frames each test with lines that say nothing about it. */
function withoutProgress(output: string): string {
  return output
    .split("\n")
    .filter((line) => !/^(\[[-= A-Z]{10}\]|Running main\(\)|Note: Google Test filter)/.test(line))
    .join("\n");
}
