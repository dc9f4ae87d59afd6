import type { FileState } from "./repository.ts";

/** What git's index holds, and what lies beside it. */
export interface IndexListing {
  /** In git's order. */
  readonly files: FileState[];
  /** Paths that git does not compare with the work tree: assumed to be unchanged, or to be skipped. */
  readonly unwatched: readonly string[];
  /** Paths that git does not know. */
  readonly untracked: readonly string[];
}

/**
 * Reads `ls-files --stage -v -z`: `TAG MODE SHA STAGE\tPATH`, one entry each zero byte; a file in conflict stands there
 * three times. With `--others` there are entries `? PATH`, too. It is read by position, since a large repository has hundreds of thousands of entries.
 */
export function indexEntries(listing: string): IndexListing {
  const files: FileState[] = [];
  const [unwatched, untracked]: [string[], string[]] = [[], []];
  let last = "";
  for (let at = 0; at < listing.length; ) {
    if (listing.startsWith("? ", at)) {
      const end = endOf(listing, at);
      untracked.push(listing.slice(at + 2, end));
      at = end + 1;
      continue;
    }
    const tab = listing.indexOf("\t", at);
    if (tab === -1) break;
    const end = endOf(listing, tab);
    const path = listing.slice(tab + 1, end);
    if (path === last) files.pop();
    last = path;
    files.push({ path, hash: `${listing.slice(at + 2, at + 8)}:${listing.slice(at + 9, tab - 2)}` });
    const tag = listing[at] ?? "";
    if (tag === "S" || tag !== tag.toUpperCase()) unwatched.push(path);
    at = end + 1;
  }
  return { files, unwatched, untracked };
}

/** What `status` says of what git knows; all paths are relative to the repository. */
export interface StatusListing {
  readonly commit: string | undefined;
  /** Paths that git knows and that differ from the commit, in the index or in the work tree. */
  readonly tracked: readonly string[];
}

/** How many words stand before the path, by the letter that an entry begins with: changed, in conflict. */
const WORDS_BEFORE_PATH = new Map([
  ["1", 8],
  ["u", 10],
]);

/** Reads `status --porcelain=v2 --branch --no-renames -z`. */
export function statusOf(listing: string): StatusListing {
  let commit: string | undefined;
  const tracked: string[] = [];
  for (const entry of listing.split("\0")) {
    const oid = /^# branch\.oid ([0-9a-f]+)$/.exec(entry)?.[1];
    if (oid !== undefined) commit = oid;
    const words = WORDS_BEFORE_PATH.get(entry[0] ?? "");
    if (words === undefined) continue;
    let at = 0;
    for (let word = 0; word < words; word++) at = entry.indexOf(" ", at) + 1;
    tracked.push(entry.slice(at));
  }
  return { commit, tracked };
}

/** Reads `ls-tree -r -z`: `MODE TYPE SHA\tPATH`, one entry each zero byte. */
export function treeEntries(listing: string): FileState[] {
  const files: FileState[] = [];
  for (let at = 0; at < listing.length; ) {
    const end = endOf(listing, at);
    const tab = listing.indexOf("\t", at);
    if (tab === -1) break;
    const [mode = "", , sha = ""] = listing.slice(at, tab).split(" ");
    files.push({ path: listing.slice(tab + 1, end), hash: `${mode}:${sha}` });
    at = end + 1;
  }
  return files;
}

/** Where the entry that begins at a position ends. */
function endOf(listing: string, at: number): number {
  const end = listing.indexOf("\0", at);
  return end === -1 ? listing.length : end;
}

/** Paths of a list that is written with `-z`. */
export function pathsOf(listing: string): readonly string[] {
  return listing.split("\0").filter((path) => path !== "");
}

const ESCAPES: Readonly<Record<string, string>> = { a: "\x07", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" };

/** A diff writes names with control characters, quotes or backslashes as C would; no other name has a backslash. */
export function unescapeName(name: string): string {
  return name.replaceAll(/\\([0-7]{3}|.)/g, (_, escaped: string) =>
    escaped.length === 3 ? String.fromCodePoint(Number.parseInt(escaped, 8)) : (ESCAPES[escaped] ?? escaped),
  );
}

/** Where git may quote a name, it does so only when something in it has to be escaped. */
export function unquoteName(name: string): string {
  return name.startsWith('"') ? unescapeName(name.slice(1, -1)) : name;
}
