import { symlink } from "node:fs/promises";

/** Makes `path` lead to a folder that lies elsewhere. */
export async function linkFolder(target: string, path: string): Promise<void> {
  await symlink(target, path, process.platform === "win32" ? "junction" : "dir");
}
