import { createHash } from "node:crypto";
import { join } from "node:path";
import parseDiff from "parse-diff";
import type { SimpleGit } from "simple-git";
import type { FileDiff } from "../core/codecov/diff.ts";
import type { ChangedLines } from "../core/coverage-summary.ts";
import { messageOf, TrigateError } from "../errors/trigate-error.ts";
import {
  exists,
  isSystemError,
  lstat,
  makeScratchFolder,
  readdir,
  readFile,
  readlink,
  removeFolder,
} from "../platform/files.ts";
import { fileDiffs } from "./file-diffs.ts";
import { ObservedFiles } from "../platform/observed-files.ts";
import { type FileState, REPOSITORY_INSIDE, type Repository, type Snapshot } from "./repository.ts";

/** Branches that changes are usually counted from, the likeliest first. */
const USUAL_BASES = ["origin/HEAD", "origin/main", "origin/master", "main", "master"];

/** A repository may tell git to overlook changes; what is judged is what lies there. */
const OVERLOOKING_NOTHING = ["core.trustctime=true", "core.checkStat=default", "core.ignoreStat=false"];

/** Settings that keep git from running programs that a repository names, and from locking the index under the user's own git. */
const SAFE = [
  "--no-optional-locks",
  ...[
    "core.fsmonitor=false",
    "core.hooksPath=/dev/null",
    "diff.external=",
    "core.quotePath=false",
    ...OVERLOOKING_NOTHING,
    ...(process.platform === "win32" ? [] : ["core.fileMode=true"]),
  ].flatMap((setting) => ["-c", setting]),
];

/** As many paths as fit into one command line on every system. */
const ARGUMENTS_AT_ONCE = 200;

/** A git work tree, or a folder inside of one, read through the user's own git. */
export class GitRepository implements Repository {
  readonly #root: string;
  readonly #open: () => Promise<SimpleGit>;
  readonly #env: Readonly<Record<string, string | undefined>>;
  #git: Promise<SimpleGit> | undefined;

  /** `open` is called at the first use, so that commands that never ask git do not load the client. */
  constructor(root: string, open: () => Promise<SimpleGit>, env: Readonly<Record<string, string | undefined>>) {
    this.#root = root;
    this.#open = open;
    this.#env = env;
  }

  async snapshot(): Promise<Snapshot> {
    const [index, status, head] = await Promise.all([
      this.#raw(["ls-files", "--stage", "-v", "-z"]),
      this.#raw([
        "status",
        "--porcelain=v1",
        "-z",
        "--untracked-files=all",
        "--ignore-submodules=none",
        "--no-renames",
        "--",
        ".",
      ]),
      this.#head(),
    ]);
    const entries = [...indexEntries(index)];
    const files = new Map(entries.map(({ path, hash }) => [path, hash]));
    const { prefix, commit } = head;
    const touched = statusPaths(status).flatMap((path) => (path.startsWith(prefix) ? [path.slice(prefix.length)] : []));
    const unwatched = entries.filter(({ isWatched }) => !isWatched).map(({ path }) => path);
    await Promise.all(
      [...touched, ...unwatched].map(async (path) => {
        const hash = await hashOfWorkFile(join(this.#root, path));
        if (hash === undefined) files.delete(path);
        else files.set(path, hash);
      }),
    );
    return { ...treeOf(files), dirty: touched.length > 0 || commit === undefined, commit };
  }

  async paths(): Promise<readonly string[]> {
    const listed = await this.#raw(["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", "-z"]);
    return listed
      .split("\0")
      .filter((path) => path !== "")
      .toSorted();
  }

  async folders(): Promise<readonly string[] | undefined> {
    if (!(await isFolder(join(this.#root, ".git")))) return undefined;
    const found = [""];
    let level = [""];
    while (level.length > 0) {
      const below = (await Promise.all(level.map((folder) => subfolders(this.#root, folder)))).flat();
      const ignored = await this.#ignored(below);
      level = below.filter((folder) => !ignored.has(folder));
      found.push(...level);
    }
    return found;
  }

  async #ignored(folders: readonly string[]): Promise<ReadonlySet<string>> {
    const ignored = new Set<string>();
    for (let from = 0; from < folders.length; from += ARGUMENTS_AT_ONCE) {
      const batch = folders.slice(from, from + ARGUMENTS_AT_ONCE);
      // Exit code 1 says that none of them is ignored.
      const listed = await this.#rawOr(["check-ignore", "--", ...batch], "");
      for (const name of listed.split("\n")) ignored.add(unquoteName(name));
    }
    return ignored;
  }

  /** Where the workspace lies in the repository, `""` or with a `/` at the end, and the commit, when there is one yet. */
  async #head(): Promise<{ prefix: string; commit: string | undefined }> {
    const both = await this.#rawOr(["rev-parse", "--show-prefix", "HEAD"], undefined);
    const [prefix = "", commit] = (both ?? (await this.#raw(["rev-parse", "--show-prefix"]))).split("\n");
    return { prefix, commit: both === undefined || commit === "" ? undefined : commit };
  }

  async mergeBase(base: string | undefined): Promise<string | undefined> {
    for (const candidate of base === undefined ? USUAL_BASES : [base]) {
      // No name of a commit begins with a dash; git would take it for an option.
      const commit = candidate.startsWith("-") ? "" : (await this.#rawOr(["merge-base", "HEAD", candidate], "")).trim();
      if (commit !== "") return commit;
    }
    if (base !== undefined)
      throw new TrigateError("usage/bad-argument", {
        problem: `"${base}" has no common ancestor with HEAD`,
        hint: "name a branch or commit of this repository",
      });
    return undefined;
  }

  async changedLines(commit: string): Promise<ChangedLines> {
    const [diff, untracked] = await Promise.all([
      this.#raw(["diff", ...LINES_ONLY, commit, "--", "."]),
      this.#raw(["ls-files", "--others", "--exclude-standard", "-z"]),
    ]);
    const changed = addedLines(diff);
    for (const path of untracked.split("\0").filter((entry) => entry !== "")) {
      const count = await countLines(join(this.#root, path));
      changed.set(path, new Set(Array.from({ length: count }, (_, index) => index + 1)));
    }
    return changed;
  }

  async treeId(): Promise<string | undefined> {
    const scratch = await makeScratchFolder();
    try {
      const git = (await this.#open()).env({ ...gitEnvironment(this.#env), GIT_INDEX_FILE: join(scratch, "index") });
      await rawOf(git, ["add", "--all", "."]);
      // What is tracked counts although it is ignored; a new index leaves it out.
      const listed = await this.#raw(["ls-files", "--cached", "--ignored", "--exclude-standard", "-z"]);
      const kept = listed.split("\0").filter((path) => path !== "");
      if (kept.length > 0) await rawOf(git, ["update-index", "--add", "--remove", "--", ...kept]);
      return (await rawOf(git, ["write-tree"])).trim();
    } finally {
      await removeFolder(scratch);
    }
  }

  async stagedFiles(): Promise<readonly string[]> {
    const listed = await this.#raw([
      "diff",
      "--cached",
      "--name-only",
      "--diff-filter=d",
      "--relative",
      "-z",
      "--",
      ".",
    ]);
    return listed.split("\0").filter((path) => path !== "");
  }

  async stagedLines(): Promise<ChangedLines> {
    return addedLines(await this.#raw(["diff", "--cached", ...LINES_ONLY, "--", "."]));
  }

  async stagedSnapshot(): Promise<Snapshot | undefined> {
    const status = await this.#raw([
      "status",
      "--porcelain=v1",
      "-z",
      "--untracked-files=all",
      "--no-renames",
      "--",
      ".",
    ]);
    // The second letter tells of the work tree against the index; a question mark stands for what git does not know.
    if (status.split("\0").every((entry) => entry === "" || entry[1] === " ")) return undefined;
    const [index, { commit }] = await Promise.all([this.#raw(["ls-files", "--stage", "-v", "-z"]), this.#head()]);
    const entries = [...indexEntries(index)].map(({ path, hash }) => [path, hash] as const);
    return { ...treeOf(new Map(entries)), dirty: true, commit };
  }

  async exportTo(folder: string, commit?: string): Promise<string> {
    const { prefix } = await this.#head();
    const scratch = await makeScratchFolder();
    try {
      // Large files behind pointers stay pointers: what only the network has is not fetched for a check.
      const env = { ...gitEnvironment(this.#env), GIT_LFS_SKIP_SMUDGE: "1" };
      const own = { ...env, GIT_INDEX_FILE: join(scratch, "index") };
      const git = (await this.#open()).env(commit === undefined ? env : own);
      if (commit !== undefined) await rawOf(git, ["read-tree", commit]);
      await rawOf(git, ["checkout-index", "--all", `--prefix=${folder}/`]);
      return join(folder, prefix);
    } finally {
      await removeFolder(scratch);
    }
  }

  async snapshotAt(commit: string): Promise<Snapshot> {
    const listed = await this.#raw(["ls-tree", "-r", "-z", commit]);
    return { ...treeOf(new Map(treeEntries(listed))), dirty: false, commit };
  }

  async renames(commit: string): Promise<ReadonlyMap<string, string>> {
    const args = ["--find-renames", "--diff-filter=R", "--name-status", "--no-ext-diff", "--relative", "-z"];
    const words = (await this.#raw(["diff", ...args, commit, "--", "."])).split("\0");
    const pairs = new Map<string, string>();
    for (let at = 0; at + 2 < words.length; at += 3) pairs.set(words[at + 1] ?? "", words[at + 2] ?? "");
    return pairs;
  }

  async diffSince(commit: string): Promise<readonly FileDiff[]> {
    const [diff, untracked] = await Promise.all([
      this.#raw(["diff", ...LINES_ONLY, commit, "--", "."]),
      this.#raw(["ls-files", "--others", "--exclude-standard", "-z"]),
    ]);
    const paths = untracked.split("\0").filter((path) => path !== "");
    const added = await Promise.all(paths.map(async (path) => countLines(join(this.#root, path))));
    const unknown = paths.map((path, at): FileDiff => {
      const lines = Array.from({ length: added[at] ?? 0 }, (_, index) => index + 1);
      return { path, type: "new", added: lines, removed: [] };
    });
    return [...fileDiffs(diff, unescapeName), ...unknown];
  }

  async ancestors(commit: string, count: number): Promise<readonly string[]> {
    const listed = await this.#raw(["rev-list", "--first-parent", `--max-count=${count}`, commit]);
    return listed.split("\n").filter((line) => line !== "");
  }

  async branch(): Promise<string | undefined> {
    // Exit code 1 says that no branch is checked out.
    const name = (await this.#rawOr(["symbolic-ref", "--short", "--quiet", "HEAD"], "")).trim();
    return name === "" ? undefined : name;
  }

  async filesWith(text: string): Promise<readonly string[]> {
    // Exit code 1 says that there is none.
    const listed = await this.#rawOr(["grep", "--untracked", "-l", "-z", "-I", "-F", "-e", text, "--", "."], "");
    return listed.split("\0").filter((path) => path !== "");
  }

  async #raw(args: readonly string[]): Promise<string> {
    this.#git ??= this.#open();
    return rawOf(await this.#git, args);
  }

  async #rawOr<T>(args: readonly string[], fallback: T): Promise<string | T> {
    try {
      return await this.#raw(args);
    } catch (error) {
      if (error instanceof TrigateError && error.code === "vcs/failed") return fallback;
      throw error;
    }
  }
}

/** A diff of which only the numbers of the added lines are read. */
const LINES_ONLY = ["--unified=0", "--no-color", "--no-ext-diff", "--no-textconv", "--relative", "--find-renames"];

function addedLines(diff: string): Map<string, Set<number>> {
  const changed = new Map<string, Set<number>>();
  for (const { to, chunks } of parseDiff(diff)) {
    if (to === undefined || to === "/dev/null") continue;
    const lines = chunks.flatMap((chunk) =>
      chunk.changes.flatMap((change) => (change.type === "add" ? [change.ln] : [])),
    );
    changed.set(unescapeName(to), new Set(lines));
  }
  return changed;
}

async function rawOf(git: SimpleGit, args: readonly string[]): Promise<string> {
  try {
    return await git.raw([...SAFE, ...args]);
  } catch (error) {
    const command = `git ${args.join(" ")}`;
    throw new TrigateError("vcs/failed", { command, problem: messageOf(error) }, { cause: error });
  }
}

const GIT_VARIABLES = ["PATH", "HOME", "USERPROFILE", "XDG_CONFIG_HOME", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP"];

/** What git is to see: where the user's things are, and nothing that names a repository, an index or a program of its own. */
export function gitEnvironment(own: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(GIT_VARIABLES.flatMap((name) => (own[name] === undefined ? [] : [[name, own[name]]])));
}

interface IndexEntry {
  readonly path: string;
  readonly hash: string;
  /** Whether git compares the file with its entry: not with one that is assumed to be unchanged or to be skipped. */
  readonly isWatched: boolean;
}

/** `TAG MODE SHA STAGE\tPATH`, one entry each zero byte; a file in conflict stands there three times. */
function* indexEntries(listing: string): Generator<IndexEntry> {
  for (const entry of listing.split("\0")) {
    const tab = entry.indexOf("\t");
    if (tab === -1) continue;
    const [tag = "", mode = "", sha = ""] = entry.slice(0, tab).split(" ");
    yield { path: entry.slice(tab + 1), hash: `${mode}:${sha}`, isWatched: tag !== "S" && tag === tag.toUpperCase() };
  }
}

/** `MODE TYPE SHA\tPATH`, one entry each zero byte. */
function* treeEntries(listing: string): Generator<readonly [string, string]> {
  for (const entry of listing.split("\0")) {
    const tab = entry.indexOf("\t");
    if (tab === -1) continue;
    const [mode = "", , sha = ""] = entry.slice(0, tab).split(" ");
    yield [entry.slice(tab + 1), `${mode}:${sha}`];
  }
}

function statusPaths(listing: string): string[] {
  return listing.split("\0").flatMap((entry) => (entry.length > 3 ? [entry.slice(3)] : []));
}

const ESCAPES: Readonly<Record<string, string>> = { a: "\x07", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t", v: "\v" };

/** A diff writes names with control characters, quotes or backslashes as C would; no other name has a backslash. */
function unescapeName(name: string): string {
  return name.replaceAll(/\\([0-7]{3}|.)/g, (_, escaped: string) =>
    escaped.length === 3 ? String.fromCodePoint(Number.parseInt(escaped, 8)) : (ESCAPES[escaped] ?? escaped),
  );
}

/** Where git may quote a name, it does so only when something in it has to be escaped. */
function unquoteName(name: string): string {
  return name.startsWith('"') ? unescapeName(name.slice(1, -1)) : name;
}

/** The same hash that git's index would have, so that staging a file changes nothing. `undefined` when it is gone. */
export async function hashOfWorkFile(path: string): Promise<string | undefined> {
  try {
    const stats = await lstat(path);
    if (stats.isSymbolicLink()) return `120000:${blobHash(Buffer.from(await readlink(path)))}`;
    // A repository inside of this one, or a submodule that differs from its commit.
    if (stats.isDirectory()) return `${REPOSITORY_INSIDE}${new ObservedFiles().treeHashOf(path) ?? ""}`;
    if (!stats.isFile()) return `other:${stats.size}:${stats.mtimeMs}`;
    return `${stats.mode & 0o111 ? "100755" : "100644"}:${blobHash(await readFile(path))}`;
  } catch (error) {
    if (isSystemError(error, "ENOENT") || isSystemError(error, "ENOTDIR")) return undefined;
    throw error;
  }
}

function blobHash(content: Uint8Array): string {
  return createHash("sha1").update(`blob ${content.length}\0`).update(content).digest("hex");
}

/** Files in order with the hash over all of them. */
export function treeOf(hashes: ReadonlyMap<string, string>): { files: readonly FileState[]; tree: string } {
  const files = [...hashes].map(([path, hash]) => ({ path, hash })).toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const tree = createHash("sha256");
  for (const { path, hash } of files) tree.update(`${hash} ${path}\0`);
  return { files, tree: tree.digest("hex") };
}

async function countLines(path: string): Promise<number> {
  // An untracked link has no lines of its own, whatever it points to.
  if (!(await lstat(path)).isFile()) return 0;
  const text = await readFile(path, "utf8");
  return text === "" ? 0 : text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}

async function isFolder(path: string): Promise<boolean> {
  return (await exists(path)) && (await lstat(path)).isDirectory();
}

/** The folders right below one; git's own and those of repositories inside are left out. */
async function subfolders(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  if (folder !== "" && entries.some(({ name }) => name === ".git")) return [];
  return entries.flatMap((entry) =>
    entry.isDirectory() && entry.name !== ".git" ? [folder === "" ? entry.name : `${folder}/${entry.name}`] : [],
  );
}
