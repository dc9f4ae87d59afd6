import { z } from "zod";
import type { BranchCoverage, FileCoverage, FunctionCoverage } from "../../core/coverage.ts";
import { LAST_LINE, LineHits } from "../line-hits.ts";
import { type ParsedCoverage, toParsedCoverage } from "../parsed-coverage.ts";
import { parseJson, shaped } from "./json-report.ts";

/** Counters are 64 bits wide; beyond 2^53 they are no longer exact, which does not matter here. */
const Hits = z.number().nonnegative();
const Line = z.number().int().nonnegative().max(LAST_LINE);
/** Line, column, count, whether it has a count, whether a region begins, and since LLVM 11 whether it is a gap. */
const Segment = z.tuple([Line, z.number(), Hits, z.boolean(), z.boolean()], z.unknown());
/** First line, column, last line, column, times true, times false. */
const Branch = z.tuple([Line, z.number(), Line, z.number(), Hits, Hits], z.unknown());
/** First line, column, last line, column, count, index of its file. */
const Region = z.tuple([Line, z.number(), Line, z.number(), Hits, z.number()], z.unknown());

const Report = z.object({
  type: z.literal("llvm.coverage.json.export"),
  version: z.string(),
  data: z.array(
    z.object({
      files: z.array(
        z.object({
          filename: z.string().min(1),
          segments: z.array(Segment).optional(),
          branches: z.array(Branch).optional(),
        }),
      ),
      functions: z
        .array(z.object({ name: z.string(), count: Hits, filenames: z.array(z.string()), regions: z.array(Region) }))
        .optional(),
    }),
  ),
});
type SegmentTuple = z.infer<typeof Segment>;

/** The longest file whose lines are told one by one: segments far apart would make a small report fill all memory. */
const MOST_LINES = 1_000_000;

/**
 * Reads the JSON of `llvm-cov export` (Clang, Swift, Rust). Never throws. A line's hits are what `llvm-cov show` prints: the
 * most of the regions that begin on it and of the one that goes on from the line before. An export with `-summary-only` has
 * no lines, which is a problem.
 */
export function parseLlvmCov(text: string): ParsedCoverage {
  const json = parseJson("llvm-cov", text);
  return json.ok ? readLlvmCov(json.value) : { files: [], problems: [json.problem] };
}

/** {@link parseLlvmCov} of JSON that is parsed already. */
export function readLlvmCov(value: unknown): ParsedCoverage {
  const report = shaped("llvm-cov", value, Report);
  if (!report.ok) return { files: [], problems: [report.problem] };
  const problems: string[] = [];
  const files: FileCoverage[] = [];
  for (const data of report.value.data) {
    const functions = functionsByFile(data.functions ?? []);
    for (const { filename, segments, branches = [] } of data.files) {
      if (segments === undefined) {
        problems.push(`llvm-cov: ${filename.slice(0, 200)} has no segments; export it without -summary-only`);
        continue;
      }
      const lines = linesOf(segments);
      if (lines === undefined) problems.push(`llvm-cov: ${filename.slice(0, 200)} has more than ${MOST_LINES} lines`);
      else
        files.push({ file: filename, lines, branches: branchesOf(branches), functions: functions.get(filename) ?? [] });
    }
  }
  return toParsedCoverage("llvm-cov", { files, problems: problems.slice(0, 5) });
}

function linesOf(segments: readonly SegmentTuple[]): ReadonlyMap<number, number> | undefined {
  const byLine = Map.groupBy(segments, ([line]) => line);
  const { first, last } = reachOf(segments);
  if (last > MOST_LINES) return undefined;
  const lines = new LineHits();
  let wrapped: SegmentTuple | undefined;
  for (let line = first; line <= last; line++) {
    const here = byLine.get(line) ?? [];
    const hits = hasCode(here, wrapped) ? hitsOf(here, wrapped) : undefined;
    if (hits !== undefined && line > 0) lines.add(line, wholeCount(hits));
    wrapped = here.at(-1) ?? wrapped;
  }
  return lines.drain();
}

/** The lines of the first and the last segment. */
function reachOf(segments: readonly SegmentTuple[]): { first: number; last: number } {
  const [first = 1] = segments[0] ?? [];
  const [last = 0] = segments.at(-1) ?? [];
  return { first, last };
}

/** Whether a line has code, from the segments on it and the last one before it. */
function hasCode(here: readonly SegmentTuple[], wrapped: SegmentTuple | undefined): boolean {
  if (here.some(isCountedEntry)) return true;
  const startsSkipped = here.slice(0, 1).some(([, , , hasCount, isEntry]) => isEntry && !hasCount);
  return !startsSkipped && wrapped !== undefined && wrapped[3];
}

/** The most of the regions that begin on a line and of the one that goes on from the line before. */
function hitsOf(here: readonly SegmentTuple[], wrapped: SegmentTuple | undefined): number {
  const starts = here.filter((segment) => isCountedEntry(segment) && segment[5] !== true);
  return Math.max(wrapped?.[2] ?? 0, ...starts.map(([, , count]) => count));
}

function isCountedEntry([, , , hasCount, isEntry]: SegmentTuple): boolean {
  return hasCount && isEntry;
}

function wholeCount(count: number): number {
  return Math.min(Math.trunc(count), Number.MAX_SAFE_INTEGER);
}

function branchesOf(branches: readonly z.infer<typeof Branch>[]): BranchCoverage[] {
  const known = new Map<string, BranchCoverage>();
  for (const [line, column, lastLine, lastColumn, yes, no] of branches) {
    if (line < 1) continue;
    const block = `${column}-${lastLine}:${lastColumn}`;
    const wasReached = yes > 0 || no > 0;
    addBranch(known, { line, block, branch: "true", taken: wasReached ? wholeCount(yes) : null });
    addBranch(known, { line, block, branch: "false", taken: wasReached ? wholeCount(no) : null });
  }
  return [...known.values()];
}

/** Each instance of a template reports the same branch. */
function addBranch(known: Map<string, BranchCoverage>, reported: BranchCoverage): void {
  const { line, block, branch, taken } = reported;
  const key = `${line} ${block} ${branch}`;
  const before = known.get(key)?.taken ?? null;
  const sum = before === null ? taken : wholeCount(before + (taken ?? 0));
  known.set(key, { ...reported, taken: sum });
}

type FunctionEntries = NonNullable<z.infer<typeof Report>["data"][number]["functions"]>;

function functionsByFile(functions: FunctionEntries): ReadonlyMap<string, FunctionCoverage[]> {
  const byFile = new Map<string, FunctionCoverage[]>();
  for (const { name, count, filenames, regions } of functions) {
    const [region] = regions;
    const file = region === undefined ? undefined : filenames[region[5]];
    if (region === undefined || file === undefined || region[0] < 1) continue;
    const entry = { name, line: region[0], hits: wholeCount(count) };
    const entries = byFile.get(file);
    if (entries === undefined) byFile.set(file, [entry]);
    else entries.push(entry);
  }
  return byFile;
}
