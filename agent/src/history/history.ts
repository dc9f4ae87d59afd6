import type { Run } from "../core/run.ts";

/** The record of past runs of one workspace. */
export interface History {
  record(run: Run): Promise<void>;
  /** The newest run, or the newest one that measured coverage. */
  latest(filter?: { readonly withCoverage: boolean }): Promise<Run | undefined>;
  byId(id: string): Promise<Run | undefined>;
  close(): void;
}
