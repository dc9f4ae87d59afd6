import type { ChangedLines } from "../core/coverage-summary.ts";

/** What git keeps about the branch and the index, relative to a work tree's root; in a linked work tree only `.git` itself is there. */
export const GIT_PLACES = [
  ".git",
  ".git/HEAD",
  ".git/index",
  ".git/packed-refs",
  ".git/info/exclude",
  ".git/refs/heads",
  ".git/refs/heads/main",
  ".git/refs/heads/master",
];

/** Content of one file of the workspace. */
export interface FileState {
  /** Relative to the workspace root, with `/`. */
  readonly path: string;
  /** Hash of content and mode; equal hashes mean equal files. */
  readonly hash: string;
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
}

/** Version control behind a port. All paths are relative to the workspace root, which may be a folder inside the repository. */
export interface Repository {
  snapshot(): Promise<Snapshot>;
  /** The commit that changes are counted from: the merge base of HEAD and `base`, or of the usual main branches; `undefined` when there is none. */
  mergeBase(base: string | undefined): Promise<string | undefined>;
  /** Lines added or altered in the work tree since `commit`, untracked files included. */
  changedLines(commit: string): Promise<ChangedLines>;
  /** Git's own id of the content that {@link snapshot} describes; `undefined` where there is no git. */
  treeId(): Promise<string | undefined>;
  /** Files in the index that differ from HEAD. */
  stagedFiles(): Promise<readonly string[]>;
}
