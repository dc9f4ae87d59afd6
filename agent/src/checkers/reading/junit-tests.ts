import type { TestCase } from "../../core/test-result.ts";
import type { JunitCase } from "./junit.ts";

/** A test of a JUnit report: suites and class make up the outer names, as far as they say something of their own. */
export function junitTest(entry: JunitCase, file: string | undefined): TestCase {
  const outer = [...entry.suites, entry.classname].filter(
    (part, index, all) => part !== "" && part !== entry.name && part !== all[index - 1],
  );
  return {
    name: [...outer, entry.name].join(" > "),
    file: file ?? "",
    line: file === undefined || entry.line === undefined || entry.line < 1 ? undefined : entry.line,
    status: entry.status,
    durationMs: entry.durationMs,
    message: entry.message,
  };
}

/** How many tests ended how, in words. */
export function countsInWords({
  passed,
  failed,
  skipped,
}: {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}
