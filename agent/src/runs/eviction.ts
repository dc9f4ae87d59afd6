import { join } from "node:path";
import { isSystemError, readdir, rm, stat, writeAtomically } from "../platform/files.ts";

/** What a cache folder holds. */
export interface CacheSize {
  readonly files: number;
  readonly bytes: number;
}

interface StoredFile {
  readonly path: string;
  readonly bytes: number;
  readonly usedAtMs: number;
}

/** After an eviction there is room for a while. */
const SHARE_KEPT = 0.9;
/** A temporary file that nobody has renamed for this long was left by a process that was killed. */
const ABANDONED_MS = 10 * 60_000;

export async function measure(folder: string): Promise<CacheSize> {
  const files = await filesIn(folder);
  return { files: files.length, bytes: files.reduce((sum, { bytes }) => sum + bytes, 0) };
}

/**
 * Removes what was used least recently until at most nine tenths of `maxBytes` are left, when there is more than
 * `maxBytes`, and files that killed processes left half-written. Several processes may do so at once.
 */
export async function evict(
  folder: string,
  { maxBytes, nowMs }: { maxBytes: number; nowMs: number },
): Promise<{ readonly removed: CacheSize; readonly left: CacheSize }> {
  const all = await filesIn(folder);
  const abandoned = all.filter(({ path, usedAtMs }) => path.endsWith(".tmp") && nowMs - usedAtMs > ABANDONED_MS);
  const kept = all.filter((file) => !abandoned.includes(file)).toSorted((a, b) => a.usedAtMs - b.usedAtMs);
  let bytes = kept.reduce((sum, file) => sum + file.bytes, 0);
  const target = bytes > maxBytes ? maxBytes * SHARE_KEPT : bytes;
  const victims = [...abandoned];
  for (const file of kept) {
    if (bytes <= target) break;
    bytes -= file.bytes;
    victims.push(file);
  }
  await Promise.all(victims.map(({ path }) => rm(path, { force: true })));
  const removed = victims.reduce((sum, file) => sum + file.bytes, 0);
  return { removed: { files: victims.length, bytes: removed }, left: { files: all.length - victims.length, bytes } };
}

async function filesIn(folder: string): Promise<StoredFile[]> {
  const entries = await orEmpty(async () => readdir(folder, { withFileTypes: true, recursive: true }));
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const found = await Promise.all(
    files.map((path) =>
      orEmpty(async () => {
        const { size, mtimeMs } = await stat(path);
        return [{ path, bytes: size, usedAtMs: mtimeMs }];
      }),
    ),
  );
  return found.flat();
}

/** Another process may remove what was just listed. */
async function orEmpty<T>(body: () => Promise<T[]>): Promise<T[]> {
  try {
    return await body();
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return [];
    throw error;
  }
}

/** How often a cache that is written to is measured: each time takes a look at every file in it. */
const EVERY_MS = 10 * 60_000;

/** Whether nobody has looked for what to remove for a while; who asks is expected to look now. */
export async function evictionDue(folder: string, nowMs: number): Promise<boolean> {
  const mark = join(folder, "last-eviction");
  const [last] = await orEmpty(async () => [await stat(mark)]);
  if (last !== undefined && Math.abs(nowMs - last.mtimeMs) < EVERY_MS) return false;
  await writeAtomically(mark, "");
  return true;
}
