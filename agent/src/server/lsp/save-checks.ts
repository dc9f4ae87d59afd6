import { isTrigateError } from "../../errors/trigate-error.ts";
import type { CheckResult } from "../../core/check.ts";
import type { Clock } from "../../platform/clock.ts";
import type { RunHandle, RunRequest, RunService } from "../../runs/run-service.ts";
import type { FileChecks, FilePlan } from "../../runs/warm-checks.ts";
import type { SaveContext } from "./findings-board.ts";

/** Whoever saves everything at once must not start a run per file at the same moment. */
const AT_ONCE = 2;
/** Checks that are too slow wait until nothing newer was saved for so long. */
const QUIET_MS = 300;

export interface SaveChecksOptions {
  readonly runs: RunService;
  /** The workers, where there are any; without them every check is started. */
  readonly files: FileChecks | undefined;
  readonly clock: Clock;
  /**
   * Each check as it ends; never of a run that a newer save of the same file has replaced. `isWhole` is false for an answer
   * about the saved file alone by a check that speaks of more.
   */
  readonly onResult: (result: CheckResult, save: SaveContext, isWhole: boolean) => void;
  /** A run of a saved file came to its end; `error` when there was no verdict. Not called for replaced runs. */
  readonly onEnd: (save: SaveContext, error: unknown) => void;
  /** A check became too slow for its budget, or keeps it again. */
  readonly onPace: () => void;
}

/** A save whose checks are waiting or under way. */
interface Pending {
  readonly save: SaveContext;
  readonly savedAtMs: number;
  readonly gone: AbortController;
  /** Checks that have answered, by their ids. */
  readonly answered: Set<string>;
  readonly plan: Promise<FilePlan | undefined>;
  /** What the workers left to the command line. */
  readonly left: Promise<readonly string[]>;
  isUnderWay: boolean;
}

/** Makes the static checks of each saved file at once; a newer save of the same file ends those of the older one. */
export class SaveChecks {
  readonly #options: SaveChecksOptions;
  /** The newest save of each file that is not over yet, in the order of saving. */
  readonly #pending = new Map<string, Pending>();
  #exclude: ReadonlySet<string> = new Set();
  #underWay = 0;
  #isClosed = false;

  constructor(options: SaveChecksOptions) {
    this.#options = options;
  }

  /** Tools whose findings somebody else shows. */
  exclude(tools: Iterable<string>): void {
    this.#exclude = new Set(tools);
  }

  check(save: SaveContext): void {
    if (this.#isClosed) return;
    this.#pending.get(save.file)?.gone.abort();
    this.#pending.delete(save.file);
    const gone = new AbortController();
    const plan = this.#options.files?.plan(save.file, this.#exclude) ?? Promise.resolve(undefined);
    const pending: Pending = {
      save,
      savedAtMs: this.#options.clock.elapsed(),
      gone,
      answered: new Set(),
      plan,
      // Workers are asked at once, however many runs are under way.
      left: plan.then((found) => this.#ask(found?.warm ?? [], pending)),
      isUnderWay: false,
    };
    // Whoever makes the run hears of it.
    pending.left.catch(() => undefined);
    this.#pending.set(save.file, pending);
    this.#startWaiting();
  }

  /** Ends all runs and takes no more saves. */
  close(): void {
    this.#isClosed = true;
    for (const { gone } of this.#pending.values()) gone.abort();
    this.#pending.clear();
  }

  #startWaiting(): void {
    for (const pending of this.#pending.values()) {
      if (this.#underWay >= AT_ONCE) return;
      if (!pending.isUnderWay) void this.#run(pending);
    }
  }

  async #run(pending: Pending): Promise<void> {
    pending.isUnderWay = true;
    const { save, gone } = pending;
    this.#underWay++;
    try {
      const plan = await pending.plan;
      if (plan === undefined) await this.#start([], pending);
      else {
        const started = async (ids: readonly string[]) => (ids.length === 0 ? undefined : this.#start(ids, pending));
        await Promise.all([started(plan.started), pending.left.then(started)]);
        if (plan.demoted.length > 0 && (await isQuiet(gone.signal)))
          await started(await this.#ask(plan.demoted, pending));
      }
      if (this.#isNewest(pending)) this.#options.onEnd(save, undefined);
    } catch (error) {
      if (this.#isNewest(pending) && !isTrigateError(error, "run/cancelled")) this.#options.onEnd(save, error);
    } finally {
      this.#underWay--;
      if (this.#isNewest(pending)) this.#pending.delete(save.file);
      this.#startWaiting();
    }
  }

  /** Asks workers; resolves with the checks that have to be started, which are all of them where there are no workers. */
  async #ask(ids: readonly string[], pending: Pending): Promise<readonly string[]> {
    const { files } = this.#options;
    if (files === undefined || ids.length === 0) return ids;
    const { save, gone } = pending;
    const onAnswer = (result: CheckResult, isWhole: boolean) => this.#tell(result, pending, isWhole);
    return files.answer({ file: save.file, checks: ids }, onAnswer, gone.signal);
  }

  /** Findings first, as soon as their tools have them; the fixes, which can take a tool a second turn, after that. */
  async #start(ids: readonly string[], pending: Pending): Promise<void> {
    const withoutFixes: string[] = [];
    const run = async (request: Partial<RunRequest>) => {
      const { signal } = pending.gone;
      if (signal.aborted) return;
      const handle = this.#options.runs.start({ ...STATIC_ONLY, ...request, paths: [pending.save.file] }, (event) => {
        if (event.type !== "check-finished") return;
        if (event.result.fixesLeftOut) withoutFixes.push(event.result.id);
        this.#options.files?.learn(event.result);
        this.#tell(event.result, pending, true);
      });
      await untilOver(handle, signal);
    };
    await run({ checks: ids, withoutFixes: true });
    if (withoutFixes.length > 0) await run({ checks: withoutFixes });
  }

  #tell(result: CheckResult, pending: Pending, isWhole: boolean): void {
    if (!this.#isNewest(pending) || this.#exclude.has(result.tool)) return;
    this.#options.onResult(result, pending.save, isWhole);
    if (pending.answered.has(result.id)) return;
    pending.answered.add(result.id);
    void this.#note(result, this.#options.clock.elapsed() - pending.savedAtMs);
  }

  async #note({ id, status }: CheckResult, ms: number): Promise<void> {
    if (status === "skipped" || status === "errored") return;
    // A configuration that broke meanwhile is told of by the run itself.
    const hasMoved = await this.#options.files?.took(id, ms).catch(() => false);
    if (hasMoved === true) this.#options.onPace();
  }

  #isNewest(pending: Pending): boolean {
    return this.#pending.get(pending.save.file) === pending;
  }
}

async function untilOver(handle: RunHandle, signal: AbortSignal): Promise<void> {
  signal.addEventListener("abort", handle.cancel, { once: true });
  try {
    await handle.finished;
  } finally {
    signal.removeEventListener("abort", handle.cancel);
  }
}

/** Waits a moment; false when a newer save came. */
async function isQuiet(signal: AbortSignal): Promise<boolean> {
  if (!signal.aborted) {
    const waited = Promise.withResolvers<void>();
    const timer = setTimeout(waited.resolve, QUIET_MS);
    const onAbort = () => waited.resolve();
    signal.addEventListener("abort", onAbort, { once: true });
    await waited.promise;
    clearTimeout(timer);
    signal.removeEventListener("abort", onAbort);
  }
  return !signal.aborted;
}

const STATIC_ONLY = {
  stages: ["static"],
  checks: [],
  changed: false,
  staged: false,
  base: undefined,
  noCache: false,
  fix: false,
  failFast: false,
  unrecorded: true,
} as const;
