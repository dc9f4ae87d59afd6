import type { CheckResult } from "./check.ts";
import { type ChangedLines, type CoverageSummary, summarizeCoverage } from "./coverage-summary.ts";
import type { Gate } from "./gate.ts";
import { matchesPattern } from "./glob.ts";
import { metricDefinition } from "./metrics.ts";

/** The pattern of paths that a gate limits, for a gate that limits only a part of the files. */
export function pathsOf({ metric, pattern }: Gate): string | undefined {
  return metricDefinition(metric).byPath === true ? pattern : undefined;
}

/**
 * What a check says of the files that fit a pattern. A finding or test that belongs to no file belongs to no part.
 * Measurements stay: those of a file are named by it, so the pattern picks them.
 */
export function checkWithin(check: CheckResult, pattern: string): CheckResult {
  const isMeant = ({ file }: { readonly file: string }) => file !== "" && matchesPattern(pattern, file);
  return {
    ...check,
    filesInScope: check.filesInScope.filter((file) => isMeant({ file })),
    findings: check.findings.filter(isMeant),
    tests: check.tests.filter(isMeant),
  };
}

/** The coverage of the files that fit a pattern, of their changed lines too. */
export function coverageWithin(
  coverage: CoverageSummary,
  pattern: string,
  changed: ChangedLines | undefined,
): CoverageSummary {
  const files = coverage.files.filter(({ file }) => matchesPattern(pattern, file));
  const unmeasured = coverage.unmeasured.filter((file) => matchesPattern(pattern, file));
  return summarizeCoverage(files, changed, unmeasured);
}

/** Whether coverage has anything to say of a part of the files. */
export function coversAnything(coverage: CoverageSummary | undefined): boolean {
  return coverage !== undefined && coverage.files.length + coverage.unmeasured.length > 0;
}

/** Whether a check has anything to say of a part of the files. */
export function saysAnything({ filesInScope, findings, tests, measurements }: CheckResult, pattern: string): boolean {
  return (
    filesInScope.length + findings.length + tests.length > 0 ||
    measurements.some(({ benchmark }) => matchesPattern(pattern, benchmark))
  );
}
