import type { ChildProcess } from "node:child_process";
import { TrigateError } from "../errors/trigate-error.ts";
import { signalGroup, spawnGroup } from "./process-group.ts";
import { type ServiceProcess, type ServiceRequest, type ServiceStarter, startService } from "./service-process.ts";
import type { SpawnRequest } from "./spawn-request.ts";
import type { Supervisor } from "./supervisor.ts";
import type { WarmNode } from "./warm-node.ts";

export interface SpawnResult {
  /** `undefined` when a signal ended the process. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts programs. The only thing in the agent that does. */
export interface ProcessRunner extends ServiceStarter {
  run(request: SpawnRequest): Promise<SpawnResult>;
}

/** Time between TERM and KILL. */
const GRACE_MS = 2_000;
/** Time for reading what a program printed before it ended, when something that left its group still holds the output. */
const DRAIN_MS = 1_000;
/** Timers take no more; beyond it they fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * Runs programs, each in a process group of its own. A time-out, a cancellation or too much output sends TERM to the
 * whole group at once and KILL after a grace; the supervisor does the same when this process dies.
 */
export class GroupProcessRunner implements ProcessRunner {
  readonly #supervisor: Supervisor;
  readonly #warmNode: WarmNode | undefined;

  /** `warmNode` is for processes that live long and start the same tools again and again. */
  constructor(supervisor: Supervisor, warmNode?: WarmNode) {
    this.#supervisor = supervisor;
    this.#warmNode = warmNode;
  }

  serve(request: ServiceRequest): ServiceProcess {
    return startService(request, this.#supervisor);
  }

  async run(request: SpawnRequest): Promise<SpawnResult> {
    request.signal.throwIfAborted();
    this.#supervisor.ready();
    const child = this.#warmNode?.take(request) ?? startMarked(request, this.#supervisor.mark);
    if (child.pid !== undefined) this.#supervisor.watch(child.pid);
    try {
      return await collect(child, request);
    } finally {
      if (child.pid !== undefined) this.#supervisor.release(child.pid);
    }
  }
}

function startMarked(request: SpawnRequest, mark: Supervisor["mark"]): ChildProcess {
  const input = request.stdin === undefined ? "ignore" : "pipe";
  return spawnGroup({ ...request, env: { ...request.env, ...mark } }, [input, "pipe", "pipe"]);
}

function errorOf(reason: unknown): Error {
  return reason instanceof Error ? reason : new TrigateError("run/cancelled", {}, { cause: reason });
}

/** Ends a program that may not go on, and everything in its group, and remembers why. */
class Ending {
  failure: Error | undefined;
  readonly #child: ChildProcess;
  readonly #request: SpawnRequest;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #onAbort = () => this.end(errorOf(this.#request.signal.reason));

  constructor(child: ChildProcess, request: SpawnRequest) {
    this.#child = child;
    this.#request = request;
    const { timeoutMs } = request;
    const tool = request.argv[0] ?? "";
    this.#after(timeoutMs, () => this.end(new TrigateError("checker/timed-out", { tool, timeoutMs })));
    request.signal.addEventListener("abort", this.#onAbort, { once: true });
    child.once("exit", () => this.#drain());
  }

  end(reason: Error): void {
    if (this.failure !== undefined) return;
    this.failure = reason;
    this.#signal("SIGTERM");
    this.#after(GRACE_MS, () => this.#signal("SIGKILL"));
  }

  /** Nothing more is to be watched, and nothing of the program may go on running. */
  finish(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#request.signal.removeEventListener("abort", this.#onAbort);
    this.#signal("SIGKILL");
  }

  /**
   * Children that the program left behind share its group and may hold the output; the answer does not wait for them.
   * Those of a program that was told to end have their grace first.
   */
  #drain(): void {
    if (this.failure === undefined) this.#signal("SIGKILL");
    this.#after(DRAIN_MS + (this.failure === undefined ? 0 : GRACE_MS), () => {
      this.#child.stdout?.destroy();
      this.#child.stderr?.destroy();
    });
  }

  #signal(signal: NodeJS.Signals): void {
    if (this.#child.pid !== undefined) signalGroup(this.#child.pid, signal);
  }

  #after(ms: number, body: () => void): void {
    this.#timers.push(setTimeout(body, Math.min(ms, LONGEST_TIMER_MS)));
  }
}

function collect(child: ChildProcess, request: SpawnRequest): Promise<SpawnResult> {
  const tool = request.argv[0] ?? "";
  return new Promise((resolve, reject) => {
    const chunks = { stdout: [] as Buffer[], stderr: [] as Buffer[] };
    let bytes = 0;
    const ending = new Ending(child, request);
    for (const name of ["stdout", "stderr"] as const) {
      child[name]?.on("data", (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > request.maxOutputBytes)
          ending.end(new TrigateError("checker/output-too-large", { tool, limitBytes: request.maxOutputBytes }));
        else chunks[name].push(chunk);
      });
    }
    child.once("error", (error) => {
      ending.finish();
      reject(new TrigateError("platform/spawn-failed", { command: tool, problem: error.message }, { cause: error }));
    });
    child.once("close", (code) => {
      ending.finish();
      if (ending.failure !== undefined) reject(ending.failure);
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
