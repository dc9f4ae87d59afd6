import type { Stage } from "../core/outcome.ts";
import type { Run, RunEvent } from "../core/run.ts";

/** What to judge. Empty lists mean everything. */
export interface RunRequest {
  readonly paths: readonly string[];
  readonly stages: readonly Stage[];
  readonly checks: readonly string[];
  readonly changed: boolean;
  readonly staged: boolean;
  readonly base: string | undefined;
  readonly noCache: boolean;
  readonly fix: boolean;
  readonly failFast: boolean;
  /** Leave no trace in the history: for runs that only serve an editor's squiggles. */
  readonly unrecorded?: boolean;
  /** Whether findings are wanted at once, their fixes with a later run. */
  readonly withoutFixes?: boolean;
  /** Run only the tests that the change since the last whole run needs. */
  readonly impacted?: boolean;
  /** Count inherited findings, too: for those who write the baseline. */
  readonly withoutBaseline?: boolean;
  /** Whether an answer without the coverage of single files will do; it can then come from memory in milliseconds. */
  readonly summaryOnly?: boolean;
}

/** The request as text: equal requests, equal texts. */
export function questionOf({ paths, stages, checks, changed, staged, base }: RunRequest): string {
  return JSON.stringify([paths, stages, checks, changed, staged, base ?? null]);
}

export interface RunHandle {
  readonly id: string;
  /** Ends the tools' process groups; `finished` then rejects with `run/cancelled`. */
  readonly cancel: () => void;
  readonly finished: Promise<Run>;
}

/** Runs the gates of one workspace. */
export interface RunService {
  /**
   * Plans, executes, judges and records. Events come in order; a configuration fault rejects `finished` with
   * `config/invalid`. Several runs may be under way.
   */
  start(request: RunRequest, onEvent: (event: RunEvent) => void): RunHandle;
  /** The newest recorded run of the whole workspace, or `undefined`. */
  latest(): Promise<Run | undefined>;
  /** A recorded run, or `undefined`. */
  byId(id: string): Promise<Run | undefined>;
}
