import { createHash } from "node:crypto";
import { join } from "node:path";
import { exists, isSystemError, lstat, readdir, readFile, readlink } from "../platform/files.ts";
import { ObservedFiles } from "../platform/observed-files.ts";
import { REPOSITORY_INSIDE } from "./repository.ts";

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

/** How many lines a text has, whether or not the last one is ended. */
export async function countLines(path: string): Promise<number> {
  // An untracked link has no lines of its own, whatever it points to.
  if (!(await lstat(path)).isFile()) return 0;
  const text = await readFile(path, "utf8");
  return text === "" ? 0 : text.split("\n").length - (text.endsWith("\n") ? 1 : 0);
}

export async function isFolder(path: string): Promise<boolean> {
  return (await exists(path)) && (await lstat(path)).isDirectory();
}

/** The folders right below one; git's own and those of repositories inside are left out. */
export async function subfolders(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  if (folder !== "" && entries.some(({ name }) => name === ".git")) return [];
  return entries.flatMap((entry) =>
    entry.isDirectory() && entry.name !== ".git" ? [folder === "" ? entry.name : `${folder}/${entry.name}`] : [],
  );
}
