import type { Subtask, Task, TaskList } from "../protocol/index.ts";
import type { ListedTask } from "../tasks/graph/dependencies.ts";
import type { TaskListing } from "../tasks/task-store.ts";

const NO_TEXTS = { description: "", details: "", testStrategy: "" };

/** A task as other programs read it. */
export function toWireTask(task: ListedTask): Task {
  return { ...fieldsOf(task), subtasks: task.subtasks.map(fieldsOf) };
}

/** The tasks of a tag as other programs read them; as an `outline` without the long texts. */
export function toTaskList({ tag, tags, tasks, next }: TaskListing, { outline = false } = {}): TaskList {
  return {
    tag,
    tags: [...tags],
    tasks: tasks.map((task) => (outline ? toOutline(task) : toWireTask(task))),
    ...(next.task === undefined ? {} : { next: next.task.id }),
    nextReason: next.reason,
  };
}

function toOutline(task: ListedTask): Task {
  return {
    ...fieldsOf(task),
    ...NO_TEXTS,
    subtasks: task.subtasks.map((subtask) => ({ ...fieldsOf(subtask), ...NO_TEXTS })),
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
