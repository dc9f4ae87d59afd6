import { posix } from "node:path";
import type { CheckResult } from "../core/check.ts";
import type { CoverageReport, FileCoverage } from "../core/coverage.ts";
import {
  type ChangedLines,
  type CoverageSummary,
  summarizeCoverage,
  type UnplacedFile,
} from "../core/coverage-summary.ts";

/** Names and folders that test code has in the languages that are gated. */
const TEST_FILE =
  /(^|\/)(tests?|__tests__|e2e|testdata|testing|fixtures?|bench(marks?)?)\/|(^|\/)(test_[^/]*|conftest|[^/]*_test|[^/]*[._-](test|spec|bench|config)|setup)\.[^/.]+$|\.d\.[cm]?ts$/;

/** The coverage of all checks together, with what was changed and never measured. `undefined` when no check reported any. */
export function coverageOfRun(
  checks: readonly CheckResult[],
  {
    changed,
    merge,
  }: { changed: ChangedLines | undefined; merge: (reports: readonly CoverageReport[]) => readonly FileCoverage[] },
): CoverageSummary | undefined {
  const measuring = checks.filter(({ coverage }) => coverage !== undefined);
  if (measuring.length === 0) return undefined;
  const files = merge(measuring.flatMap(({ coverage }) => coverage ?? []));
  const covered = new Set(measuring.flatMap(({ filesInScope }) => filesInScope));
  const unmeasured = changed === undefined ? [] : unmeasuredChanges(files, { changed, covered });
  const unplaced = unplacedFiles(measuring.flatMap(({ coverage }) => coverage ?? []));
  return { ...summarizeCoverage(files, changed, unmeasured), ...(unplaced.length === 0 ? {} : { unplaced }) };
}

function unplacedFiles(reports: readonly CoverageReport[]): readonly UnplacedFile[] {
  const reasons = new Map(
    reports.flatMap(({ unplaced, unplacedReasons = {} }) =>
      unplaced.map((file) => [file, unplacedReasons[file] ?? "no file of the workspace has this path"] as const),
    ),
  );
  return [...reasons].map(([file, reason]) => ({ file, reason })).toSorted((a, b) => (a.file < b.file ? -1 : 1));
}

/** An earlier run's measurement does not speak for lines that were edited since. */
function isMeasuredNow({ carried, stale = [] }: FileCoverage): boolean {
  return carried !== true || stale.length === 0;
}

/** Changed sources that belong to a check with coverage, lie among files that were measured, and are in no report. */
function unmeasuredChanges(
  files: readonly FileCoverage[],
  { changed, covered }: { changed: ChangedLines; covered: ReadonlySet<string> },
): readonly string[] {
  const measured = new Set(files.filter(isMeasuredNow).map(({ file }) => file));
  const places = new Set(files.map(({ file }) => `${posix.dirname(file)}|${posix.extname(file)}`));
  const isAmongMeasured = (path: string) => {
    for (let folder = posix.dirname(path); ; folder = posix.dirname(folder)) {
      if (places.has(`${folder}|${posix.extname(path)}`)) return true;
      if (folder === "." || folder === "/") return false;
    }
  };
  return [...changed]
    .flatMap(([path, lines]) =>
      lines.size > 0 && covered.has(path) && !measured.has(path) && !TEST_FILE.test(path) && isAmongMeasured(path)
        ? [path]
        : [],
    )
    .toSorted();
}
