import type { CoverageSummary } from "../core/coverage-summary.ts";

/** So many say what is wrong with the paths of a report. */
const MOST_TOLD = 3;

/**
 * How many files of coverage reports have no place in the workspace, and why the first few; `undefined` when all have one.
 * The text is as the reports have it: it has to be escaped.
 */
export function unplacedInWords(coverage: Pick<CoverageSummary, "unplaced"> | undefined): string | undefined {
  const unplaced = coverage?.unplaced ?? [];
  if (unplaced.length === 0) return undefined;
  const told = unplaced.slice(0, MOST_TOLD).map(({ file, reason }) => `${file} (${reason})`);
  const more = unplaced.length > told.length ? `, and ${unplaced.length - told.length} more` : "";
  return `${unplaced.length} ${unplaced.length === 1 ? "file" : "files"} of coverage reports not counted: ${told.join(", ")}${more}`;
}
