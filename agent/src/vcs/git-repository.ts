import { join } from "node:path";
import parseDiff from "parse-diff";
import type { SimpleGit } from "simple-git";
import type { FileDiff } from "../core/codecov/diff.ts";
import type { ChangedLines } from "../core/coverage-summary.ts";
import { messageOf, TrigateError } from "../errors/trigate-error.ts";
import { exists, makeScratchFolder, removeFolder } from "../platform/files.ts";
import { fileDiffs } from "./file-diffs.ts";
import {
  type IndexListing,
  indexEntries,
  pathsOf,
  statusOf,
  treeEntries,
  unescapeName,
  unquoteName,
} from "./git-listings.ts";
import { fileAt, snapshotOf } from "./file-tree.ts";
import { DEEPEN, type FileState, type Repository, type Snapshot } from "./repository.ts";
import { countLines, hashOfWorkFile, isFolder, subfolders } from "./work-files.ts";

/** Branches that changes are usually counted from, the likeliest first. */
const USUAL_BASES = [
  "refs/remotes/origin/HEAD",
  "refs/remotes/origin/main",
  "refs/remotes/origin/master",
  "refs/heads/main",
  "refs/heads/master",
];

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

/** For paths that are named one by one, each as it is written: to prepare for all files of the index would take longer. */
const NAMED = ["-c", "core.preloadIndex=false", "--literal-pathspecs"];

/** As many paths as fit into one command line on every system. */
const ARGUMENTS_AT_ONCE = 200;

/**
 * Says what git knows and differs from the commit, and which commit that is. The line about the commit comes even when nothing was touched:
 * the git client waits for 50 ms longer when a command prints nothing.
 */
const TOUCHED = ["--porcelain=v2", "--branch", "--no-ahead-behind", "-z", "--untracked-files=no", "--no-renames"];

/** A git work tree, or a folder inside of one, read through the user's own git. */
export class GitRepository implements Repository {
  readonly #root: string;
  readonly #open: () => Promise<SimpleGit>;
  readonly #env: Readonly<Record<string, string | undefined>>;
  #git: Promise<SimpleGit> | undefined;
  #knownPrefix: string | undefined;

  /** `open` is called at the first use, so that commands that never ask git do not load the client. */
  constructor(root: string, open: () => Promise<SimpleGit>, env: Readonly<Record<string, string | undefined>>) {
    this.#root = root;
    this.#open = open;
    this.#env = env;
  }

  async snapshot(): Promise<Snapshot> {
    // Looking for changes and looking for what git does not know take about as long, and each keeps a core busy.
    const [status, listing, prefix] = await Promise.all([
      this.#raw(["status", ...TOUCHED, "--ignore-submodules=none", "--", "."]).then(statusOf),
      this.#raw(["ls-files", "--stage", "-v", "-z", "--others", "--exclude-standard"]).then(indexEntries),
      this.#prefix(),
    ]);
    const { untracked } = listing;
    const tracked = status.tracked.flatMap((path) => (path.startsWith(prefix) ? [path.slice(prefix.length)] : []));
    const files = await this.#asTheyLie(listing, [...tracked, ...untracked]);
    const { commit } = status;
    const dirty = tracked.length + untracked.length > 0 || commit === undefined;
    return snapshotOf(files, { dirty, commit, touched: { tracked, untracked } });
  }

  /** The files of the index, and those that may differ from it as they lie in the work tree. */
  async #asTheyLie({ files, unwatched }: IndexListing, touched: readonly string[]): Promise<readonly FileState[]> {
    const hashes = new Map<string, string | undefined>();
    const look = async (path: string) => hashes.set(path, await hashOfWorkFile(join(this.#root, path)));
    await Promise.all([...touched, ...unwatched].map(look));
    if (hashes.size === 0) return files;
    const there = [...hashes].flatMap(([path, hash]) => (hash === undefined ? [] : [{ path, hash }]));
    return [...files.filter(({ path }) => !hashes.has(path)), ...there];
  }

  async paths(): Promise<readonly string[]> {
    const listed = await this.#raw(["ls-files", "--cached", "--others", "--exclude-standard", "--deduplicate", "-z"]);
    return pathsOf(listed).toSorted();
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

  /** Where the workspace lies in the repository, `""` or with a `/` at the end. */
  async #prefix(): Promise<string> {
    this.#knownPrefix ??= (await exists(join(this.#root, ".git")))
      ? ""
      : (await this.#raw(["rev-parse", "--show-prefix"])).trimEnd();
    return this.#knownPrefix;
  }

  async mergeBase(base: string | undefined): Promise<string | undefined> {
    for (const candidate of base === undefined ? await this.#usualBases() : [base]) {
      // No name of a commit begins with a dash; git would take it for an option.
      const commit = candidate.startsWith("-") ? "" : (await this.#rawOr(["merge-base", "HEAD", candidate], "")).trim();
      if (commit !== "") return commit;
    }
    if (base === undefined) return undefined;
    throw new TrigateError("usage/bad-argument", {
      problem: `"${base}" has no common ancestor with HEAD`,
      hint: (await this.isShallow()) ? DEEPEN : "name a branch or commit of this repository",
    });
  }

  /** The usual main branches that there are, the likeliest first: each that is not would cost a start of git. */
  async #usualBases(): Promise<readonly string[]> {
    const listed = await this.#raw(["for-each-ref", "--format=%(refname)", ...USUAL_BASES]);
    const known = new Set(listed.split("\n"));
    return USUAL_BASES.filter((name) => known.has(name));
  }

  async changedLines(commit: string, known?: Snapshot): Promise<ChangedLines> {
    const among = known && (await this.#changedAmong(commit, known));
    const [changed, untracked] = await Promise.all([
      this.#addedSince(commit, among?.tracked),
      among?.untracked ?? this.#untracked(),
    ]);
    for (const path of untracked) {
      const count = await countLines(join(this.#root, path));
      changed.set(path, new Set(Array.from({ length: count }, (_, index) => index + 1)));
    }
    return changed;
  }

  /**
   * Where a work tree may differ from a commit, told from what its snapshot says about its own commit, so that git need not
   * look at every file again; `undefined` where the snapshot does not say, or where it is too much to be named to git.
   */
  async #changedAmong(commit: string, { commit: head, touched }: Snapshot): Promise<Snapshot["touched"]> {
    if (touched === undefined || head === undefined) return undefined;
    const between =
      commit === head
        ? []
        : pathsOf(
            await this.#raw([
              "diff-tree",
              "-r",
              "--name-only",
              "--no-renames",
              "--relative",
              "-z",
              commit,
              head,
              "--",
              ".",
            ]),
          );
    const tracked = [...new Set([...touched.tracked, ...between])];
    return tracked.length > ARGUMENTS_AT_ONCE ? undefined : { tracked, untracked: touched.untracked };
  }

  /** Lines of tracked files, of some or of all, that were added since a commit. */
  async #addedSince(commit: string, paths: readonly string[] | undefined): Promise<Map<string, Set<number>>> {
    if (paths?.length === 0) return new Map();
    const named = paths === undefined ? [] : NAMED;
    return addedLines(await this.#raw([...named, "diff", ...LINES_ONLY, commit, "--", ...(paths ?? ["."])]));
  }

  async #untracked(): Promise<readonly string[]> {
    return pathsOf(await this.#raw(["ls-files", "--others", "--exclude-standard", "-z"]));
  }

  async treeId(): Promise<string | undefined> {
    const scratch = await makeScratchFolder();
    try {
      const git = (await this.#open()).env({ ...gitEnvironment(this.#env), GIT_INDEX_FILE: join(scratch, "index") });
      await rawOf(git, ["add", "--all", "."]);
      // What is tracked counts although it is ignored; a new index leaves it out.
      const listed = await this.#raw(["ls-files", "--cached", "--ignored", "--exclude-standard", "-z"]);
      const kept = pathsOf(listed);
      if (kept.length > 0) await rawOf(git, ["update-index", "--add", "--remove", "--", ...kept]);
      return (await rawOf(git, ["write-tree"])).trim();
    } finally {
      await removeFolder(scratch);
    }
  }

  async removedFiles(commit: string | undefined, known?: Snapshot): Promise<readonly string[]> {
    const among = commit === undefined || known === undefined ? undefined : await this.#changedAmong(commit, known);
    const isGone = (path: string) => known === undefined || fileAt(known, path) === undefined;
    const paths = among?.tracked.filter(isGone) ?? ["."];
    if (paths.length === 0) return [];
    const since = commit === undefined ? ["--cached"] : [commit];
    const what = ["--name-only", "--diff-filter=D", "--no-renames", "--no-ext-diff", "--relative", "-z"];
    const named = among === undefined ? [] : NAMED;
    return pathsOf(await this.#raw([...named, "diff", ...what, ...since, "--", ...paths]));
  }

  async isShallow(): Promise<boolean> {
    return (await this.#rawOr(["rev-parse", "--is-shallow-repository"], "")).trim() === "true";
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
    return pathsOf(listed);
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
    const [{ files }, head] = await Promise.all([
      this.#raw(["ls-files", "--stage", "-v", "-z"]).then(indexEntries),
      this.#rawOr(["rev-parse", "HEAD"], ""),
    ]);
    return snapshotOf(files, { dirty: true, commit: head === "" ? undefined : head.trim() });
  }

  async exportTo(folder: string, commit?: string): Promise<string> {
    const prefix = await this.#prefix();
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
    return snapshotOf(treeEntries(listed), { dirty: false, commit });
  }

  async renames(commit: string): Promise<ReadonlyMap<string, string>> {
    const args = ["--find-renames", "--diff-filter=R", "--name-status", "--no-ext-diff", "--relative", "-z"];
    const words = (await this.#raw(["diff", ...args, commit, "--", "."])).split("\0");
    const pairs = new Map<string, string>();
    for (let at = 0; at + 2 < words.length; at += 3) pairs.set(words[at + 1] ?? "", words[at + 2] ?? "");
    return pairs;
  }

  async diffSince(commit: string): Promise<readonly FileDiff[]> {
    const [diff, paths] = await Promise.all([this.#raw(["diff", ...LINES_ONLY, commit, "--", "."]), this.#untracked()]);
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
    return pathsOf(listed);
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

/** What git prints. Throws `vcs/failed`. */
export async function rawOf(git: SimpleGit, args: readonly string[]): Promise<string> {
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
  const usual = Object.fromEntries(
    GIT_VARIABLES.flatMap((name) => (own[name] === undefined ? [] : [[name, own[name]]])),
  );
  // A commit of single files is prepared in an index of its own, which our hook hands on under a name that only it gives.
  const index = own["TRIGATE_INDEX_FILE"];
  return index === undefined ? usual : { ...usual, GIT_INDEX_FILE: index };
}
