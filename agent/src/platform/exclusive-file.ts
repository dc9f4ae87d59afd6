import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";

const POLL_MS = 25;
const SQLITE_BUSY = 5;

/** A lock held by this process until it is released or the process ends, however it ends. */
export interface ExclusiveFile {
  readonly release: () => void;
}

/**
 * Takes the lock at `path`, or answers `undefined` when another process (or another holder in this one) has it.
 *
 * The lock is the one that SQLite puts on an empty database: the system takes it away from a process that dies, so it
 * never goes stale and no process id has to be believed. It does not work across machines.
 */
export function tryLockFile(path: string): ExclusiveFile | undefined {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const database = new DatabaseSync(path);
  try {
    database.exec("PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY) return undefined;
    throw error;
  }
  return { release: () => database.close() };
}

/** Like {@link tryLockFile}, but waits up to `waitMs` for another holder to let go. */
export async function lockFile(path: string, waitMs: number): Promise<ExclusiveFile | undefined> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    const lock = tryLockFile(path);
    if (lock !== undefined || performance.now() >= deadline) return lock;
    await sleep(POLL_MS);
  }
}
