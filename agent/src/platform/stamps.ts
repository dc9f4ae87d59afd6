import { lstatSync, type Stats } from "node:fs";
import { join } from "node:path";

/** What tells a file or folder that was left alone from one that was touched: path, time of its last change, size. */
export type Stamp = readonly [path: string, changedAtMs: number, size: number];

/** Stamps of paths under a root; a path that is not there has the stamp of nothing. */
export function stampsOf(root: string, paths: readonly string[]): readonly Stamp[] {
  return paths.map((path) => stampOf(root, path));
}

function stampOf(root: string, path: string): Stamp {
  const stats: Stats | undefined = lstatSync(join(root, path), { throwIfNoEntry: false });
  // The time of the inode cannot be set back by a program, unlike that of the content.
  return stats === undefined ? [path, 0, -1] : [path, stats.ctimeMs, stats.isDirectory() ? 0 : stats.size];
}

/** Whether everything is as it was. Stops at the first difference. */
export function areUntouched(root: string, stamps: readonly Stamp[]): boolean {
  return stamps.every(([path, changedAtMs, size]) => {
    const [, now, sizeNow] = stampOf(root, path);
    return now === changedAtMs && sizeNow === size;
  });
}

/** All folders that lead to the paths, the root (`""`) included: a file that comes or goes changes its folder's stamp. */
export function foldersOf(paths: readonly string[]): readonly string[] {
  const folders = new Set([""]);
  for (const path of paths) {
    for (
      let end = path.lastIndexOf("/");
      end > 0 && !folders.has(path.slice(0, end));
      end = path.lastIndexOf("/", end - 1)
    ) {
      folders.add(path.slice(0, end));
    }
  }
  return [...folders];
}
