import type { CheckResult } from "./check.ts";
import { type CoverageSummary, summarizeCoverage } from "./coverage-summary.ts";
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

/** The coverage of the files that fit a pattern; changed lines are not told apart. */
export function coverageWithin(coverage: CoverageSummary, pattern: string): CoverageSummary {
  const files = coverage.files.filter(({ file }) => matchesPattern(pattern, file));
  return summarizeCoverage(files, undefined, []);
}

/** Whether a check has anything to say of a part of the files. */
export function saysAnything({ filesInScope, findings, tests, measurements }: CheckResult, pattern: string): boolean {
  return (
    filesInScope.length + findings.length + tests.length > 0 ||
    measurements.some(({ benchmark }) => matchesPattern(pattern, benchmark))
  );
}
