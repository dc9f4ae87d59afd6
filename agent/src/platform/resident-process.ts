import type { ChildProcess, StdioOptions } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { type GroupRequest, signalGroup, spawnGroup } from "./process-group.ts";
import type { Supervisor } from "./supervisor.ts";

export interface ResidentRequest extends GroupRequest {
  /** `stdio`: over its input and output; `messages`: over Node's own channel, which no `console.log` of a plugin can garble. */
  readonly speaks: "stdio" | "messages";
}

/** A program that is started once and asked often. */
export interface ResidentProcess {
  readonly pid: number | undefined;
  readonly input: Writable | undefined;
  readonly output: Readable | undefined;
  readonly send: (message: object) => void;
  readonly onMessage: (listener: (message: unknown) => void) => void;
  /** Resolves when it is gone, however it went, with what it said last. */
  readonly ended: Promise<string>;
  /** TERM to the whole group, KILL after a grace. */
  readonly end: () => void;
}

/** Starts programs that stay. */
export interface ResidentStarter {
  start(request: ResidentRequest): ResidentProcess;
}

const GRACE_MS = 1_000;
const LAST_WORDS_CHARACTERS = 600;

const STREAMS: Readonly<Record<ResidentRequest["speaks"], StdioOptions>> = {
  stdio: ["pipe", "pipe", "pipe"],
  messages: ["ignore", "pipe", "pipe", "ipc"],
};

/** Each resident has a process group of its own, which the supervisor ends when this process dies. */
export class ResidentProcesses implements ResidentStarter {
  readonly #supervisor: Supervisor;

  constructor(supervisor: Supervisor) {
    this.#supervisor = supervisor;
  }

  /** Throws `platform/spawn-failed` for a command that no system takes; any other failure is an end. */
  start(request: ResidentRequest): ResidentProcess {
    this.#supervisor.ready();
    const child = spawnGroup(request, STREAMS[request.speaks]);
    const { pid } = child;
    if (pid !== undefined) this.#supervisor.watch(pid);
    const lastWords = keepLastWords(child);
    const ended = new Promise<string>((resolve) => {
      child.once("error", (error) => resolve(error.message));
      child.once("exit", (code, signal) => {
        if (pid !== undefined) {
          signalGroup(pid, "SIGKILL");
          this.#supervisor.release(pid);
        }
        resolve(lastWords() || (signal === null ? `it ended with exit code ${code}` : `it was ended by ${signal}`));
      });
    });
    // Whoever writes to a program that is gone hears of it through `ended`.
    child.stdin?.on("error", () => undefined);
    const end = () => {
      if (pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      signalGroup(pid, "SIGTERM");
      const late = setTimeout(() => signalGroup(pid, "SIGKILL"), GRACE_MS);
      child.once("exit", () => clearTimeout(late));
    };
    return {
      pid,
      input: child.stdin ?? undefined,
      output: request.speaks === "stdio" ? (child.stdout ?? undefined) : undefined,
      send: (message) => void (child.connected && child.send(message, () => undefined)),
      onMessage: (listener) => void child.on("message", listener),
      ended,
      end,
    };
  }
}

function keepLastWords(child: ChildProcess): () => string {
  let words = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    words = (words + text).slice(-LAST_WORDS_CHARACTERS);
  });
  return () => words.trim();
}

/** Share of the memory that this process may still take, from 0 to 1. */
export function freeMemoryShare(totalBytes: number): number {
  const limit = process.constrainedMemory();
  const total = limit > 0 && limit < totalBytes ? limit : totalBytes;
  return process.availableMemory() / total;
}
