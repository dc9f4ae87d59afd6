import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { rename, stat } from "node:fs/promises";
import { messageOf, TrigateError } from "../errors/trigate-error.ts";
import { isSystemError } from "./files.ts";

export interface DetachedRequest {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Gets what the process prints, after what is there already. */
  readonly logFile: string;
}

export interface DetachedProcess {
  readonly pid: number | undefined;
  /** Resolves when the process ends while this one still lives. Rejects with `platform/spawn-failed`. */
  readonly ended: Promise<{ readonly exitCode: number | undefined }>;
}

/** A log that has grown beyond this becomes the old log when the next process starts. */
const LOG_BYTES = 1024 * 1024;

/** Starts a program that goes on when this process ends. */
export async function startDetached({ argv, cwd, env, logFile }: DetachedRequest): Promise<DetachedProcess> {
  const [command, ...args] = argv;
  if (command === undefined)
    throw new TrigateError("platform/spawn-failed", { command: "", problem: "the command is empty" });
  await setAsideIfLarge(logFile);
  const log = openSync(logFile, "a", 0o600);
  try {
    const [program, ...rest] = withoutCoreFiles([command, ...args]);
    const child = spawn(program, rest, { cwd, env, detached: true, windowsHide: true, stdio: ["ignore", log, log] });
    const ended = new Promise<{ exitCode: number | undefined }>((resolve, reject) => {
      child.once("error", (error) =>
        reject(new TrigateError("platform/spawn-failed", { command, problem: messageOf(error) })),
      );
      child.once("exit", (code) => resolve({ exitCode: code ?? undefined }));
    });
    ended.catch(() => undefined);
    child.unref();
    return { pid: child.pid, ended };
  } finally {
    closeSync(log);
  }
}

/**
 * What a process knows, tokens too, would lie in the file that it leaves when it crashes. Only the soft limit is set, so
 * that a tool under it may ask for a core file again. The process keeps its number, since the shell becomes it.
 */
function withoutCoreFiles(argv: readonly [string, ...string[]]): readonly [string, ...string[]] {
  if (process.platform === "win32") return argv;
  return ["/bin/sh", "-c", 'ulimit -S -c 0 2>/dev/null; exec "$@"', "sh", ...argv];
}

async function setAsideIfLarge(logFile: string): Promise<void> {
  try {
    if ((await stat(logFile)).size > LOG_BYTES) await rename(logFile, `${logFile}.old`);
  } catch (error) {
    if (!isSystemError(error, "ENOENT")) throw error;
  }
}
