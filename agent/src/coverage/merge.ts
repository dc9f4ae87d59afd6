import type {
  BranchCoverage,
  CoverageReport,
  FileCoverage,
  FunctionCoverage,
  LineTests,
  MeasuredContent,
} from "../core/coverage.ts";
import { LineHits } from "./line-hits.ts";
import { toRanges } from "./line-ranges.ts";

/**
 * Adds reports up. A line, branch or function is there when any report has it. Hits of independent measurements are added,
 * up to 2^53 − 1; what an earlier run had measured and was carried over counts as run or not, and is never added to, so
 * that a chain of partial runs does not grow its counts. A branch that no report reached stays `null`. Which tests ran a
 * line is joined by name. Files come out sorted by name; the order of the reports makes no difference.
 */
export function mergeCoverage(reports: readonly CoverageReport[]): readonly FileCoverage[] {
  const byFile = Map.groupBy(
    reports.flatMap(({ files, carried = [] }) => [...files, ...carried.flatMap((part) => part.files)]),
    ({ file }) => file,
  );
  return [...byFile]
    .map(([file, parts]) => (parts.length === 1 && parts[0] !== undefined ? parts[0] : mergeFile(file, parts)))
    .toSorted((a, b) => (a.file < b.file ? -1 : 1));
}

function mergeFile(file: string, parts: readonly FileCoverage[]): FileCoverage {
  const now = parts.filter(({ carried }) => carried !== true);
  const before = parts.filter(({ carried }) => carried === true);
  const lines = mergeLines(now, before);
  const tests = mergeTests(parts);
  const content = commonContent(parts);
  const stale = staleLines(parts, now);
  return {
    file,
    lines,
    branches: mergeBranches(now, before),
    functions: mergeFunctions(now, before),
    ...(tests === undefined ? {} : { tests }),
    ...(content === undefined ? {} : { content }),
    ...(now.length === 0 ? { carried: true } : {}),
    ...(stale.length === 0 ? {} : { stale: toRanges(stale) }),
  };
}

function mergeLines(now: readonly FileCoverage[], before: readonly FileCoverage[]): ReadonlyMap<number, number> {
  const lines = new LineHits();
  for (const part of now) for (const [line, hits] of part.lines) lines.add(line, hits);
  for (const part of before) {
    for (const [line, hits] of part.lines) lines.add(line, Math.max(0, hits - (lines.get(line) ?? 0)));
  }
  return lines.drain();
}

function mergeBranches(now: readonly FileCoverage[], before: readonly FileCoverage[]): readonly BranchCoverage[] {
  const branches = new Map<string, BranchCoverage>();
  const put = (part: FileCoverage, join: (one: number, other: number) => number) => {
    for (const branch of part.branches) {
      const key = `${branch.line}\0${branch.block}\0${branch.branch}`;
      const known = branches.get(key)?.taken ?? null;
      const taken = known === null || branch.taken === null ? (known ?? branch.taken) : join(known, branch.taken);
      branches.set(key, { ...branch, taken });
    }
  };
  for (const part of now) put(part, addHits);
  for (const part of before) put(part, Math.max);
  return [...branches]
    .toSorted(([a, { line }], [b, other]) => line - other.line || (a < b ? -1 : 1))
    .map(([, branch]) => branch);
}

function mergeFunctions(now: readonly FileCoverage[], before: readonly FileCoverage[]): readonly FunctionCoverage[] {
  const functions = new Map<string, FunctionCoverage>();
  const put = (part: FileCoverage, join: (one: number, other: number) => number) => {
    for (const entry of part.functions) {
      const key = `${entry.line}\0${entry.name}`;
      const known = functions.get(key)?.hits;
      functions.set(key, known === undefined ? entry : { ...entry, hits: join(known, entry.hits) });
    }
  };
  for (const part of now) put(part, addHits);
  for (const part of before) put(part, Math.max);
  return [...functions.values()].toSorted((a, b) => a.line - b.line || (a.name < b.name ? -1 : 1));
}

function mergeTests(parts: readonly FileCoverage[]): LineTests | undefined {
  const told = parts.flatMap(({ tests }) => tests ?? []);
  if (told.length === 0) return undefined;
  const names = [...new Set(told.flatMap((tests) => tests.names))].toSorted();
  const indexOf = new Map(names.map((name, index) => [name, index]));
  const byLine = new Map<number, Set<number>>();
  for (const tests of told) {
    const indices = tests.names.map((name) => indexOf.get(name) ?? 0);
    for (const [line, ran] of tests.byLine) {
      const set = byLine.get(line) ?? new Set();
      for (const index of ran) set.add(indices[index] ?? 0);
      byLine.set(line, set);
    }
  }
  const ascending = (set: ReadonlySet<number>) => [...set].toSorted((a, b) => a - b);
  const shared = ascending(new Set(told.flatMap((tests) => tests.shared ?? [])));
  return {
    names,
    byLine: new Map([...byLine].toSorted(([a], [b]) => a - b).map(([line, set]) => [line, ascending(set)])),
    ...(shared.length === 0 ? {} : { shared }),
  };
}

/** The text that all parts were measured on; parts of different texts have none in common. */
function commonContent(parts: readonly FileCoverage[]): MeasuredContent | undefined {
  const contents = parts.flatMap(({ content }) => content ?? []);
  const [first] = contents;
  return contents.every(({ hash }) => hash === first?.hash) ? first : undefined;
}

/** An edited line that this run did see run is not stale, and neither is one that this run's report holds for not coverable. */
function staleLines(parts: readonly FileCoverage[], now: readonly FileCoverage[]): readonly number[] {
  const lines = new Set<number>();
  for (const [first, last] of parts.flatMap(({ stale = [] }) => stale))
    for (let line = first; line <= last; line++) lines.add(line);
  const isStale = (line: number) => {
    const hits = now.flatMap((part) => part.lines.get(line) ?? []);
    return now.length === 0 || (hits.length > 0 && hits.every((each) => each === 0));
  };
  return [...lines].filter(isStale).toSorted((a, b) => a - b);
}

function addHits(one: number, other: number): number {
  return Math.min(one + other, Number.MAX_SAFE_INTEGER);
}
