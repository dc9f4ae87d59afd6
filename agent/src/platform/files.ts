import { createHash } from "node:crypto";
import { constants, existsSync, readFileSync, renameSync } from "node:fs";
import {
  access,
  chmod,
  chown as chownPath,
  copyFile,
  type FileHandle,
  lstat,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  readlink,
  realpath,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { TrigateError } from "../errors/trigate-error.ts";

/** Whether a thrown value is the system's error with this code, such as `ENOENT`. */
export function isSystemError(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}

/** Text of a file, or `undefined` when there is none. Other failures are thrown. */
export async function readTextIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (isSystemError(error, "ENOENT") || isSystemError(error, "ENOTDIR")) return undefined;
    throw error;
  }
}

/** {@link readTextIfThere} without waiting, for small files where a program starts: a wait takes longer than the read. */
export function readTextNowIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (isSystemError(error, "ENOENT") || isSystemError(error, "ENOTDIR")) return undefined;
    throw error;
  }
}

/** {@link exists} without waiting, for the few places where a program starts. */
export function existsNow(path: string): boolean {
  return existsSync(path);
}

export function renameNow(from: string, to: string): void {
  renameSync(from, to);
}

export async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (isSystemError(error, "ENOENT") || isSystemError(error, "ENOTDIR") || isSystemError(error, "EACCES"))
      return false;
    throw error;
  }
}

export async function isExecutable(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch (error) {
    if (error instanceof Error && "code" in error) return false;
    throw error;
  }
}

export interface AtomicWriteOptions {
  /** Permission bits of the new file, whatever the umask; default 0o666 less the umask. */
  readonly mode?: number;
  /** Wait until the content is on disk before the rename. */
  readonly durable?: boolean;
  /** Called right before the rename; when it throws, the old content stays. */
  readonly confirm?: () => Promise<void>;
}

let temporaryNames = 0;
const TEMPORARY_END = /\.\d+-\d+\.tmp$/;

/** Writes to a temporary name beside the target and renames, so that a reader sees the old or the new content, never a part. */
export async function writeAtomically(
  path: string,
  content: string | Uint8Array,
  options: AtomicWriteOptions = {},
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const { temporary, handle } = await openTemporary(path, options.mode);
  try {
    try {
      if (options.mode !== undefined) await handle.chmod(options.mode);
      await handle.writeFile(content);
      if (options.durable === true) await handle.sync();
    } finally {
      await handle.close();
    }
    await options.confirm?.();
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** Copies a file as {@link writeAtomically} writes one: by the system itself, and at once where it can share the blocks. */
export async function copyAtomically(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  const temporary = `${to}.${process.pid}-${temporaryNames++}.tmp`;
  try {
    await copyFile(from, temporary, constants.COPYFILE_FICLONE);
    await rename(temporary, to);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** A new file beside the target. A name can be taken: by what a killed process with the same id left, or on a shared disk. */
async function openTemporary(
  path: string,
  mode: number | undefined,
): Promise<{ temporary: string; handle: FileHandle }> {
  for (;;) {
    const temporary = `${path}.${process.pid}-${temporaryNames++}.tmp`;
    try {
      return { temporary, handle: await open(temporary, "wx", mode) };
    } catch (error) {
      if (!isSystemError(error, "EEXIST")) throw error;
    }
  }
}

/**
 * Removes what writers that were killed left beside a file and beside those whose names go on from its own: temporary names of
 * {@link writeAtomically}. Only for who holds a lock that every writer of these files takes.
 */
export async function removeLeftovers(path: string): Promise<void> {
  const isLeftover = (name: string) => name.startsWith(`${basename(path)}.`) && TEMPORARY_END.test(name);
  const leftovers = (await readdirOrEmpty(dirname(path))).filter(isLeftover);
  await Promise.all(leftovers.map((name) => rm(join(dirname(path), name), { force: true })));
}

/** Makes an empty folder under the system's temporary one; the caller removes it. */
export async function makeScratchFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), "trigate-"));
}

/** Gives a path to another user. */
export async function chown(path: string, { uid, gid }: { uid: number; gid: number }): Promise<void> {
  await chownPath(path, uid, gid);
}

/** Names in a folder; none when it is not there. */
export async function readdirOrEmpty(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isSystemError(error, "ENOENT") || isSystemError(error, "ENOTDIR")) return [];
    throw error;
  }
}

export async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 3 });
}

/**
 * Turns a path that a tool or client gave into one relative to the root, with `/`, or `undefined` when it lies outside.
 * Only the text is looked at; links are followed by {@link confine}.
 */
export function toWorkspacePath(root: string, path: string): string | undefined {
  const inside = relative(root, isAbsolute(path) ? path : resolve(root, path));
  if (inside === ".." || inside.startsWith(`..${sep}`) || isAbsolute(inside)) return undefined;
  return inside.split(sep).join("/");
}

/** The absolute path of something inside the root, links followed. Throws `platform/path-outside` for anything else. */
export async function confine(root: string, path: string): Promise<string> {
  const absolute = isAbsolute(path) ? path : resolve(root, path);
  const real = await realpathOfExisting(absolute);
  if (toWorkspacePath(await realpath(root), real) === undefined)
    throw new TrigateError("platform/path-outside", { path, root });
  return absolute;
}

async function realpathOfExisting(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (!isSystemError(error, "ENOENT") || dirname(path) === path) throw error;
    return join(await realpathOfExisting(dirname(path)), relative(dirname(path), path));
  }
}

/** Sets a file's time of change to `nowMs`, unless it is there already but for `unlessWithinMs`. */
export async function markChanged(
  path: string,
  { nowMs, unlessWithinMs }: { nowMs: number; unlessWithinMs: number },
): Promise<void> {
  if (Math.abs((await stat(path)).mtimeMs - nowMs) > unlessWithinMs) await utimes(path, nowMs / 1000, nowMs / 1000);
}

export function sha256(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

export { chmod, lstat, mkdir, readdir, readFile, readlink, realpath, rename, rm, stat, writeFile };
