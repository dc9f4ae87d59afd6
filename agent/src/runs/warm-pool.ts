import type { WarmStart } from "../checkers/warm-tool.ts";
import { messageOf, TrigateError } from "../errors/trigate-error.ts";
import type { Clock } from "../platform/clock.ts";
import type { ResidentStarter } from "../platform/resident-process.ts";
import { type WarmLimits, WarmWorker } from "./warm-worker.ts";

export interface WarmPoolOptions {
  readonly starter: ResidentStarter;
  readonly clock: Clock;
  /** Share of the machine's memory that is free, 0 to 1. */
  readonly freeMemory: () => number;
  readonly log: (line: string) => void;
  readonly limits?: Partial<PoolLimits>;
}

export interface PoolLimits extends WarmLimits {
  /** A worker that nobody asked for so long is ended. */
  readonly idleMs: number;
  /** More than this many workers are never kept. */
  readonly most: number;
  /** Below this share of free memory no idle worker is kept. */
  readonly leastFreeMemory: number;
  /** Wait after the first crash; it doubles with each. */
  readonly backOffMs: number;
  /** After so many crashes in a row without an answer the tool is not started again for this configuration. */
  readonly mostCrashes: number;
}

const DEFAULTS: PoolLimits = {
  handshakeMs: 20_000,
  answerMs: 15_000,
  idleMs: 5 * 60_000,
  most: 8,
  leastFreeMemory: 0.1,
  backOffMs: 1_000,
  mostCrashes: 4,
};

/** Looks this often whether workers may go. */
const SWEEP_MS = 15_000;

/** What to start, for whom. */
export interface WarmRequest {
  readonly tool: string;
  readonly start: WarmStart;
  readonly folder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Everything besides `start` that makes a worker another one: configuration files, the tool's own files. */
  readonly identity: string;
}

export interface WorkerState {
  readonly tool: string;
  readonly state: "ready" | "waiting" | "gave-up";
  readonly pid?: number;
  readonly idleMs?: number;
  readonly answers?: number;
  readonly crashes: number;
  /** Why it is not there. */
  readonly problem?: string;
}

/** Where one worker is at a time: the same command in the same folder and environment. */
interface Place {
  readonly identity: string;
  readonly tool: string;
  worker: WarmWorker | undefined;
  crashes: number;
  /** Not started again before this moment. */
  notBeforeMs: number;
  problem: string | undefined;
}

/** The workers of one workspace: started on demand, started anew after a crash or another configuration, ended when idle or when memory is short. */
export class WarmPool {
  readonly #options: WarmPoolOptions;
  readonly #limits: PoolLimits;
  readonly #places = new Map<string, Place>();
  #sweeper: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: WarmPoolOptions) {
    this.#options = options;
    this.#limits = { ...DEFAULTS, ...options.limits };
  }

  /** The worker for a place, started when there is none. Throws `checker/worker-failed` while a tool that crashed is left alone. */
  worker(request: WarmRequest): WarmWorker {
    const { start, folder, env } = request;
    const place = this.#placeOf(request);
    if (place.worker !== undefined) return place.worker;
    const { clock, starter } = this.#options;
    if (this.#isClosed) throw new TrigateError("run/cancelled", {});
    if (place.crashes >= this.#limits.mostCrashes || clock.elapsed() < place.notBeforeMs)
      throw new TrigateError("checker/worker-failed", {
        tool: request.tool,
        problem: `its worker crashed ${place.crashes} times, the last time with: ${place.problem}`,
      });
    this.#makeRoom();
    const options = { tool: request.tool, start, folder, env, starter, clock, limits: this.#limits };
    try {
      place.worker = new WarmWorker(options);
    } catch (error) {
      this.#crashed(place, messageOf(error));
      throw error;
    }
    this.#watch(place, place.worker);
    this.#sweeper ??= setInterval(() => this.sweep(), SWEEP_MS).unref();
    return place.worker;
  }

  /** Ends workers that nobody needs: idle too long, or any that rests while memory is short. */
  sweep(): void {
    const isShort = this.#options.freeMemory() < this.#limits.leastFreeMemory;
    for (const place of this.#places.values()) {
      const { worker } = place;
      if (worker === undefined || worker.isBusy) continue;
      if (isShort || worker.idleMs >= this.#limits.idleMs)
        this.#evict(place, isShort ? "memory is short" : "nobody asked it any more");
    }
    if (this.#running().length === 0) {
      clearInterval(this.#sweeper);
      this.#sweeper = undefined;
    }
  }

  forget(path: string): void {
    for (const worker of this.#running()) worker.forget(path);
  }

  touch(path: string): void {
    for (const worker of this.#running()) worker.touch(path);
  }

  get states(): readonly WorkerState[] {
    return [...this.#places.values()].flatMap(({ tool, worker, crashes, problem }): WorkerState[] => {
      if (worker !== undefined) {
        const { pid, idleMs, answers } = worker;
        const process = pid === undefined ? {} : { pid };
        return [{ tool, state: "ready", ...process, idleMs: Math.round(idleMs), answers, crashes }];
      }
      if (problem === undefined) return [];
      return [{ tool, state: crashes >= this.#limits.mostCrashes ? "gave-up" : "waiting", crashes, problem }];
    });
  }

  close(): void {
    this.#isClosed = true;
    clearInterval(this.#sweeper);
    for (const place of this.#places.values()) this.#evict(place, "the daemon stops");
    this.#places.clear();
  }

  #running(): readonly WarmWorker[] {
    return [...this.#places.values()].flatMap(({ worker }) => worker ?? []);
  }

  #placeOf({ tool, start, folder, env, identity }: WarmRequest): Place {
    const name = JSON.stringify([
      start,
      folder,
      Object.keys(env)
        .toSorted()
        .map((key) => [key, env[key]]),
    ]);
    const known = this.#places.get(name);
    if (known?.identity === identity) return known;
    // Another configuration: what the old one remembers, and its crashes, count no more.
    if (known !== undefined) this.#evict(known, "its configuration changed");
    const place: Place = { identity, tool, worker: undefined, crashes: 0, notBeforeMs: 0, problem: undefined };
    this.#places.set(name, place);
    return place;
  }

  #watch(place: Place, worker: WarmWorker): void {
    void worker.ended.then((problem) => {
      if (place.worker !== worker) return;
      place.worker = undefined;
      if (problem === undefined) return;
      if (worker.answers > 0) place.crashes = 0;
      this.#crashed(place, problem);
    });
  }

  #crashed(place: Place, problem: string): void {
    place.problem = problem;
    place.notBeforeMs = this.#options.clock.elapsed() + this.#limits.backOffMs * 2 ** place.crashes;
    place.crashes++;
    const how =
      place.crashes >= this.#limits.mostCrashes ? "it is started each time from now on" : "it is started again later";
    this.#options.log(`the worker of ${place.tool} crashed (${place.crashes}), ${how}: ${problem}`);
  }

  #makeRoom(): void {
    const resting = [...this.#places.values()]
      .filter(({ worker }) => worker !== undefined && !worker.isBusy)
      .toSorted((a, b) => (b.worker?.idleMs ?? 0) - (a.worker?.idleMs ?? 0));
    const surplus = this.#running().length + 1 - this.#limits.most;
    for (const place of resting.slice(0, Math.max(0, surplus))) this.#evict(place, "others need its room");
  }

  #evict(place: Place, why: string): void {
    const { worker } = place;
    if (worker === undefined) return;
    place.worker = undefined;
    this.#options.log(`the worker of ${place.tool} is ended: ${why}`);
    worker.end();
  }
}
