import { join } from "node:path";
import { isSystemError, readdir, readTextIfThere, realpath, stat, toWorkspacePath } from "../platform/files.ts";
import type { Workspace } from "./place-files.ts";

/** Folders that tools fill; no report means a source in them when it knows only how a path ends. */
const NEVER_SOURCES: ReadonlySet<string> = new Set([
  ".git",
  ".hg",
  ".svn",
  "node_modules",
  ".venv",
  "venv",
  "__pycache__",
]);

/** So many files are enough to tell that a name alone will not do. */
const MOST_FILES = 500_000;

/** The files of a folder as reports are held against them; they are listed when a report first needs it. */
export async function workspaceFiles(root: string, cwd: string): Promise<Workspace> {
  let listed: Promise<readonly string[]> | undefined;
  let realRoot: Promise<string> | undefined;
  return {
    root,
    cwd,
    prefixes: await goModules(root, cwd),
    isFile: (path) => isFile(join(root, path)),
    files: () => (listed ??= listFiles(root)),
    realPath: async (path) => {
      const real = await realPathIfThere(path.startsWith("/") ? path : join(root, path));
      return real === undefined ? undefined : toWorkspacePath(await (realRoot ??= realpath(root)), real);
    },
  };
}

/** What Go puts before the paths of this workspace's packages: the name of its module. */
async function goModules(root: string, cwd: string): Promise<readonly string[]> {
  const texts = await Promise.all(
    [...new Set([cwd, ""])].map((folder) => readTextIfThere(join(root, folder, "go.mod"))),
  );
  return texts.flatMap((text) => {
    const name = /^module\s+"?([^\s"]+)"?/m.exec(text ?? "")?.[1];
    return name === undefined ? [] : [`${name}/`];
  });
}

/** Reasons for which a name that foreign text holds is just no file. */
const NO_FILE = ["ENOENT", "ENOTDIR", "ENAMETOOLONG", "EACCES", "ELOOP"];

async function isFile(path: string): Promise<boolean> {
  return (await orUndefined(async () => (await stat(path)).isFile())) ?? false;
}

async function realPathIfThere(path: string): Promise<string | undefined> {
  return orUndefined(() => realpath(path));
}

async function orUndefined<T>(look: () => Promise<T>): Promise<T | undefined> {
  try {
    return await look();
  } catch (error) {
    if (NO_FILE.some((code) => isSystemError(error, code))) return undefined;
    // A name that no file can have, such as one with a zero character.
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

async function listFiles(root: string): Promise<readonly string[]> {
  const files: string[] = [];
  const folders = [""];
  for (let folder = folders.pop(); folder !== undefined && files.length < MOST_FILES; folder = folders.pop()) {
    const path = folder;
    const entries = (await orUndefined(() => readdir(join(root, path), { withFileTypes: true }))) ?? [];
    for (const entry of entries) {
      const inside = path === "" ? entry.name : `${path}/${entry.name}`;
      if (entry.isFile()) files.push(inside);
      else if (entry.isDirectory() && !NEVER_SOURCES.has(entry.name)) folders.push(inside);
    }
  }
  return files;
}
