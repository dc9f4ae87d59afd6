import type { Subtask, Task, TaskList } from "../protocol/index.ts";
import type { ListedTask } from "../tasks/graph/dependencies.ts";
import type { TaskListing } from "../tasks/task-store.ts";

/** A task as other programs read it. */
export function toWireTask(task: ListedTask): Task {
  return { ...fieldsOf(task), subtasks: task.subtasks.map(fieldsOf) };
}

/** The tasks of a tag as other programs read them. */
export function toTaskList({ tag, tags, tasks, next }: TaskListing): TaskList {
  return {
    tag,
    tags: [...tags],
    tasks: tasks.map(toWireTask),
    ...(next.task === undefined ? {} : { next: next.task.id }),
    nextReason: next.reason,
  };
}

function fieldsOf({ complexity, dependencies, blockedBy, subtasks: _subtasks, ...rest }: ListedTask): Subtask {
  return {
    ...rest,
    dependencies: [...dependencies],
    blockedBy: [...blockedBy],
    ...(complexity === undefined ? {} : { complexity }),
  };
}
