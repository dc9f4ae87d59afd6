import type { FileDiff } from "../../core/codecov/diff.ts";
import { TrigateError } from "../../errors/trigate-error.ts";
import type { Repository } from "../../vcs/repository.ts";
import type { TaskChange } from "./task-record.ts";

const MOST_PATHS = 30;
/** The lists themselves change with every status. */
const OWN = /^\.taskmaster\//;

/** A file of a change, with numbers of lines. */
export interface ChangedFile {
  readonly path: string;
  readonly added: number;
  readonly removed: number;
}

/** What some files add up to. */
export function changeOf(files: readonly ChangedFile[]): Pick<TaskChange, "files" | "added" | "removed" | "paths"> {
  const sums = new Map<string, ChangedFile>();
  for (const { path, added, removed } of files.filter((file) => !OWN.test(file.path))) {
    const before = sums.get(path) ?? { path, added: 0, removed: 0 };
    sums.set(path, { path, added: before.added + added, removed: before.removed + removed });
  }
  const all = [...sums.values()].toSorted((a, b) => b.added + b.removed - (a.added + a.removed));
  return {
    files: all.length,
    added: all.reduce((sum, { added }) => sum + added, 0),
    removed: all.reduce((sum, { removed }) => sum + removed, 0),
    paths: all.slice(0, MOST_PATHS).map(({ path }) => path),
  };
}

/** What the work tree, untracked files included, differs in from a commit; `undefined` where that commit is gone by now. */
export async function changeSince(
  repository: Repository,
  { from, to, dirty }: { readonly from: string; readonly to: string | undefined; readonly dirty: boolean },
): Promise<TaskChange | undefined> {
  let diffs: readonly FileDiff[];
  try {
    diffs = await repository.diffSince(from);
  } catch (error) {
    if (error instanceof TrigateError && error.code === "vcs/failed") return undefined;
    throw error;
  }
  const files = diffs.map(({ path, added, removed }) => ({ path, added: added.length, removed: removed.length }));
  return { from, ...(to === undefined ? {} : { to }), dirty, ...changeOf(files) };
}
