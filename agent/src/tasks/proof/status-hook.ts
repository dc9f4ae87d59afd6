import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { ResolvedStatusHook } from "../../config/resolved.ts";
import { messageOf } from "../../errors/trigate-error.ts";
import type { Clock } from "../../platform/clock.ts";
import { isTrusted } from "../../platform/trust.ts";
import { Outbox, type StoredLetter } from "./outbox.ts";
import { type Posted, postNews } from "./post-news.ts";
import type { StatusNews } from "./status-news.ts";

export interface StatusHookOptions {
  readonly stateFolder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** From 0 up to 1; spreads the tries of many. */
  readonly random: () => number;
  /** What it says of the hook; may throw `config/invalid`. */
  readonly configured: () => Promise<ResolvedStatusHook | undefined>;
  /** Defaults to the platform's. */
  readonly fetch?: typeof globalThis.fetch;
}

export interface Delivery {
  readonly sent: number;
  readonly pending: number;
  /** What was given up just now; it is kept until somebody says `--retry`. */
  readonly givenUp: readonly StoredLetter[];
  /** Why something is still pending. */
  readonly problem?: string;
}

interface Patience {
  readonly signal?: AbortSignal | undefined;
  /** No new try begins after so long. */
  readonly patienceMs: number;
}

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
/** What another process, which is sending too, may take. */
const HOLD_WAIT_MS = 2_000;
/** How long a command that changed a status stays for the hook's sake. The news outlives it. */
const COMMAND_PATIENCE_MS = 15_000;

/**
 * Tells another system of statuses. The news is in the outbox before anything is sent and leaves it when the other side has
 * said that it has it, so that neither its failures nor ours lose any; it may get news twice, under one key.
 */
export class StatusHook {
  readonly #options: StatusHookOptions;
  readonly #outbox: Outbox;

  constructor(options: StatusHookOptions) {
    this.#options = options;
    this.#outbox = new Outbox(join(options.stateFolder, "status-hook"));
  }

  /** Keeps news and tries to send all that there is. Never throws: a status that was written stays written. */
  async tell(news: readonly StatusNews[], patience: Partial<Patience> = {}): Promise<Delivery> {
    try {
      await this.#outbox.put(news);
      return await this.send({ patienceMs: COMMAND_PATIENCE_MS, ...patience });
    } catch (error) {
      return { sent: 0, pending: news.length, givenUp: [], problem: messageOf(error) };
    }
  }

  /** Sends what is pending, oldest first, and stops at the first that has to wait: news must not overtake each other. */
  async send({ signal, patienceMs }: Patience): Promise<Delivery> {
    if ((await this.#outbox.letters("pending")).length === 0) return { sent: 0, pending: 0, givenUp: [] };
    const held = await this.#outbox.hold(HOLD_WAIT_MS);
    if (held === undefined) return this.#left({ problem: "another process is sending" });
    try {
      const hook = await this.#options.configured();
      if (hook === undefined) return await this.#drop();
      const until = this.#options.clock.elapsed() + patienceMs;
      return await this.#sendAll(hook, { until, signal: signal ?? new AbortController().signal });
    } finally {
      held.release();
    }
  }

  letters(): Promise<{ readonly pending: readonly StoredLetter[]; readonly givenUp: readonly StoredLetter[] }> {
    return Promise.all([this.#outbox.letters("pending"), this.#outbox.letters("given-up")]).then(
      ([pending, givenUp]) => ({ pending, givenUp }),
    );
  }

  /** Makes what was given up pending again. */
  async takeUp(): Promise<void> {
    for (const letter of await this.#outbox.letters("given-up")) await this.#outbox.move(letter, "pending", undefined);
  }

  /** Nobody wants to be told any more. */
  async #drop(): Promise<Delivery> {
    for (const letter of await this.#outbox.letters("pending")) await this.#outbox.remove(letter);
    return { sent: 0, pending: 0, givenUp: [] };
  }

  async #sendAll(hook: ResolvedStatusHook, limits: Limits): Promise<Delivery> {
    const obstacle = await this.#obstacle(hook);
    if (obstacle !== undefined) return this.#left({ problem: obstacle });
    const givenUp: StoredLetter[] = [];
    let sent = 0;
    for (const letter of await this.#outbox.letters("pending")) {
      const { posted, tries } = await this.#tryOften(letter, hook, limits);
      const tried = { ...letter, tries: letter.tries + tries };
      if (posted.outcome === "sent") {
        await this.#outbox.remove(letter);
        sent++;
      } else if (posted.outcome === "never") {
        await this.#outbox.move(tried, "given-up", posted.problem);
        givenUp.push({ ...tried, problem: posted.problem });
      } else {
        await this.#outbox.note(letter, { tries: tried.tries, problem: posted.problem });
        return this.#left({ sent, givenUp, problem: posted.problem });
      }
    }
    return this.#left({ sent, givenUp });
  }

  /** What keeps anything from being sent at all. */
  async #obstacle({ tokenVariable }: ResolvedStatusHook): Promise<string | undefined> {
    // A repository that nobody trusts must not choose where things are sent.
    if (!(await isTrusted(this.#options.stateFolder))) return "this workspace is not trusted yet";
    if (tokenVariable === undefined || this.#tokenOf(tokenVariable) !== undefined) return undefined;
    return `the variable ${tokenVariable} is not set`;
  }

  #tokenOf(variable: string): string | undefined {
    return this.#options.env[variable.replace(/^\$/, "")] || undefined;
  }

  async #tryOften(
    letter: StoredLetter,
    hook: ResolvedStatusHook,
    limits: Limits,
  ): Promise<{ posted: Posted; tries: number }> {
    const { url, tokenVariable, attempts, timeoutMs } = hook;
    const token = tokenVariable && this.#tokenOf(tokenVariable);
    for (let tries = 1; ; tries++) {
      const fetch = this.#options.fetch ?? globalThis.fetch;
      const posted = await postNews(letter.news, { url, token, timeoutMs, signal: limits.signal, fetch });
      if (posted.outcome !== "later" || tries >= attempts) return { posted, tries };
      const pauseMs = posted.waitMs ?? this.#pauseMs(tries);
      if (this.#options.clock.elapsed() + pauseMs > limits.until) return { posted, tries };
      await sleep(pauseMs, undefined, { signal: limits.signal });
    }
  }

  /** Twice as long each time, and somewhere in its second half, so that many do not come back at once. */
  #pauseMs(tries: number): number {
    const longest = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (tries - 1));
    return longest * (0.5 + this.#options.random() / 2);
  }

  async #left(told: Partial<Delivery>): Promise<Delivery> {
    const pending = (await this.#outbox.letters("pending")).length;
    return { sent: 0, givenUp: [], pending, ...told };
  }
}

interface Limits {
  /** As `Clock.elapsed` counts. */
  readonly until: number;
  readonly signal: AbortSignal;
}
