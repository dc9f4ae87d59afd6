import { readFile, readlink, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { isSystemError, writeAtomically } from "./files.ts";

/** The file beside a lock that says who holds it. */
export function ownerPath(lock: string): string {
  return `${lock}-owner`;
}

/** Says that this process holds the lock that was made at `birth`. */
export async function writeOwner(lock: string, birth: string): Promise<void> {
  await writeAtomically(ownerPath(lock), [await machine(), process.pid, birth].join("\n"));
}

/** Takes the name away again if it is still the one of the lock made at `birth`. */
export async function removeOwner(lock: string, birth: string): Promise<void> {
  if ((await readOwner(lock)).split("\n")[2] === birth) await rm(ownerPath(lock), { force: true });
}

/**
 * Whether the process that made the lock at `birth` is surely gone: one of this machine, and of the same container, whose id
 * nobody has. False whenever it cannot be known, as of the locks of other programs.
 */
export async function isOwnerDead(lock: string, birth: string): Promise<boolean> {
  const [where, pid = "", made] = (await readOwner(lock)).split("\n");
  if (made !== birth || !/^\d+$/.test(pid) || where !== (await machine())) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return isSystemError(error, "ESRCH");
  }
}

async function readOwner(lock: string): Promise<string> {
  try {
    return await readFile(ownerPath(lock), "utf8");
  } catch {
    return "";
  }
}

let known: Promise<string> | undefined;

/** Within what a process id means one process. */
function machine(): Promise<string> {
  return (known ??= readlink("/proc/self/ns/pid")
    .catch(() => process.platform)
    .then((namespace) => `${hostname()} ${namespace}`));
}
