import { userInfo, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isSystemError, readTextIfThere, rm, writeFile } from "./files.ts";

const POLL_MS = 200;

/**
 * Holds a lock of the whole machine while `body` runs, so that two benchmarks never disturb each other. A lock whose
 * process is gone is taken over. Rejects with the signal's reason when it is aborted while waiting.
 */
export async function withMachineLock<T>(name: string, signal: AbortSignal, body: () => Promise<T>): Promise<T> {
  const file = join(tmpdir(), `trigate-${name}-${userInfo().uid}.lock`);
  await acquire(file, signal);
  try {
    return await body();
  } finally {
    await rm(file, { force: true });
  }
}

async function acquire(file: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    try {
      await writeFile(file, String(process.pid), { flag: "wx" });
      return;
    } catch (error) {
      if (!isSystemError(error, "EEXIST")) throw error;
    }
    const holder = Number(await readTextIfThere(file));
    if (Number.isInteger(holder) && holder > 0 && !isProcessAlive(holder)) await rm(file, { force: true });
    else await sleep(POLL_MS, undefined, { signal });
  }
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
