import type { WarmDocument, WarmSession, WarmStart } from "../checkers/warm-tool.ts";
import { messageOf, TrigateError } from "../errors/trigate-error.ts";
import type { Clock } from "../platform/clock.ts";
import type { ResidentProcess, ResidentStarter } from "../platform/resident-process.ts";
import { openLink, type WarmLink } from "./warm-link.ts";

export interface WarmWorkerOptions {
  /** The tool's name, for messages. */
  readonly tool: string;
  readonly start: WarmStart;
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly starter: ResidentStarter;
  readonly clock: Clock;
  readonly limits: WarmLimits;
}

export interface WarmLimits {
  /** From the start to the first word, in milliseconds. */
  readonly handshakeMs: number;
  /** From a question to its answer; a tool that takes longer hangs and is ended. */
  readonly answerMs: number;
}

/** One started tool: greeted once, then asked as often as wanted, until it ends or is ended. */
export class WarmWorker {
  /** Resolves with the reason when it is gone; `undefined` when it was ended on purpose. */
  readonly ended: Promise<string | undefined>;
  readonly tool: string;
  readonly #options: WarmWorkerOptions;
  readonly #process: ResidentProcess;
  readonly #link: WarmLink;
  readonly #gone = new AbortController();
  readonly #ready: Promise<void>;
  #wasEnded = false;
  #asking = 0;
  #lastUsedMs: number;
  #answers = 0;

  /** Throws `platform/spawn-failed`. */
  constructor(options: WarmWorkerOptions) {
    this.#options = options;
    this.tool = options.tool;
    const { starter, start, folder, env, clock, limits } = options;
    this.#lastUsedMs = clock.elapsed();
    const speaks = start.speaks === "lsp" ? "stdio" : "messages";
    this.#process = starter.start({ argv: start.argv, cwd: folder, env, speaks });
    this.#link = openLink({ process: this.#process, start, folder });
    this.ended = this.#process.ended.then((reason) => {
      this.#gone.abort(this.#failure(`its worker ended: ${reason}`));
      this.#link.close();
      return this.#wasEnded ? undefined : reason;
    });
    this.#ready = this.#within(limits.handshakeMs, new AbortController().signal, (signal) => this.#link.greet(signal));
    // Whoever asks hears of it; nobody may be asking yet.
    this.#ready.catch(() => undefined);
  }

  get pid(): number | undefined {
    return this.#process.pid;
  }

  get isBusy(): boolean {
    return this.#asking > 0;
  }

  /** How many questions it answered. */
  get answers(): number {
    return this.#answers;
  }

  /** Milliseconds since it was last asked. */
  get idleMs(): number {
    return this.#options.clock.elapsed() - this.#lastUsedMs;
  }

  /** Does something with the tool. Rejects when the tool is gone, hangs or says no, and when `signal` aborts. */
  async use<T>(signal: AbortSignal, body: (session: WarmSession) => Promise<T>): Promise<T> {
    this.#asking++;
    try {
      await this.#unless(signal, this.#ready);
      const { limits } = this.#options;
      const ask = (method: string, params: unknown) =>
        this.#within(limits.answerMs, signal, (inner) => this.#link.ask(method, params, inner));
      const result = await body({ ask, show: (document, languageId) => this.#link.show(document, languageId) });
      this.#answers++;
      return result;
    } finally {
      this.#asking--;
      this.#lastUsedMs = this.#options.clock.elapsed();
    }
  }

  forget(path: WarmDocument["path"]): void {
    this.#link.forget(path);
  }

  touch(path: WarmDocument["path"]): void {
    this.#link.touch(path);
  }

  end(): void {
    this.#wasEnded = true;
    this.#process.end();
  }

  /** A tool that does not answer in time hangs: it is ended, and the next question starts another. */
  async #within<T>(ms: number, outer: AbortSignal, body: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const late = new AbortController();
    const timer = setTimeout(() => {
      late.abort(this.#failure(`its worker gave no answer within ${ms} ms`));
      this.#process.end();
    }, ms);
    const signal = AbortSignal.any([outer, late.signal, this.#gone.signal]);
    try {
      return await this.#unless(signal, body(signal));
    } finally {
      clearTimeout(timer);
    }
  }

  async #unless<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
    const aborted = Promise.withResolvers<never>();
    const onAbort = () => aborted.reject(reasonOf(signal));
    if (signal.aborted) onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      return await Promise.race([work, aborted.promise]);
    } finally {
      signal.removeEventListener("abort", onAbort);
      aborted.promise.catch(() => undefined);
    }
  }

  #failure(problem: string): TrigateError<"checker/worker-failed"> {
    return new TrigateError("checker/worker-failed", { tool: this.#options.tool, problem });
  }
}

function reasonOf({ reason }: AbortSignal): Error {
  return reason instanceof Error ? reason : new TrigateError("run/cancelled", {}, { cause: messageOf(reason) });
}
