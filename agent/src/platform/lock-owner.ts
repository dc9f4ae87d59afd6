import { readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { isSystemError } from "./files.ts";

/** The file beside a lock that says who holds it. */
export function ownerPath(lock: string): string {
  return `${lock}-owner`;
}

/** Says that this process holds the lock that was made at `birth`. Who reads half of it takes it for no name. */
export function writeOwner(lock: string, birth: string): void {
  writeFileSync(ownerPath(lock), [machine(), process.pid, birth].join("\n"));
}

/** Takes the name away again if it is still the one of the lock made at `birth`. */
export function removeOwner(lock: string, birth: string): void {
  if (readOwner(lock).split("\n")[2] === birth) rmSync(ownerPath(lock), { force: true });
}

/**
 * Whether the process that made the lock at `birth` is surely gone: one of this machine, and of the same container, whose id
 * nobody has. False whenever it cannot be known, as of the locks of other programs.
 */
export function isOwnerDead(lock: string, birth: string): boolean {
  const [where, pid = "", made] = readOwner(lock).split("\n");
  if (made !== birth || !/^\d+$/.test(pid) || where !== machine()) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return isSystemError(error, "ESRCH");
  }
}

function readOwner(lock: string): string {
  try {
    return readFileSync(ownerPath(lock), "utf8");
  } catch {
    return "";
  }
}

let known: string | undefined;

/** Within what a process id means one process. */
function machine(): string {
  return (known ??= `${hostname()} ${processIdNamespace()}`);
}

/** The container, where there are such. */
function processIdNamespace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return process.platform;
  }
}
