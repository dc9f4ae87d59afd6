import type { CheckResult } from "../core/check.ts";
import { isCounted } from "../core/check-status.ts";
import type { Finding, Severity } from "../core/finding.ts";
import type { Run } from "../core/run.ts";
import type { TestCase } from "../core/test-result.ts";

const WEIGHTS: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

export function checksOf(run: Run): readonly CheckResult[] {
  return run.stages.flatMap(({ checks }) => checks);
}

/** The findings that count, the worst first, then by place. */
export function countedFindings(run: Run): readonly Finding[] {
  return checksOf(run)
    .flatMap(({ findings }) => findings.filter(isCounted))
    .toSorted(
      (a, b) =>
        WEIGHTS[a.severity] - WEIGHTS[b.severity] ||
        compareText(a.file, b.file) ||
        (a.range?.start.line ?? 0) - (b.range?.start.line ?? 0),
    );
}

export function failedTests(run: Run): readonly (TestCase & { readonly check: string })[] {
  return checksOf(run).flatMap(({ id, tests }) =>
    tests.flatMap((test) => (test.status === "failed" ? [{ ...test, check: id }] : [])),
  );
}

/** Checks whose answer nobody has, and that count. */
export function erroredChecks(run: Run): readonly CheckResult[] {
  return checksOf(run).filter(({ status }) => status === "errored");
}

/** `file:line:column`, as far as it is known. */
export function placeOf({ file, range }: Pick<Finding, "file" | "range">): string {
  return range === undefined ? file : `${file}:${range.start.line}:${range.start.column}`;
}

export function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
