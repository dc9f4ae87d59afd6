import { type ChildProcess, spawn } from "node:child_process";
import { TrigateError } from "../errors/trigate-error.ts";
import type { Supervisor } from "./supervisor.ts";

export interface SpawnRequest {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin?: string | undefined;
  readonly timeoutMs: number;
  /** More output than this ends the tool with `checker/output-too-large`. */
  readonly maxOutputBytes: number;
  readonly signal: AbortSignal;
}

export interface SpawnResult {
  /** `undefined` when a signal ended the process. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts programs. The only thing in the agent that does. */
export interface ProcessRunner {
  run(request: SpawnRequest): Promise<SpawnResult>;
}

/** Time between TERM and KILL. */
const GRACE_MS = 2_000;

/**
 * Runs programs, each in a process group of its own. A time-out, a cancellation or too much output sends TERM to the
 * whole group at once and KILL after a grace; the supervisor does the same when this process dies.
 */
export class GroupProcessRunner implements ProcessRunner {
  readonly #supervisor: Supervisor;

  constructor(supervisor: Supervisor) {
    this.#supervisor = supervisor;
  }

  async run(request: SpawnRequest): Promise<SpawnResult> {
    request.signal.throwIfAborted();
    const child = startGroup(request);
    if (child.pid !== undefined) this.#supervisor.watch(child.pid);
    try {
      return await collect(child, request);
    } finally {
      if (child.pid !== undefined) this.#supervisor.release(child.pid);
    }
  }
}

function startGroup({ argv, cwd, env, stdin }: SpawnRequest): ChildProcess {
  const [command, ...args] = argv;
  if (command === undefined)
    throw new TrigateError("platform/spawn-failed", { command: "", problem: "the command is empty" });
  return spawn(command, args, {
    cwd,
    env,
    detached: process.platform !== "win32",
    windowsHide: true,
    stdio: [stdin === undefined ? "ignore" : "pipe", "pipe", "pipe"],
  });
}

/** Signals a process group; a group that is gone already is fine. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(process.platform === "win32" ? pid : -pid, signal);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}

function collect(child: ChildProcess, request: SpawnRequest): Promise<SpawnResult> {
  const tool = request.argv[0] ?? "";
  return new Promise((resolve, reject) => {
    const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    let bytes = 0;
    let failure: unknown;
    let killTimer: NodeJS.Timeout | undefined;
    const end = (reason: unknown) => {
      if (failure !== undefined) return;
      failure = reason;
      const { pid } = child;
      if (pid === undefined) return;
      signalGroup(pid, "SIGTERM");
      killTimer = setTimeout(() => signalGroup(pid, "SIGKILL"), GRACE_MS);
    };
    const onAbort = () => end(request.signal.reason);
    const timer = setTimeout(
      () => end(new TrigateError("checker/timed-out", { tool, timeoutMs: request.timeoutMs })),
      request.timeoutMs,
    );
    request.signal.addEventListener("abort", onAbort, { once: true });
    for (const name of ["stdout", "stderr"] as const) {
      child[name]?.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > request.maxOutputBytes)
          end(new TrigateError("checker/output-too-large", { tool, limitBytes: request.maxOutputBytes }));
        else chunks[name].push(chunk);
      });
    }
    const finish = () => {
      clearTimeout(timer);
      clearTimeout(killTimer);
      request.signal.removeEventListener("abort", onAbort);
    };
    child.once("error", (error) => {
      finish();
      reject(new TrigateError("platform/spawn-failed", { command: tool, problem: error.message }, { cause: error }));
    });
    child.once("close", (code) => {
      finish();
      // Children that the tool left behind share its group; nothing of a finished check may go on running.
      if (child.pid !== undefined) signalGroup(child.pid, "SIGKILL");
      if (failure !== undefined) reject(failure);
      else
        resolve({
          exitCode: code ?? undefined,
          stdout: Buffer.concat(chunks.stdout).toString("utf8"),
          stderr: Buffer.concat(chunks.stderr).toString("utf8"),
        });
    });
    if (request.stdin !== undefined) {
      // A tool that ends without reading its input closes the pipe; its exit code tells the story.
      child.stdin?.on("error", () => undefined);
      child.stdin?.end(request.stdin);
    }
  });
}
