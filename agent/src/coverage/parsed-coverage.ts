import type { FileCoverage } from "../core/coverage.ts";
import { mergeCoverage } from "./merge.ts";

/** What a report says, with paths as it writes them. */
export interface ParsedCoverage {
  readonly files: readonly FileCoverage[];
  /** What could not be read, with its place. A report with problems is not to be trusted. */
  readonly problems: readonly string[];
  /** Folders that the paths may be relative to, in the order in which they are to be tried. */
  readonly sources?: readonly string[];
  /** What was measured but cannot be brought to the lines of a source: its name → why not. */
  readonly unmapped?: Readonly<Record<string, string>>;
}

/** A broken report repeats itself; the first complaints tell enough. */
export const MOST_PROBLEMS = 5;

/** A report without any file is a problem, and one that names a file more than once is added up. */
export function toParsedCoverage(
  format: string,
  { files, problems, ...rest }: ParsedCoverage & { readonly isEmptyFine?: boolean },
): ParsedCoverage {
  const names = new Set(files.map(({ file }) => file));
  const merged = names.size < files.length ? mergeCoverage([{ files, unplaced: [] }]) : files;
  const { isEmptyFine = false, ...more } = rest;
  const isEmpty = files.length === 0 && problems.length === 0 && !isEmptyFine;
  return { ...more, files: merged, problems: isEmpty ? [`${format}: the report names no file`] : problems };
}
