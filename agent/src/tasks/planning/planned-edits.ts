import type { Task } from "../../core/task.ts";
import { TrigateError } from "../../errors/trigate-error.ts";
import { applyEdits, editsTo, replaceValue } from "../file/json-edit.ts";
import {
  appendSubtasks,
  appendTasks,
  changeTask,
  type Edited,
  findOne,
  type TagOf,
  taskNode,
} from "../file/tag-edit.ts";
import type { PlannedSubtask, PlannedTask, UpdatedTask } from "./answers.ts";

/** Ids as people read them. */
export interface Written {
  readonly ids: readonly string[];
}

/**
 * Adds planned tasks to a list, or puts them in the place of all its tasks. Throws `tasks/conflict` when an id was taken
 * since the plan was made.
 */
export function writeTasks(
  where: TagOf,
  tasks: readonly PlannedTask[],
  { replace }: { readonly replace: boolean },
): Edited<Written> {
  const { document, tag } = where;
  const taken = replace ? undefined : tasks.find(({ id }) => tag.places.has(String(id)));
  if (taken !== undefined)
    throw new TrigateError("tasks/conflict", { id: String(taken.id), field: "id", expected: "free", found: "taken" });
  const records = tasks.map((task) => taskRecord(task, tag.stringIds));
  const list = document.root.at([...tag.path, "tasks"]);
  const edits = replace && list !== undefined ? [replaceValue(list, records)] : appendTasks(where, records);
  return { text: applyEdits(document.text, edits), meaning: { ids: tasks.map(({ id }) => String(id)) } };
}

/** A planned task as it stands in the file. */
function taskRecord(task: PlannedTask, asText: boolean): object {
  const { id, title, description, details, testStrategy, priority, dependencies } = task;
  const spelled = (number: number) => (asText ? String(number) : number);
  return {
    id: spelled(id),
    title,
    description,
    details,
    testStrategy,
    status: "pending",
    dependencies: dependencies.map(spelled),
    priority,
    subtasks: [],
  };
}

/** What a task looked like when it was planned for: a plan for another text is not written. */
export type Seen = Pick<Task, "id" | "title" | "description" | "details">;

/**
 * Adds subtasks to a task, or puts them in the place of those it has. Throws `tasks/conflict` when the task was changed since.
 */
export function writeSubtasks(
  where: TagOf,
  {
    seen,
    subtasks,
    replace,
  }: { readonly seen: Seen; readonly subtasks: readonly PlannedSubtask[]; readonly replace: boolean },
): Edited<Written> {
  unchanged(where, seen);
  const ids = subtasks.map(({ id }) => `${seen.id}.${id}`);
  const taken = replace ? undefined : ids.find((id) => where.tag.places.has(id));
  if (taken !== undefined)
    throw new TrigateError("tasks/conflict", { id: taken, field: "id", expected: "free", found: "taken" });
  const records = subtasks.map(({ id, title, description, details, testStrategy, dependencies }) => ({
    id,
    title,
    description,
    details,
    testStrategy,
    status: "pending",
    dependencies: [...dependencies],
  }));
  const list = taskNode(where, seen.id).property("subtasks");
  const edits = replace && list !== undefined ? [replaceValue(list, records)] : appendSubtasks(where, seen.id, records);
  return { text: applyEdits(where.document.text, edits), meaning: { ids } };
}

/** Sets the fields that a change of plan changes. Throws `tasks/conflict` when the task was changed since. */
export function writeUpdate(
  where: TagOf,
  { seen, fields }: { readonly seen: Seen; readonly fields: UpdatedTask },
): Edited<{ readonly changed: readonly string[] }> {
  unchanged(where, seen);
  const node = taskNode(where, seen.id);
  const values = Object.entries(fields).filter(([, value]) => value !== undefined);
  const changed = values.filter(([key, value]) => {
    const before = node.property(key);
    return before === undefined || editsTo(before, value).length > 0;
  });
  const edits = changeTask(where, seen.id, Object.fromEntries(changed));
  return { text: applyEdits(where.document.text, edits), meaning: { changed: changed.map(([key]) => key) } };
}

function unchanged(where: TagOf, seen: Seen): void {
  const { task } = findOne(where, seen.id);
  for (const field of ["title", "description", "details"] as const) {
    if (task[field] === seen[field]) continue;
    const short = (text: string) => JSON.stringify(text.slice(0, 60));
    throw new TrigateError("tasks/conflict", {
      id: seen.id,
      field,
      expected: short(seen[field]),
      found: short(task[field]),
    });
  }
}
