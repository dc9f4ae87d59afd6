import { z } from "zod";
import { TASK_STATUSES } from "../../core/task.ts";
import { sha256 } from "../../platform/files.ts";
import { ForcedDone, TaskEvidence } from "./task-record.ts";

/** Version of what the status hook is told. A receiver must refuse another one. */
const HOOK_VERSION = 1;

/** What the status hook is told: the body of its request. */
export const StatusNews = z.strictObject({
  version: z.literal(HOOK_VERSION),
  event: z.literal("task.status"),
  /** The same for each try, another one for each change: a receiver that knows it has had this news. */
  key: z.string(),
  /** Folder name of the workspace. */
  workspace: z.string(),
  tag: z.string(),
  task: z.strictObject({ id: z.string(), title: z.string() }),
  status: z.enum(TASK_STATUSES),
  previous: z.enum(TASK_STATUSES).optional(),
  /** When the status was written. */
  at: z.iso.datetime(),
  evidence: TaskEvidence.optional(),
  forced: ForcedDone.optional(),
});
export type StatusNews = z.infer<typeof StatusNews>;

/** A change of a status with the key that it is known by: a hash of the task, the status, its evidence and the moment. */
export function statusNews(change: Omit<StatusNews, "version" | "event" | "key">): StatusNews {
  const { workspace, tag, task, status, at, evidence, forced } = change;
  const key = sha256(JSON.stringify([workspace, tag, task.id, status, at, evidence ?? null, forced ?? null]));
  return { version: HOOK_VERSION, event: "task.status", key, ...change };
}
