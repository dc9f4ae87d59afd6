import { toWorkspacePath } from "../../platform/files.ts";
import { isTrigateError, messageOf, TrigateError } from "../../errors/trigate-error.ts";
import type { Run, RunEvent } from "../../core/run.ts";
import type { RunEvent as WireRunEvent } from "../../protocol/index.ts";
import type { RunHandle, RunRequest, RunService } from "../../runs/run-service.ts";

/** What a client asks for, after parsing. */
export interface AskedRun {
  readonly paths: readonly string[];
  readonly stages: RunRequest["stages"];
  readonly checks: readonly string[];
  readonly changed: boolean;
  readonly base?: string | undefined;
  readonly noCache: boolean;
  readonly summaryOnly?: boolean;
}

export interface RunBoardOptions {
  readonly root: string;
  readonly toRunEvent: (event: RunEvent) => WireRunEvent;
  /** Told of every event of every run. */
  readonly tell: (event: WireRunEvent) => void;
  readonly log: (line: string) => void;
}

/** The runs that clients asked for and that are under way. */
export class RunBoard {
  readonly #options: RunBoardOptions;
  readonly #running = new Map<string, RunHandle>();
  #started = 0;

  constructor(options: RunBoardOptions) {
    this.#options = options;
  }

  /** How many runs were started. */
  get started(): number {
    return this.#started;
  }

  /** Ids of the runs under way, oldest first. */
  get running(): readonly string[] {
    return [...this.#running.keys()];
  }

  /**
   * Starts a run. `planned` resolves when its plan stands and its first event is out, and rejects when there can be no
   * plan, such as with `config/invalid`; `finished` settles with the run. Throws `platform/path-outside`.
   */
  start(
    runs: RunService,
    asked: AskedRun,
  ): { readonly id: string; readonly planned: Promise<void>; readonly finished: Promise<Run> } {
    const planned = Promise.withResolvers<void>();
    let hasStarted = false;
    const handle = runs.start(this.#requestOf(asked), (event) => {
      if (event.type === "run-started") {
        hasStarted = true;
        planned.resolve();
      }
      this.#options.tell(this.#options.toRunEvent(event));
    });
    this.#started++;
    this.#running.set(handle.id, handle);
    const finished = handle.finished.finally(() => this.#running.delete(handle.id));
    finished.then(
      () => planned.resolve(),
      (error: unknown) => {
        planned.reject(error);
        if (hasStarted) this.#tellOfEnd(handle.id, error);
      },
    );
    // Both are also answers to callers, who may not be there any more.
    planned.promise.catch(() => undefined);
    return { id: handle.id, planned: planned.promise, finished };
  }

  /** False when no run of that id is under way. */
  cancel(runId: string): boolean {
    const handle = this.#running.get(runId);
    handle?.cancel();
    return handle !== undefined;
  }

  /** Cancels everything and resolves when all of it has ended. */
  async cancelAll(): Promise<void> {
    const handles = [...this.#running.values()];
    for (const handle of handles) handle.cancel();
    await Promise.allSettled(handles.map(({ finished }) => finished));
  }

  /** A run that began and came to no verdict is over for clients, whatever the cause. */
  #tellOfEnd(runId: string, error: unknown): void {
    if (!isTrigateError(error, "run/cancelled")) this.#options.log(`run ${runId} broke off: ${messageOf(error)}`);
    this.#options.tell({ type: "run-cancelled", runId });
  }

  #requestOf({ paths, stages, checks, changed, base, noCache, summaryOnly = false }: AskedRun): RunRequest {
    return {
      paths: paths.map((path) => this.#confine(path)),
      stages,
      checks,
      changed,
      staged: false,
      base,
      noCache,
      fix: false,
      failFast: false,
      summaryOnly,
    };
  }

  #confine(path: string): string {
    const { root } = this.#options;
    const inside = toWorkspacePath(root, path);
    if (inside === undefined) throw new TrigateError("platform/path-outside", { path, root });
    return inside;
  }
}
