import type { TestCase } from "../../../core/test-result.ts";
import { type JunitCase, parseJunit } from "../../reading/junit.ts";
import { junitTest } from "../../reading/junit-tests.ts";

/**
 * Reads the JUnit XML of `ctest --output-junit`. Never throws. CTest calls a test "skipped" also when its program is not
 * there; only what the test itself or its configuration asked for counts as skipped, the rest has failed.
 */
export function parseCtestJunit(text: string): {
  readonly tests: readonly TestCase[];
  readonly problems: readonly string[];
} {
  const { cases, problems } = parseJunit(text);
  return { tests: cases.map(toTestCase), problems };
}

function toTestCase(entry: JunitCase): TestCase {
  const wanted = /^SKIP_(RETURN_CODE|REGULAR_EXPRESSION)/.test(entry.message ?? "") || entry.ctestStatus === "disabled";
  const notRun = entry.ctestStatus === "notrun" && !wanted;
  const status = notRun ? "failed" : entry.ctestStatus === "disabled" ? "skipped" : entry.status;
  // Its suite and class names only repeat the build's and the test's own.
  return junitTest({ ...entry, suites: [], classname: "", status }, undefined);
}
