import type { FileCoverage } from "../core/coverage.ts";

/** What a report says, with paths as it writes them. */
export interface ParsedCoverage {
  readonly files: readonly FileCoverage[];
  /** What could not be read, with its place. A report with problems is not to be trusted. */
  readonly problems: readonly string[];
  /** Folders that the paths may be relative to, in the order in which they are to be tried. */
  readonly sources?: readonly string[];
  /** What was measured but cannot be brought to the lines of a source: its name, and why not. */
  readonly unmapped?: Readonly<Record<string, string>>;
}

/** A broken report repeats itself; the first complaints tell enough. */
export const MOST_PROBLEMS = 5;
