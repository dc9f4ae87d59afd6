import type { BranchCoverage, FileCoverage } from "../coverage.ts";
import { type CodecovConfig, flagRule } from "./config.ts";
import { type Decimal, percentOfFive } from "./decimal.ts";
import { type FileDiff, untouchedLines } from "./diff.ts";
import { applyFixes, Matcher, UploadFilter } from "./patterns.ts";

/** What one upload measured. Locally that is the report of one check. */
export interface Upload {
  readonly flags: readonly string[];
  /** It was taken over from an earlier commit. */
  readonly carried: boolean;
  readonly files: readonly FileCoverage[];
}

export type LineCoverage = "hit" | "miss" | "partial";
/** Line → state; a line that is absent is not counted. */
export type FileLines = ReadonlyMap<number, LineCoverage>;

export interface Totals {
  readonly files: number;
  readonly lines: number;
  readonly hits: number;
  readonly misses: number;
  readonly partials: number;
  readonly branches: number;
  /** With five digits behind the point; `undefined` without a line. */
  readonly coverage: Decimal | undefined;
}

export type MergeFiles = (files: readonly FileCoverage[]) => readonly FileCoverage[];

/** All uploads of one commit, as the service would keep them after `ignore`, `fixes` and the paths of flags. */
export class CommitReport {
  readonly uploads: readonly Upload[];
  readonly #merge: MergeFiles;
  readonly #views = new Map<string, ReportView>();

  constructor(uploads: readonly Upload[], merge: MergeFiles) {
    this.uploads = uploads;
    this.#merge = merge;
  }

  /** Flags that any upload has, in alphabetical order. */
  flags(): readonly string[] {
    return [...new Set(this.uploads.flatMap(({ flags }) => flags))].toSorted();
  }

  /** Flags that were measured for this very commit. */
  uploadedFlags(): ReadonlySet<string> {
    return new Set(this.uploads.flatMap(({ flags, carried }) => (carried ? [] : flags)));
  }

  isCarried(flag: string): boolean {
    return this.flags().includes(flag) && !this.uploadedFlags().has(flag);
  }

  /** What the report says of some flags and paths only; both empty for everything. */
  view({ flags, expressions }: { flags: readonly string[]; expressions: readonly string[] }): ReportView {
    const key = JSON.stringify([[...flags].toSorted(), [...expressions].toSorted()]);
    const known = this.#views.get(key);
    if (known !== undefined) return known;
    const wanted = this.uploads.filter(
      (upload) => flags.length === 0 || upload.flags.some((flag) => flags.includes(flag)),
    );
    const matcher = new Matcher(expressions);
    const files = this.#merge(wanted.flatMap((upload) => upload.files)).filter(({ file }) => matcher.matches(file));
    const view = new ReportView(files);
    this.#views.set(key, view);
    return view;
  }

  whole(): ReportView {
    return this.view({ flags: [], expressions: [] });
  }
}

/** The lines of some files, with their totals. */
export class ReportView {
  readonly files: ReadonlyMap<string, FileLines>;
  readonly totals: Totals;

  constructor(files: readonly FileCoverage[]) {
    const lines = new Map(files.map((file) => [file.file, linesOf(file)]));
    this.files = lines;
    this.totals = {
      ...sumTotals([...lines.values()].map((file) => totalsOf(file.values()))),
      branches: files.reduce((sum, file) => sum + new Set(countedBranches(file).map(({ line }) => line)).size, 0),
    };
  }

  fileTotals(path: string): Totals | undefined {
    const lines = this.files.get(path);
    return lines === undefined ? undefined : { ...totalsOf(lines.values()), files: 1 };
  }

  /** The totals over the lines that a change added, for each file of the change that the report has. */
  patch(diff: readonly FileDiff[]): { readonly totals: Totals; readonly files: ReadonlyMap<string, Totals> } {
    const files = new Map<string, Totals>();
    for (const { path, type, added } of diff) {
      const lines = this.files.get(path);
      if (type === "deleted" || lines === undefined) continue;
      files.set(path, totalsOf(added.flatMap((line) => lines.get(line) ?? [])));
    }
    return { totals: sumTotals([...files.values()]), files };
  }
}

/**
 * A line with branches is as good as its branches: all of them taken is a hit, none of them a miss. The service's reader
 * of LCOV knows no branches of JavaScript files and none of the first line of TypeScript files.
 */
function linesOf(file: FileCoverage): FileLines {
  const branches = Map.groupBy(countedBranches(file), ({ line }) => line);
  const states = new Map<number, LineCoverage>();
  for (const [line, hits] of file.lines) states.set(line, hits > 0 ? "hit" : "miss");
  for (const [line, ofLine] of branches) {
    const taken = ofLine.filter((branch) => (branch.taken ?? 0) > 0).length;
    states.set(line, taken === ofLine.length ? "hit" : taken === 0 ? "miss" : "partial");
  }
  return states;
}

function countedBranches({ file, branches }: FileCoverage): readonly BranchCoverage[] {
  if (file.endsWith(".js")) return [];
  return file.endsWith(".ts") ? branches.filter(({ line }) => line !== 1) : branches;
}

function totalsOf(lines: Iterable<LineCoverage>): Totals {
  const count = { hit: 0, miss: 0, partial: 0 };
  for (const line of lines) count[line]++;
  return withCoverage({ files: 0, hits: count.hit, misses: count.miss, partials: count.partial });
}

function sumTotals(parts: readonly Totals[]): Totals {
  const counted = parts.filter(({ lines }) => lines > 0);
  const sum = (of: (totals: Totals) => number) => counted.reduce((all, totals) => all + of(totals), 0);
  return withCoverage({
    files: counted.length,
    hits: sum(({ hits }) => hits),
    misses: sum(({ misses }) => misses),
    partials: sum(({ partials }) => partials),
  });
}

function withCoverage(counts: Pick<Totals, "files" | "hits" | "misses" | "partials">): Totals {
  const lines = counts.hits + counts.misses + counts.partials;
  return { ...counts, lines, branches: 0, coverage: lines === 0 ? undefined : percentOfFive(counts.hits, lines) };
}

/** An upload as the service would keep it: `fixes` applied where they lead to a file of the workspace, ignored files left out. */
export function asKept(upload: Upload, config: CodecovConfig, isInWorkspace: (path: string) => boolean): Upload {
  const rules = upload.flags.flatMap((flag) => flagRule(config, flag) ?? []);
  const filter = new UploadFilter({
    ignore: [...config.ignore, ...rules.flatMap(({ ignore }) => ignore)].map(({ expression }) => expression),
    paths: rules.flatMap(({ paths }) => paths ?? []).map(({ expression }) => expression),
  });
  const files = upload.files.flatMap((file) => {
    const path = fixedPath(file.file, config, isInWorkspace);
    return filter.keeps(path) ? [path === file.file ? file : { ...file, file: path }] : [];
  });
  return { ...upload, files };
}

/** Reports are placed in the workspace when they are read, so a fix is only needed for a path that lies nowhere yet. */
function fixedPath(path: string, { fixes }: CodecovConfig, isInWorkspace: (path: string) => boolean): string {
  if (fixes.length === 0 || isInWorkspace(path)) return path;
  return [false, true].map((withPrefixes) => applyFixes(path, fixes, { withPrefixes })).find(isInWorkspace) ?? path;
}

/**
 * What a commit takes over from its parent: the uploads of flags with `carryforward` that it has not measured itself, cut
 * down to the flags' paths, with the lines where the change moved them to.
 */
export function carriedUploads(
  parent: CommitReport,
  { config, uploaded, diff }: { config: CodecovConfig; uploaded: ReadonlySet<string>; diff: readonly FileDiff[] },
): readonly Upload[] {
  const flags = parent.flags().filter((flag) => flagRule(config, flag)?.carryforward === true && !uploaded.has(flag));
  if (flags.length === 0) return [];
  const matcher = new Matcher(pathsOfFlags(config, flags));
  const moved = new Map(diff.map((file) => [file.path, file]));
  return parent.uploads
    .filter((upload) => upload.flags.some((flag) => flags.includes(flag)))
    .map((upload) => ({
      flags: upload.flags,
      carried: true,
      files: upload.files
        .filter(({ file }) => matcher.matches(file))
        .map((file) => shifted(file, moved.get(file.file))),
    }));
}

function shifted(file: FileCoverage, diff: FileDiff | undefined): FileCoverage {
  if (diff?.type !== "modified") return file;
  const lastBefore = lastOf(file.lines.keys());
  const after = new Map(untouchedLines(diff, { lastBefore, lastAfter: 0 }));
  const at = <T extends { readonly line: number }>(part: T): T[] => {
    const line = after.get(part.line);
    return line === undefined ? [] : [{ ...part, line }];
  };
  return {
    ...file,
    lines: new Map([...file.lines].flatMap(([line, hits]) => at({ line, hits }).map((one) => [one.line, one.hits]))),
    branches: file.branches.flatMap(at),
    functions: file.functions.flatMap(at),
  };
}

/** The greatest number, 0 when there is none. A file can have more lines than a call can have arguments. */
export function lastOf(lines: Iterable<number>): number {
  let last = 0;
  for (const line of lines) if (line > last) last = line;
  return last;
}

/** Expressions of the paths of flags; none when one of the flags is about all paths. */
export function pathsOfFlags(config: CodecovConfig, flags: readonly string[]): readonly string[] {
  const all: string[] = [];
  for (const flag of flags) {
    const rule = flagRule(config, flag);
    if (rule === undefined) continue;
    if (rule.paths === undefined) return [];
    all.push(...rule.paths.map(({ expression }) => expression));
  }
  return [...new Set(all)];
}
