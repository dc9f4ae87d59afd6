export type TestStatus = "passed" | "failed" | "skipped";

/** One test case of a test tool. */
export interface TestCase {
  /** Full name, outer suites first, joined with ` > `. */
  readonly name: string;
  /** Relative to the workspace root, with `/`; empty when the tool does not tell. */
  readonly file: string;
  readonly line?: number | undefined;
  readonly status: TestStatus;
  readonly durationMs: number;
  /** Why it failed or was skipped. */
  readonly message?: string | undefined;
}

export interface TestCounts {
  readonly total: number;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Counts the cases by their status. */
export function countTests(cases: readonly TestCase[]): TestCounts {
  const count = (status: TestStatus) => cases.filter((testCase) => testCase.status === status).length;
  return { total: cases.length, passed: count("passed"), failed: count("failed"), skipped: count("skipped") };
}
