import type { TaskStatus } from "../../core/task.ts";
import type { ListedTask } from "./dependencies.ts";
import { readyInOrder } from "./next.ts";

export interface TaskFilter {
  /** Only these statuses; all when it is empty. */
  readonly statuses: readonly TaskStatus[];
  /** Only what could be done now. */
  readonly ready: boolean;
}

/** The tasks and subtasks that a filter lets through; a task also stands there for the subtasks that do. */
export function filterTasks(tasks: readonly ListedTask[], { statuses, ready }: TaskFilter): readonly ListedTask[] {
  if (statuses.length === 0 && !ready) return tasks;
  const isReady = new Set(ready ? readyInOrder(tasks).map(({ id }) => id) : []);
  const passes = ({ id, status }: ListedTask) =>
    (statuses.length === 0 || statuses.includes(status)) && (!ready || isReady.has(id));
  return tasks
    .map((task) => ({ ...task, subtasks: task.subtasks.filter(passes) }))
    .filter((task) => passes(task) || task.subtasks.length > 0);
}
