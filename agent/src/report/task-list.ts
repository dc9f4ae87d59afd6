import type { Subtask, Task, TaskList } from "../protocol/index.ts";
import type { ListedTask } from "../tasks/graph/dependencies.ts";
import type { TaskListing } from "../tasks/task-store.ts";

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
  return { ...outlineOf(task), subtasks: task.subtasks.map(outlineOf) };
}

/** Written out: to copy the fields of tens of thousands and replace some takes three times as long. */
function outlineOf({ id, title, status, priority, dependencies, complexity, blockedBy }: ListedTask): Subtask {
  const texts = { description: "", details: "", testStrategy: "" };
  const fields = { id, title, ...texts, status, priority, dependencies: [...dependencies], blockedBy: [...blockedBy] };
  return complexity === undefined ? fields : { ...fields, complexity };
}

function fieldsOf({ complexity, dependencies, blockedBy, subtasks: _subtasks, ...rest }: ListedTask): Subtask {
  return {
    ...rest,
    dependencies: [...dependencies],
    blockedBy: [...blockedBy],
    ...(complexity === undefined ? {} : { complexity }),
  };
}
