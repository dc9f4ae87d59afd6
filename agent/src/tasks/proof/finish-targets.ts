import type { Task, TaskStatus } from "../../core/task.ts";
import { TrigateError } from "../../errors/trigate-error.ts";
import { findOne, type TagOf } from "../file/tag-edit.ts";
import { statuses } from "../graph/dependencies.ts";
import { recordAt } from "./record-edit.ts";
import type { TaskRecord } from "./task-record.ts";

/** A task or subtask that is to be done, as it was when its proof was begun. */
export interface Target {
  readonly id: string;
  readonly status: TaskStatus;
  readonly record: TaskRecord;
}

export interface Targets {
  /** The task that was named comes last, so that its subtasks are done before it. */
  readonly all: readonly Target[];
  /** Dependencies that are not done, as `5 waits for 3`. */
  readonly warnings: readonly string[];
}

const CLOSED: ReadonlySet<TaskStatus> = new Set(["done", "cancelled"]);

/**
 * What is done together with a task. Throws `tasks/open-subtasks` where it has open subtasks that are not to be proven with it,
 * `tasks/not-ready` where dependencies are not done and that is not to be passed over, and what {@link findOne} throws.
 */
export function targetsOf(
  where: TagOf,
  id: string,
  { withSubtasks, strict }: { readonly withSubtasks: boolean; readonly strict: boolean },
): Targets {
  const { task } = findOne(where, id);
  const open = task.subtasks.filter(({ status }) => !CLOSED.has(status));
  if (open.length > 0 && !withSubtasks)
    throw new TrigateError("tasks/open-subtasks", { id, open: open.map((subtask) => subtask.id) });
  const together = [...open, task];
  const waits = waitsFor(where, together);
  if (waits.length > 0 && strict) throw new TrigateError("tasks/not-ready", { id, waitsFor: waits });
  const warnings = waits.length === 0 ? [] : [`task ${id} is done before what it waits for: ${waits.join(", ")}`];
  const all = together.map((each) => ({ id: each.id, status: each.status, record: recordAt(where, each.id) }));
  return { all, warnings };
}

/** Dependencies that are not done and will not be done together with them. */
function waitsFor({ tag }: TagOf, together: readonly Task[]): readonly string[] {
  const statusOf = statuses(tag.tasks);
  const ids = new Set(together.map(({ id }) => id));
  const waits = together.flatMap(({ dependencies }) =>
    dependencies.filter((id) => !ids.has(id) && statusOf.get(id) !== "done"),
  );
  return [...new Set(waits)];
}
