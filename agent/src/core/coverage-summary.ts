import type { CodecovJudgement } from "./codecov/judgement.ts";
import type { FileCoverage, Ratio } from "./coverage.ts";

/** The coverage of a run over all its test checks. */
export interface CoverageSummary {
  readonly lines: Ratio;
  readonly branches: Ratio;
  readonly functions: Ratio;
  /** Over the lines changed since the base; absent when no base is known. */
  readonly patch: PatchCoverage | undefined;
  /** Files that were changed and lie where coverage is measured, but that no report mentions. */
  readonly unmeasured: readonly string[];
  readonly files: readonly FileCoverage[];
  /** Files that a report names and that were not found in the workspace, or whose lines could not be told, and why. */
  readonly unplaced?: readonly UnplacedFile[] | undefined;
  /** What Codecov would say; absent where it is not configured. */
  readonly codecov?: CodecovJudgement | undefined;
}

export interface UnplacedFile {
  readonly file: string;
  readonly reason: string;
}

export interface PatchCoverage extends Ratio {
  /** File → changed lines that no test ran. */
  readonly missed: ReadonlyMap<string, readonly number[]>;
}

/** File → numbers of the lines that a change added or altered. */
export type ChangedLines = ReadonlyMap<string, ReadonlySet<number>>;

/** Adds up the lines, branches and functions of files, and the part of them that a change touched. */
export function summarizeCoverage(
  files: readonly FileCoverage[],
  changed: ChangedLines | undefined,
  unmeasured: readonly string[],
): CoverageSummary {
  return {
    lines: total(
      files.map(({ lines }) => ({ covered: countIf(lines.values(), (hits) => hits > 0), total: lines.size })),
    ),
    branches: total(
      files.map(({ branches }) => ({
        covered: countIf(branches, ({ taken }) => (taken ?? 0) > 0),
        total: branches.length,
      })),
    ),
    functions: total(
      files.map(({ functions }) => ({ covered: countIf(functions, ({ hits }) => hits > 0), total: functions.length })),
    ),
    patch: changed === undefined ? undefined : patchCoverage(files, changed),
    unmeasured,
    files,
  };
}

function patchCoverage(files: readonly FileCoverage[], changed: ChangedLines): PatchCoverage {
  const missed = new Map<string, readonly number[]>();
  let covered = 0;
  let coverable = 0;
  for (const { file, lines } of files) {
    const touched = [...(changed.get(file) ?? [])].filter((line) => lines.has(line));
    const notRun = touched.filter((line) => lines.get(line) === 0);
    coverable += touched.length;
    covered += touched.length - notRun.length;
    if (notRun.length > 0)
      missed.set(
        file,
        notRun.toSorted((a, b) => a - b),
      );
  }
  return { covered, total: coverable, missed };
}

function total(ratios: readonly Ratio[]): Ratio {
  return ratios.reduce(
    (sum, { covered, total: count }) => ({ covered: sum.covered + covered, total: sum.total + count }),
    { covered: 0, total: 0 },
  );
}

function countIf<T>(values: Iterable<T>, holds: (value: T) => boolean): number {
  let count = 0;
  for (const value of values) if (holds(value)) count++;
  return count;
}
