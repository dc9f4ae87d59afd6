import { isTrigateError } from "../../errors/trigate-error.ts";
import type { CheckResult } from "../../core/check.ts";
import type { RunHandle, RunRequest, RunService } from "../../runs/run-service.ts";
import type { SaveContext } from "./findings-board.ts";

/** Whoever saves everything at once must not start a run per file at the same moment. */
const AT_ONCE = 2;

export interface SaveChecksOptions {
  readonly runs: RunService;
  /** Each check as it ends; never of a run that a newer save of the same file has replaced. */
  readonly onResult: (result: CheckResult, save: SaveContext) => void;
  /** A run of a saved file came to its end; `error` when there was no verdict. Not called for replaced runs. */
  readonly onEnd: (save: SaveContext, error: unknown) => void;
}

/** A save whose checks are waiting or under way. */
interface Pending {
  readonly save: SaveContext;
  handle?: RunHandle;
}

/** Runs the static checks of each saved file at once; a newer save of the same file ends the run of the older one. */
export class SaveChecks {
  readonly #options: SaveChecksOptions;
  /** The newest save of each file that is not over yet, in the order of saving. */
  readonly #pending = new Map<string, Pending>();
  #underWay = 0;
  #isClosed = false;

  constructor(options: SaveChecksOptions) {
    this.#options = options;
  }

  check(save: SaveContext): void {
    if (this.#isClosed) return;
    this.#pending.get(save.file)?.handle?.cancel();
    this.#pending.delete(save.file);
    this.#pending.set(save.file, { save });
    this.#startWaiting();
  }

  /** Ends all runs and takes no more saves. */
  close(): void {
    this.#isClosed = true;
    for (const { handle } of this.#pending.values()) handle?.cancel();
    this.#pending.clear();
  }

  #startWaiting(): void {
    for (const pending of this.#pending.values()) {
      if (this.#underWay >= AT_ONCE) return;
      if (pending.handle === undefined) void this.#run(pending);
    }
  }

  async #run(pending: Pending): Promise<void> {
    const { save } = pending;
    const isNewest = () => this.#pending.get(save.file) === pending;
    const { runs, onResult, onEnd } = this.#options;
    this.#underWay++;
    try {
      // Findings first, as soon as their tools have them; the fixes, which can take a tool a second turn, after that.
      const withoutFixes: string[] = [];
      const run = async (request: Partial<RunRequest>) => {
        const handle = runs.start({ ...STATIC_ONLY, ...request, paths: [save.file] }, (event) => {
          if (event.type !== "check-finished" || !isNewest()) return;
          if (event.result.fixesLeftOut) withoutFixes.push(event.result.id);
          onResult(event.result, save);
        });
        pending.handle = handle;
        await handle.finished;
      };
      await run({ withoutFixes: true });
      if (withoutFixes.length > 0 && isNewest()) await run({ checks: withoutFixes });
      if (isNewest()) onEnd(save, undefined);
    } catch (error) {
      if (isNewest() && !isTrigateError(error, "run/cancelled")) onEnd(save, error);
    } finally {
      this.#underWay--;
      if (isNewest()) this.#pending.delete(save.file);
      this.#startWaiting();
    }
  }
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
