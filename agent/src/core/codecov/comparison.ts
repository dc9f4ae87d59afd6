import type { FileDiff } from "./diff.ts";
import { untouchedLines } from "./diff.ts";
import {
  type CommitReport,
  type FileLines,
  lastOf,
  type LineCoverage,
  type ReportView,
  type Totals,
} from "./report.ts";

/** What a push would be judged by. */
export interface Comparison {
  readonly head: {
    /** As it is shown, at most seven characters of it. */
    readonly commit: string;
    readonly branch: string;
    readonly report: CommitReport | undefined;
  };
  readonly base: {
    /** `undefined` when no commit is known to compare with. */
    readonly commit: string | undefined;
    readonly report: CommitReport | undefined;
  };
  /** From the base's commit to the head. */
  readonly diff: readonly FileDiff[];
  /** From where the branch began to the head; differs when the base that has a report is an older commit. */
  readonly patchDiff: readonly FileDiff[];
  /** Whether there is a pull request, or is to be one. */
  readonly pull: boolean;
  readonly ci: "passed" | "failed" | "unknown";
  /** How many uploads have come in; `undefined` when all that will come have. */
  readonly uploads: number | undefined;
}

/** A comparison cut down to some flags and paths. */
export interface Filtered {
  readonly whole: Comparison;
  readonly head: ReportView;
  readonly base: ReportView | undefined;
}

export interface Filter {
  readonly flags: readonly string[];
  readonly expressions: readonly string[];
}

/** `undefined` without a report of the head: then nothing can be compared. */
export function filtered(comparison: Comparison, filter: Filter): Filtered | undefined {
  const { head, base } = comparison;
  if (head.report === undefined) return undefined;
  return { whole: comparison, head: head.report.view(filter), base: base.report?.view(filter) };
}

/** A file whose coverage changed on lines that the change did not touch. */
export interface IndirectChange {
  readonly path: string;
  /** It came into or went out of the report, although the change says neither. */
  readonly kind: "changed" | "new" | "deleted";
  /** How many more lines are missed or partial now. */
  readonly worse: number;
}

/** Files that changed where the diff did not; `undefined` when there is nothing to compare with. */
export function indirectChanges({ whole, head, base }: Filtered): readonly IndirectChange[] | undefined {
  if (base === undefined) return undefined;
  const diffs = new Map(whole.diff.map((file) => [file.path, file]));
  const moved = new Set(whole.diff.flatMap(({ before }) => before ?? []));
  const isExpected = (path: string) => diffs.has(path) || moved.has(path);
  const changes = [...head.files].flatMap(([path, lines]) => {
    const diff = diffs.get(path);
    const before = base.files.get(diff?.before ?? path);
    return before === undefined ? appeared(path, lines, diff) : changedFile({ path, diff, before, after: lines });
  });
  const vanished = [...base.files.keys()].filter((path) => !head.files.has(path) && !isExpected(path));
  return [...changes, ...lostFiles({ whole, head, base }), ...vanished.map((path) => change(path, "deleted"))];
}

function change(path: string, kind: IndirectChange["kind"], worse = 0): IndirectChange {
  return { path, kind, worse };
}

/** A file that only the head has: new lines of a diff are expected, and so is a new file. */
function appeared(path: string, lines: FileLines, diff: FileDiff | undefined): IndirectChange[] {
  if (diff === undefined) return [change(path, "new")];
  if (diff.type === "new") return [];
  const added = new Set(diff.added);
  return [...lines.keys()].some((line) => !added.has(line)) ? [change(path, "new")] : [];
}

interface FilePair {
  readonly path: string;
  readonly diff: FileDiff | undefined;
  readonly before: FileLines;
  readonly after: FileLines;
}

function changedFile(pair: FilePair): IndirectChange[] {
  const lines = unexpectedLines(pair);
  if (lines.length === 0) return [];
  const bad = (line: LineCoverage | undefined) => (line === "miss" || line === "partial" ? 1 : 0);
  return [
    change(
      pair.path,
      "changed",
      lines.reduce((sum, [was, is]) => sum + bad(is) - bad(was), 0),
    ),
  ];
}

/** Untouched lines whose state differs, as before and after; a line that is counted on one side only differs too. */
function unexpectedLines({
  diff,
  before,
  after,
}: FilePair): (readonly [LineCoverage | undefined, LineCoverage | undefined])[] {
  if (diff !== undefined && diff.type !== "modified") return [];
  const last = { lastBefore: lastOf(before.keys()), lastAfter: lastOf(after.keys()) };
  return [...untouchedLines(diff, last)].flatMap(([from, to]) => {
    const pair = [before.get(from), after.get(to)] as const;
    return pair[0] === pair[1] ? [] : [pair];
  });
}

/** Files of a diff that left the report although not all their lines were removed. */
function lostFiles({ whole, head, base }: Filtered): IndirectChange[] {
  return whole.diff.flatMap((diff) => {
    const before = base?.files.get(diff.before ?? diff.path);
    if (diff.type === "deleted" || before === undefined || head.files.has(diff.path)) return [];
    const removed = new Set(diff.removed);
    return [...before.keys()].some((line) => !removed.has(line)) ? [change(diff.path, "deleted")] : [];
  });
}

/** What the change did to counted lines, over all files, whatever the status looks at: so does the service. */
export interface Impact {
  readonly removed: { readonly hits: number; readonly misses: number; readonly partials: number };
  readonly addsLines: boolean;
  readonly changesOthers: boolean;
}

export function impactOf(comparison: Comparison): Impact {
  const all = filtered(comparison, { flags: [], expressions: [] });
  const removed = { hits: 0, misses: 0, partials: 0 };
  if (all?.base === undefined) return { removed, addsLines: false, changesOthers: false };
  for (const diff of comparison.diff) {
    const lines = all.base.files.get(diff.before ?? diff.path);
    for (const state of lines === undefined ? [] : statesOfRemoved(diff, lines)) removed[COUNTED_AS[state]]++;
  }
  const addsLines = comparison.diff.some(({ path, added }) =>
    added.some((line) => all.head.files.get(path)?.has(line)),
  );
  return { removed, addsLines, changesOthers: changesOtherLines(all) };
}

const COUNTED_AS = { hit: "hits", miss: "misses", partial: "partials" } as const;

/** A deleted file has all its lines removed, whether or not the diff lists them. */
function statesOfRemoved({ type, removed }: FileDiff, lines: FileLines): readonly LineCoverage[] {
  return type === "deleted" ? [...lines.values()] : removed.flatMap((line) => lines.get(line) ?? []);
}

function changesOtherLines({ whole, head, base }: Filtered): boolean {
  const diffs = new Map(whole.diff.map((file) => [file.path, file]));
  const none: FileLines = new Map();
  const renamed = new Set(whole.diff.flatMap(({ before }) => before ?? []));
  const paths = new Set([
    ...head.files.keys(),
    ...[...(base?.files.keys() ?? [])].filter((path) => !renamed.has(path)),
  ]);
  return [...paths].some((path) => {
    const diff = diffs.get(path);
    const before = base?.files.get(diff?.before ?? path) ?? none;
    return unexpectedLines({ path, diff, before, after: head.files.get(path) ?? none }).length > 0;
  });
}

/** Coverage of the lines that the change added or altered. */
export function patchTotals({ whole, head }: Filtered): Totals | undefined {
  return whole.patchDiff.length === 0 ? undefined : head.patch(whole.patchDiff).totals;
}
