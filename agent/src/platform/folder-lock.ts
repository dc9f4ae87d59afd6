import { type BigIntStats, mkdirSync, rmdirSync, statSync } from "node:fs";
import { rm, rmdir, stat, unlink, utimes } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "./clock.ts";
import { isSystemError } from "./files.ts";
import { isOwnerDead, ownerPath, removeOwner, writeOwner } from "./lock-owner.ts";

/** How often a lock is touched within the time after which it counts as abandoned. */
const REFRESHES_BEFORE_STALE = 4;

export interface FolderLockOptions {
  readonly clock: Clock;
  /** Give up after this long. Must exceed `staleAfterMs`, or an abandoned lock is never taken over. */
  readonly waitMs: number;
  /** A lock that nobody has touched for this long belongs to nobody; one that is held is touched more often. */
  readonly staleAfterMs: number;
}

export interface FolderLock {
  /**
   * Whether the lock is still this one. False when the holder was suspended for so long that another writer took the
   * lock for abandoned; the holder must then not write.
   */
  readonly isOurs: () => Promise<boolean>;
  readonly release: () => Promise<void>;
}

/**
 * Takes a lock that is a folder at `path`, as several JavaScript programs do: who makes it has it, and it says by its
 * time of change when it was last touched. A plain file in its place counts as held too. Answers `undefined` when it is
 * still held after `waitMs`. The folder that contains `path` must exist.
 *
 * Who holds it stands in a file beside it, so that the lock of a process that was killed is taken over at once. It cannot
 * stand in the folder: others take over an old lock by removing a folder that they expect to be empty.
 */
export async function takeFolderLock(path: string, options: FolderLockOptions): Promise<FolderLock | undefined> {
  const deadline = options.clock.elapsed() + options.waitMs;
  for (let attempt = 0; ; attempt++) {
    // At once, not by and by: a process that is killed before it says who it is leaves a lock that only time frees.
    if (makeFolder(path)) {
      const own = nameOwner(path);
      return heldLock(path, own, options);
    }
    await breakIfAbandoned(path, options);
    if (options.clock.elapsed() >= deadline) return undefined;
    // Waiters of different processes must not wake in step, and no random numbers are needed for that.
    await sleep(5 + ((process.pid + attempt * 7) % 19));
  }
}

function makeFolder(path: string): boolean {
  try {
    mkdirSync(path);
    return true;
  } catch (error) {
    if (isSystemError(error, "EEXIST")) return false;
    throw error;
  }
}

/** Where the name cannot be written, as on a full disk, nothing else can be, and the lock must not stay. */
function nameOwner(path: string): Identity {
  try {
    const own = toIdentity(statSync(path, { bigint: true }));
    writeOwner(path, own.birth);
    return own;
  } catch (error) {
    rmdirSync(path);
    throw error;
  }
}

function heldLock(path: string, made: Identity, { clock, staleAfterMs }: FolderLockOptions): FolderLock {
  const { birth } = made;
  let own: Identity | undefined = made;
  const isOurs = async () => own !== undefined && (await identityOf(path))?.key === own.key;
  const refresh = async () => {
    if (!(await isOurs())) return;
    const nowSeconds = clock.now() / 1_000;
    await utimes(path, nowSeconds, nowSeconds);
    const refreshed = await identityOf(path);
    own = refreshed?.birth === birth ? refreshed : undefined;
  };
  let refreshing = Promise.resolve();
  const timer = setInterval(() => {
    // A lock that cannot be touched any more is not ours any more; whoever asks before a write is told so.
    refreshing = refreshing.then(refresh).catch(() => {
      own = undefined;
    });
  }, staleAfterMs / REFRESHES_BEFORE_STALE).unref();
  return {
    isOurs: async () => {
      await refreshing;
      return isOurs();
    },
    release: async () => {
      clearInterval(timer);
      await refreshing;
      if (await isOurs()) await remove(path);
      // Behind the lock: without a name, only time would free the lock of a process that is killed in between.
      removeOwner(path, birth);
    },
  };
}

interface Identity {
  /** Stays the same while the lock is held. */
  readonly birth: string;
  /** Changes when somebody touches the lock. */
  readonly key: string;
  readonly changedAtMs: number;
  readonly isFolder: boolean;
}

async function identityOf(path: string): Promise<Identity | undefined> {
  try {
    return toIdentity(await stat(path, { bigint: true }));
  } catch (error) {
    if (isSystemError(error, "ENOENT")) return undefined;
    throw error;
  }
}

function toIdentity(found: BigIntStats): Identity {
  const birth = `${found.ino}-${found.birthtimeNs}`;
  return {
    birth,
    key: `${birth}-${found.mtimeNs}`,
    changedAtMs: Number(found.mtimeMs),
    isFolder: found.isDirectory(),
  };
}

/**
 * Removes a lock whose holder is gone. Several waiters see the same abandoned lock at once, and the second to remove it
 * would remove the first one's new lock: so the removal itself happens under a second lock, and looks again inside it.
 */
async function breakIfAbandoned(path: string, options: FolderLockOptions): Promise<void> {
  if (!(await isAbandoned(path, options))) return;
  const guard = `${path}.breaking`;
  if (!makeFolder(guard)) {
    if (await isAbandoned(guard, options)) await remove(guard);
    return;
  }
  try {
    if (await isAbandoned(path, options)) {
      await rm(ownerPath(path), { force: true });
      await remove(path);
    }
  } finally {
    await remove(guard);
  }
}

async function isAbandoned(path: string, { clock, staleAfterMs }: FolderLockOptions): Promise<boolean> {
  const found = await identityOf(path);
  if (found === undefined) return false;
  return Math.abs(clock.now() - found.changedAtMs) > staleAfterMs || isOwnerDead(path, found.birth);
}

async function remove(path: string): Promise<void> {
  try {
    if ((await identityOf(path))?.isFolder === false) await unlink(path);
    else await rmdir(path);
  } catch (error) {
    // Gone already is what was wanted; a folder with content was not made by a lock and stays.
    if (!isSystemError(error, "ENOENT") && !isSystemError(error, "ENOTEMPTY")) throw error;
  }
}
