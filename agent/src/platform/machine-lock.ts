import { userInfo, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type ExclusiveFile, tryLockFile } from "./exclusive-file.ts";
import { isSystemError } from "./files.ts";

const POLL_MS = 200;

/**
 * Holds a lock of the whole machine while `body` runs, so that two benchmarks never disturb each other. The lock of a
 * process that is gone is free. Rejects with the signal's reason when it is aborted while waiting.
 */
export async function withMachineLock<T>(name: string, signal: AbortSignal, body: () => Promise<T>): Promise<T> {
  const lock = await acquire(join(tmpdir(), `trigate-${name}-${userInfo().uid}.lock`), signal);
  try {
    return await body();
  } finally {
    lock.release();
  }
}

async function acquire(file: string, signal: AbortSignal): Promise<ExclusiveFile> {
  for (;;) {
    signal.throwIfAborted();
    const lock = tryLockFile(file);
    if (lock !== undefined) return lock;
    // The next look says why the waiting ended.
    await Promise.race([sleep(POLL_MS), aborted(signal)]);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}

/** Whether a process with this id exists, whoever owns it. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return isSystemError(error, "EPERM");
  }
}
