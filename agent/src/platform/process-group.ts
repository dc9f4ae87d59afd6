import { type ChildProcess, spawn, type StdioOptions } from "node:child_process";
import { messageOf, TrigateError } from "../errors/trigate-error.ts";
import { isSystemError } from "./files.ts";

export interface GroupRequest {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * Starts a program in a process group of its own, so that what it starts can be ended with it. Throws
 * `platform/spawn-failed` for a command that no system takes; most other failures come as an event of the process.
 */
export function spawnGroup({ argv, cwd, env }: GroupRequest, stdio: StdioOptions): ChildProcess {
  const [command, ...args] = argv;
  if (command === undefined)
    throw new TrigateError("platform/spawn-failed", { command: "", problem: "the command is empty" });
  try {
    return spawn(command, args, { cwd, env, detached: process.platform !== "win32", windowsHide: true, stdio });
  } catch (error) {
    throw new TrigateError("platform/spawn-failed", { command, problem: messageOf(error) }, { cause: error });
  }
}

/** Signals a process and all of its group; a group that is gone already is fine. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(process.platform === "win32" ? pid : -pid, signal);
  } catch (error) {
    // macOS answers EPERM for a group whose last process has ended and was not waited for yet.
    if (!isSystemError(error, "ESRCH") && !isSystemError(error, "EPERM")) throw error;
  }
}
