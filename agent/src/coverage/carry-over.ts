import type { CarriedCoverage, CoverageReport, FileCoverage, LineTests } from "../core/coverage.ts";
import { contentOf, LINE_HASH_LENGTH } from "./content.ts";
import { matchLines } from "./line-match.ts";
import { toRanges } from "./line-ranges.ts";
import { mergeCoverage } from "./merge.ts";

/** What a check had measured in an earlier run, with what that run had itself carried over. */
export interface EarlierCoverage {
  readonly check: string;
  readonly runId: string;
  readonly coverage: CoverageReport;
}

export interface CarryOptions {
  /** Checks that measured all that they cover in this run: what they measured before is outdated. */
  readonly whole: ReadonlySet<string>;
  /** Text of a file of the workspace as it is now, or `undefined` when it is gone. */
  readonly textOf: (file: string) => Promise<string | undefined>;
}

/**
 * Brings what earlier runs measured to the lines as they are now. A file whose text is the same keeps its lines; in one that
 * was edited, lines are found again wherever they moved to, and those that are new or altered are marked stale. A file that is
 * gone, or of which nobody knows what text was measured, is left out: nothing is claimed that cannot be proven.
 */
export async function carryOver(
  earlier: readonly EarlierCoverage[],
  { whole, textOf }: CarryOptions,
): Promise<readonly CarriedCoverage[]> {
  const parts = earlier.flatMap(({ check, runId, coverage: { files, carried = [] } }) => [
    { check, runId, files },
    ...carried,
  ]);
  const byCheck = Map.groupBy(
    parts.filter(({ check }) => !whole.has(check)),
    ({ check }) => check,
  );
  const carried: CarriedCoverage[] = [];
  for (const [check, ofCheck] of byCheck) {
    const known = mergeCoverage(ofCheck.map(({ files }) => ({ files, unplaced: [] })));
    const files: FileCoverage[] = [];
    for (const file of known) {
      const text = await textOf(file.file);
      const brought = text === undefined ? undefined : bringTo(file, text);
      if (brought !== undefined) files.push(brought);
    }
    if (files.length > 0) carried.push({ check, runId: ofCheck[0]?.runId ?? "", files });
  }
  return carried;
}

/** The coverage of a file by the lines of its text as it is now; `undefined` when nobody knows what text was measured. */
export function bringTo(file: FileCoverage, text: string): FileCoverage | undefined {
  const { content: before } = file;
  if (before === undefined) return undefined;
  const now = contentOf(text);
  if (now.hash === before.hash) return { ...file, carried: true };
  const moved = matchLines(hashesOf(before.lineHashes), hashesOf(now.lineHashes));
  const keep = <T extends { readonly line: number }>(entries: readonly T[]): T[] =>
    entries.flatMap((entry) => {
      const line = moved.get(entry.line);
      return line === undefined ? [] : [{ ...entry, line }];
    });
  const stale = toRanges(staleLines(file, { moved, hashes: hashesOf(now.lineHashes) }));
  return {
    file: file.file,
    lines: moveKeys(file.lines, moved),
    branches: keep(file.branches),
    functions: keep(file.functions),
    ...(file.tests === undefined ? {} : { tests: moveTests(file.tests, moved) }),
    content: now,
    carried: true,
    ...(stale.length === 0 ? {} : { stale }),
  };
}

function moveTests({ names, byLine, shared }: LineTests, moved: ReadonlyMap<number, number>): LineTests {
  const sharedNow = (shared ?? []).flatMap((line) => moved.get(line) ?? []).toSorted((a, b) => a - b);
  return { names, byLine: moveKeys(byLine, moved), ...(sharedNow.length === 0 ? {} : { shared: sharedNow }) };
}

function moveKeys<T>(map: ReadonlyMap<number, T>, moved: ReadonlyMap<number, number>): Map<number, T> {
  return new Map(
    [...map].flatMap(([line, value]) => {
      const to = moved.get(line);
      return to === undefined ? [] : [[to, value] as const];
    }),
  );
}

const BLANK = contentOf("").lineHashes;

/** Lines that were not there when the file was measured, and those that were stale then already. Blank ones are not edits. */
function staleLines(
  { stale = [] }: FileCoverage,
  { moved, hashes }: { moved: ReadonlyMap<number, number>; hashes: readonly string[] },
): readonly number[] {
  const known = new Set(moved.values());
  const lines = new Set<number>();
  hashes.forEach((hash, index) => {
    if (!known.has(index + 1) && hash !== BLANK) lines.add(index + 1);
  });
  for (const [first, last] of stale) {
    for (let line = first; line <= last; line++) {
      const to = moved.get(line);
      if (to !== undefined) lines.add(to);
    }
  }
  return [...lines].toSorted((a, b) => a - b);
}

function hashesOf(lineHashes: string): readonly string[] {
  return Array.from({ length: lineHashes.length / LINE_HASH_LENGTH }, (_, index) =>
    lineHashes.slice(index * LINE_HASH_LENGTH, (index + 1) * LINE_HASH_LENGTH),
  );
}
