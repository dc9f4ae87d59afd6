/** How often each coverable line, branch and function of one file ran. Lines start at 1. */
export interface FileCoverage {
  /** Relative to the workspace root, with `/`. */
  readonly file: string;
  /** Line → hits. A line that is absent is not coverable. */
  readonly lines: ReadonlyMap<number, number>;
  readonly branches: readonly BranchCoverage[];
  readonly functions: readonly FunctionCoverage[];
  /** Which tests ran which lines, where the report tells it. */
  readonly tests?: LineTests | undefined;
  /** The text that was measured; absent when nobody could say what it was. */
  readonly content?: MeasuredContent | undefined;
  /** Measured by an earlier run, and still true of the text as it is now. */
  readonly carried?: boolean | undefined;
  /** Lines that were edited since an earlier run measured them, and that this run did not measure. Ascending. */
  readonly stale?: readonly LineRange[] | undefined;
}

/** First and last line, both included. */
export type LineRange = readonly [first: number, last: number];

/** The tests that ran the lines of one file. A line that is absent was run by no test that is known. */
export interface LineTests {
  /** As the report calls them: pytest's node ids with coverage.py, the TN of LCOV. Each once. */
  readonly names: readonly string[];
  /** Line → indices into `names`, ascending. */
  readonly byLine: ReadonlyMap<number, readonly number[]>;
  /** Lines that also ran outside of tests or while one was set up, where the report tells. Ascending. */
  readonly shared?: readonly number[] | undefined;
}

/** Tells a text from others, and its lines from others, without keeping it. */
export interface MeasuredContent {
  /** SHA-256 of the text, in hexadecimal. */
  readonly hash: string;
  /** Four characters of a hash for each line, one after the other. */
  readonly lineHashes: string;
}

export interface BranchCoverage {
  readonly line: number;
  /** Tells the branches of one line apart; unique within a line together with `block`. */
  readonly block: string;
  readonly branch: string;
  /** Times taken; `null` when the expression was never reached. */
  readonly taken: number | null;
}

export interface FunctionCoverage {
  readonly name: string;
  readonly line: number;
  readonly hits: number;
}

/** What one check measured. `unplaced` names files of the report that are not in the workspace. */
export interface CoverageReport {
  readonly files: readonly FileCoverage[];
  readonly unplaced: readonly string[];
  /** Unplaced file → why it has no place: the files that it could be, or what is missing to tell its lines. */
  readonly unplacedReasons?: Readonly<Record<string, string>> | undefined;
  /** What earlier runs measured and this one, being partial, did not measure again. */
  readonly carried?: readonly CarriedCoverage[] | undefined;
}

/** Coverage of a check in an earlier run, brought to the lines as they are now. */
export interface CarriedCoverage {
  readonly check: string;
  readonly runId: string;
  readonly files: readonly FileCoverage[];
}

/** A share of things that ran. `percent` is 100 × covered / total, not rounded; absent when `total` is 0. */
export interface Ratio {
  readonly covered: number;
  readonly total: number;
}

/** 100 × covered / total, or `undefined` when there was nothing to cover. */
export function percentOf({ covered, total }: Ratio): number | undefined {
  return total === 0 ? undefined : (100 * covered) / total;
}

export type LineState = "covered" | "partial" | "missed";

/** The state of each coverable line; a line with a branch that was not taken is `partial`. */
export function lineStates(file: FileCoverage): Map<number, LineState> {
  const missedBranches = new Set(file.branches.filter(({ taken }) => !taken).map(({ line }) => line));
  const states = new Map<number, LineState>();
  for (const [line, hits] of file.lines) {
    states.set(line, hits === 0 ? "missed" : missedBranches.has(line) ? "partial" : "covered");
  }
  return states;
}
