import type { FileDiff } from "../core/codecov/diff.ts";
import type { ChangedLines } from "../core/coverage-summary.ts";

/**
 * What git keeps about branches, the index and what is ignored, relative to a work tree's root. A ref that moves is
 * renamed into its folder, which shows in the folder's stamp; every commit and check-out adds to the log of HEAD.
 */
export const GIT_PLACES = [
  ".git/HEAD",
  ".git/index",
  ".git/config",
  ".git/packed-refs",
  ".git/FETCH_HEAD",
  ".git/info/exclude",
  ".git/logs/HEAD",
  ".git/refs/heads",
  ".git/refs/remotes/origin",
  // Where git keeps all branches in tables.
  ".git/reftable/tables.list",
];

/** Where git keeps a branch or tag of this name: one in a folder of its own does not show in {@link GIT_PLACES}. */
export function refPlacesOf(name: string | undefined): readonly string[] {
  if (name === undefined) return [];
  return ["", "refs/", "refs/heads/", "refs/tags/", "refs/remotes/"].map((place) => `.git/${place}${name}`);
}

/** The way out where a shallow clone ends before the commit that is asked for. */
export const DEEPEN =
  'this clone is shallow: fetch more of its history and the branch to compare with, by "git fetch --unshallow" or "git fetch --deepen=100 origin main"; with actions/checkout by "fetch-depth: 0"';

/** Content of one file of the workspace. */
export interface FileState {
  /** Relative to the workspace root, with `/`. */
  readonly path: string;
  /** Hash of content and mode; equal hashes mean equal files. */
  readonly hash: string;
}

/** How the hash of a repository inside of the workspace begins when its files were read: `160000:` is one that stands at its commit. */
export const REPOSITORY_INSIDE = "repository:";

/** Whether a path of a snapshot stands for a repository or a submodule: a folder whose files are not this repository's. */
export function isRepositoryInside({ hash }: FileState): boolean {
  return hash.startsWith(REPOSITORY_INSIDE) || hash.startsWith("160000:");
}

/** Whether a snapshot holds repositories or submodules, whose files have no stamps of their own here. */
export function holdsRepositories({ files }: Pick<Snapshot, "files">): boolean {
  return files.some(isRepositoryInside);
}

/** What lies in the workspace now, tracked or not, without what is ignored. */
export interface Snapshot {
  /** Sorted by path. */
  readonly files: readonly FileState[];
  /** Hash over all of them: what a run judges. */
  readonly tree: string;
  /** Whether it differs from the commit; `true` where there is no commit. */
  readonly dirty: boolean;
  readonly commit: string | undefined;
  /** All that may differ from the commit, by whether git knows the file; absent where nobody can tell. */
  readonly touched?: { readonly tracked: readonly string[]; readonly untracked: readonly string[] } | undefined;
}

/** Version control behind a port. All paths are relative to the workspace root, which may be a folder inside the repository. */
export interface Repository {
  snapshot(): Promise<Snapshot>;
  /** Paths of all files that count, sorted, without asking for their content: no program that the repository names is run. */
  paths(): Promise<readonly string[]>;
  /**
   * Every folder in which a new file would count, the root (`""`) included; `undefined` where stamps of folders and of
   * {@link GIT_PLACES} cannot tell all changes: in a linked work tree, or in a folder inside of a repository.
   */
  folders(): Promise<readonly string[] | undefined>;
  /** The commit that changes are counted from: the merge base of HEAD and `base`, or of the usual main branches; `undefined` when there is none. */
  mergeBase(base: string | undefined): Promise<string | undefined>;
  /**
   * Lines added or altered in the work tree since `commit`, untracked files included. A snapshot of the work tree spares
   * looking at all its files again.
   */
  changedLines(commit: string, known?: Snapshot): Promise<ChangedLines>;
  /**
   * Files that were there at a commit and are gone from the work tree, renamed ones included; without a commit, those that
   * are gone from the index. What a sparse check-out leaves out is not gone.
   */
  removedFiles(commit: string | undefined, known?: Snapshot): Promise<readonly string[]>;
  /** Whether the history that is here ends before the repository's own does, as it does in a shallow clone. */
  isShallow(): Promise<boolean>;
  /** Git's own id of the content that {@link snapshot} describes; `undefined` where there is no git. */
  treeId(): Promise<string | undefined>;
  /** Files in the index that differ from HEAD. */
  stagedFiles(): Promise<readonly string[]>;
  /** Lines of the index that differ from HEAD. */
  stagedLines(): Promise<ChangedLines>;
  /** What would be committed now; `undefined` where the work tree holds exactly that, or where there is no index. */
  stagedSnapshot(): Promise<Snapshot | undefined>;
  /**
   * Writes the index, or the tree of a commit, into an empty folder outside of the repository and gives the workspace root in
   * it. The user's files and index stay untouched. Throws `vcs/failed`.
   */
  exportTo(folder: string, commit?: string): Promise<string>;
  /** What a commit holds. */
  snapshotAt(commit: string): Promise<Snapshot>;
  /** Old path → new path of files that were renamed since a commit. */
  renames(commit: string): Promise<ReadonlyMap<string, string>>;
  /** What the work tree, untracked files included, did to each file since a commit. */
  diffSince(commit: string): Promise<readonly FileDiff[]>;
  /** A commit and the ones before it on its own line, newest first, at most `count`. */
  ancestors(commit: string, count: number): Promise<readonly string[]>;
  /** The branch that is checked out; `undefined` where there is none. */
  branch(): Promise<string | undefined>;
  /** Text files, tracked or not, without the ignored ones, that contain a text. */
  filesWith(text: string): Promise<readonly string[]>;
}
