import type { Finding } from "./finding.ts";

/** A finding that was there before, as far as it takes to know it again. */
export interface KnownFinding {
  readonly check: string;
  readonly rule: string;
  readonly file: string;
  readonly fingerprint: string;
  /** Hashes of what stands before and after it; tells equal findings of one file apart. */
  readonly near: string;
}

/** How many characters of a fingerprint say what was found, wherever; the rest says in which file and which of several. */
const ANCHOR_LENGTH = 20;

/** The part of a fingerprint that stays the same when the file is renamed. */
export function anchorOf(fingerprint: string): string {
  return fingerprint.slice(0, ANCHOR_LENGTH);
}

export interface Match {
  readonly known: KnownFinding;
  readonly now: Finding;
}

export interface Matches {
  readonly pairs: readonly Match[];
  /** Findings that were not there before. */
  readonly fresh: readonly Finding[];
  /** What was there before and is not found any more. */
  readonly gone: readonly KnownFinding[];
}

/** What became of files since the known findings were made. */
export interface FilesNow {
  /** Whether a file of this path is still there. */
  readonly isThere: (file: string) => boolean;
  /** Old path → new path, where version control saw it. */
  readonly renamed?: ReadonlyMap<string, string> | undefined;
}

/**
 * Pairs what was known with what is found, one to one. Where several findings are equal, those with the same neighbours
 * belong together. A finding of a file that is gone belongs to an equal one in any other file: the file was renamed, split or
 * merged. So no more findings are inherited than there were.
 */
export function matchFindings(
  known: readonly KnownFinding[],
  now: readonly Finding[],
  { isThere, renamed }: FilesNow,
): Matches {
  const waiting = new Map<string, KnownFinding[]>();
  for (const entry of known) {
    const anchor = anchorOf(entry.fingerprint);
    waiting.set(anchor, [...(waiting.get(anchor) ?? []), entry]);
  }
  const pairs: Match[] = [];
  let fresh = now;
  const placeOf = (file: string) => renamed?.get(file) ?? file;
  const sameFile = (entry: KnownFinding, finding: Finding) => placeOf(entry.file) === finding.file;
  const rounds: readonly ((entry: KnownFinding, finding: Finding) => boolean)[] = [
    (entry, finding) => sameFile(entry, finding) && neighboursInCommon(entry, finding) === 2,
    (entry, finding) => sameFile(entry, finding) && neighboursInCommon(entry, finding) === 1,
    sameFile,
    (entry, finding) => !isThere(placeOf(entry.file)) && neighboursInCommon(entry, finding) > 0,
    (entry) => !isThere(placeOf(entry.file)),
  ];
  for (const belong of rounds) {
    fresh = fresh.filter((finding) => {
      const candidates = waiting.get(anchorOf(finding.fingerprint)) ?? [];
      const index = candidates.findIndex((entry) => belong(entry, finding));
      const [entry] = index === -1 ? [] : candidates.splice(index, 1);
      if (entry !== undefined) pairs.push({ known: entry, now: finding });
      return entry === undefined;
    });
  }
  return { pairs, fresh, gone: [...waiting.values()].flat() };
}

function neighboursInCommon({ near }: KnownFinding, finding: Finding): number {
  const before = near.split(":");
  const now = (finding.near ?? "").split(":");
  return before.filter((hash, index) => hash !== "" && hash === now[index]).length;
}

/** `12 inherited, 1 suppressed`; empty when everything counts. */
export function suppressedInWords(findings: readonly Finding[]): string {
  const count = (kinds: readonly string[]) =>
    findings.filter(({ suppressed }) => suppressed !== undefined && kinds.includes(suppressed.kind)).length;
  const parts: readonly (readonly [number, string])[] = [
    [count(["baseline"]), "inherited"],
    [count(["inline", "rule"]), "suppressed"],
    [count(["unchanged-line"]), "on unchanged lines"],
  ];
  return parts.flatMap(([many, what]) => (many > 0 ? [`${many} ${what}`] : [])).join(", ");
}
