import { createHash } from "node:crypto";
import type { FileState, Snapshot } from "./repository.ts";

/** So many files are written into one text, since a call for each would take longer than the hashing. */
const HASHED_AT_ONCE = 512;

/**
 * A snapshot of files in any order. The hash over all of them is taken when somebody first asks for it: of a large repository
 * a plan is made without.
 */
export function snapshotOf(files: readonly FileState[], rest: Omit<Snapshot, "files" | "tree">): Snapshot {
  const ordered = files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  let tree: string | undefined;
  return {
    ...rest,
    files: ordered,
    get tree() {
      return (tree ??= hashOf(ordered));
    },
  };
}

/** A snapshot of paths with their hashes. */
export function snapshotOfHashes(
  hashes: ReadonlyMap<string, string>,
  rest: Omit<Snapshot, "files" | "tree">,
): Snapshot {
  return snapshotOf(
    Array.from(hashes, ([path, hash]) => ({ path, hash })),
    rest,
  );
}

function hashOf(ordered: readonly FileState[]): string {
  const tree = createHash("sha256");
  for (let from = 0; from < ordered.length; from += HASHED_AT_ONCE) {
    const some = ordered.slice(from, from + HASHED_AT_ONCE);
    tree.update(some.map(({ path, hash }) => `${hash} ${path}\0`).join(""));
  }
  return tree.digest("hex");
}

/** Where a path stands among files that are sorted by path, or -1. Looks at a few of them only. */
function placeOf(files: readonly FileState[], path: string): number {
  let [from, to] = [0, files.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((files[middle]?.path ?? "") < path) from = middle + 1;
    else to = middle;
  }
  return files[from]?.path === path ? from : -1;
}

/** The file of a snapshot at a path. */
export function fileAt({ files }: Pick<Snapshot, "files">, path: string): FileState | undefined {
  return files[placeOf(files, path)];
}
