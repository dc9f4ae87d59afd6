import type { Run } from "../core/run.ts";

/** The record of past runs of one workspace. */
export interface History {
  record(run: Run): Promise<void>;
  /** The newest run of the whole workspace, or the newest one of any scope that measured coverage. */
  latest(filter?: { readonly withCoverage: boolean }): Promise<Run | undefined>;
  /** Runs of the whole workspace that measured coverage on exactly this content, newest first, at most 5. */
  measuredAt(tree: string): Promise<readonly Run[]>;
  /** Runs of the whole workspace that judged exactly this content, newest first, at most 5. */
  judgedAt(tree: string): Promise<readonly Run[]>;
  byId(id: string): Promise<Run | undefined>;
  close(): void;
}
