import { lstatSync, type Stats } from "node:fs";
import { join } from "node:path";
import { isSystemError } from "./files.ts";

/** What tells a file or folder that was left alone from one that was touched: path, time of its last change, size. */
export type Stamp = readonly [path: string, changedAtMs: number, size: number];

/** Stamps of paths under a root; a path that is not there has the stamp of nothing. */
export function stampsOf(root: string, paths: readonly string[]): readonly Stamp[] {
  return paths.map((path) => stampOf(root, path));
}

function stampOf(root: string, path: string): Stamp {
  const stats = statsOf(join(root, path));
  // The time of the inode cannot be set back by a program, unlike that of the content.
  return stats === undefined ? [path, 0, -1] : [path, stats.ctimeMs, stats.isDirectory() ? 0 : stats.size];
}

function statsOf(path: string): Stats | undefined {
  try {
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    // Something on the way is a file, as `.git` is in a linked work tree.
    if (isSystemError(error, "ENOTDIR")) return undefined;
    throw error;
  }
}

/** Whether everything is as it was. Stops at the first difference. */
export function areUntouched(root: string, stamps: readonly Stamp[]): boolean {
  return stamps.every(([path, changedAtMs, size]) => {
    const [, now, sizeNow] = stampOf(root, path);
    return now === changedAtMs && sizeNow === size;
  });
}
