import { z } from "zod";
import { OUTCOMES, STAGES } from "../../core/outcome.ts";

/** Where Trigate keeps its own data on a task or subtask: `metadata.trigate`. Every other key there belongs to others. */
export const RECORD_PATH = ["metadata", "trigate"] as const;

const Names = z.array(z.string().min(1)).min(1);

/** What a task asks for beyond, or in the place of, what `tasks.require` of `trigate.yaml` asks of all. */
export const TaskRequires = z.strictObject({
  /** Stages that must pass. Default: those of `tasks.require`, or those of the checks that are named. */
  stages: z.array(z.enum(STAGES)).min(1).optional(),
  /** Ids of checks; only these are run, and each must pass. */
  checks: Names.optional(),
  /** Files or folders, relative to the workspace root; only what concerns them is judged. */
  paths: Names.optional(),
  /** Names of benchmarks, `*` for any characters; each must have been measured, and the performance stage must pass. */
  benchmarks: Names.optional(),
});
export type TaskRequires = z.infer<typeof TaskRequires>;

const EvidencedGate = z.looseObject({
  id: z.string(),
  /** In the unit of the limit; absent where nothing was in scope. */
  actual: z.number().optional(),
  /** The limit as it was written. */
  threshold: z.string(),
  verdict: z.enum(OUTCOMES),
});

const EvidencedBenchmark = z.looseObject({
  check: z.string(),
  benchmark: z.string(),
  metric: z.string(),
  unit: z.string(),
  /** Statistic (`mean`, `p99`, …) → value in `unit`. */
  summary: z.record(z.string(), z.number()),
});

/** Proof that a task is done: a run of exactly `tree` in which everything that the task requires passed. */
export const TaskEvidence = z.looseObject({
  runId: z.string(),
  /** The commit that was checked out. */
  commit: z.string().optional(),
  /** Hash of the content that was judged, with what was not committed. */
  tree: z.string(),
  /** Whether that content differed from the commit. */
  dirty: z.boolean(),
  verdict: z.literal("passed"),
  at: z.iso.datetime(),
  /** Who asked for it. */
  by: z.string(),
  required: TaskRequires,
  gates: z.array(EvidencedGate),
  /** Required stages that have no checks and no gates in this workspace. */
  empty: z.array(z.enum(STAGES)).optional(),
  patchCoverage: z.looseObject({ covered: z.int(), total: z.int(), percent: z.number() }).optional(),
  benchmarks: z.array(EvidencedBenchmark).optional(),
});
export type TaskEvidence = z.infer<typeof TaskEvidence>;

/** A task that was called done without proof. Entries are added and never taken away. */
export const ForcedDone = z.looseObject({
  at: z.iso.datetime(),
  by: z.string(),
  reason: z.string(),
  /** What the gates said; `not-run` where they were not asked. */
  verdict: z.enum(["failed", "errored", "not-run"]),
  runId: z.string().optional(),
  /** What was overruled: gates and checks. */
  overruled: z.array(z.string()),
});
export type ForcedDone = z.infer<typeof ForcedDone>;

/** How much was changed between two commits, or since a commit, without `.taskmaster/`. */
export const TaskChange = z.looseObject({
  /** The commit that it is counted from. */
  from: z.string().optional(),
  /** The commit up to which it is counted; the work tree where `dirty`. */
  to: z.string().optional(),
  dirty: z.boolean().optional(),
  files: z.int().min(0),
  /** Lines. */
  added: z.int().min(0),
  removed: z.int().min(0),
  /** The files with the most changed lines, relative to the workspace root, at most 30. */
  paths: z.array(z.string()).optional(),
});
export type TaskChange = z.infer<typeof TaskChange>;

/** When a task was begun and done, and what it took: what estimates learn from. */
export const TaskTimes = z.looseObject({
  /** When it became in progress for the first time. */
  startedAt: z.iso.datetime().optional(),
  /** The commit that was checked out then. */
  startCommit: z.string().optional(),
  /** When it was last done; absent while it is open. */
  finishedAt: z.iso.datetime().optional(),
  change: TaskChange.optional(),
});
export type TaskTimes = z.infer<typeof TaskTimes>;

/** What `metadata.trigate` says, as far as it can be read; a part that others spoilt counts as absent. */
export const TaskRecord = z
  .looseObject({
    /** Read by {@link TaskRequires} where it counts, since a spoilt one must not pass for none. */
    requires: z.unknown().optional(),
    evidence: TaskEvidence.optional().catch(undefined),
    forced: z.array(ForcedDone).optional().catch(undefined),
    times: TaskTimes.optional().catch(undefined),
  })
  .catch({});
export type TaskRecord = z.infer<typeof TaskRecord>;
