/** How often each coverable line, branch and function of one file ran. Lines start at 1. */
export interface FileCoverage {
  /** Relative to the workspace root, with `/`. */
  readonly file: string;
  /** Line → hits. A line that is absent is not coverable. */
  readonly lines: ReadonlyMap<number, number>;
  readonly branches: readonly BranchCoverage[];
  readonly functions: readonly FunctionCoverage[];
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
