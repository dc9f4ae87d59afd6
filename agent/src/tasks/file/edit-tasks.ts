import type { Task, TaskPriority, TaskStatus } from "../../core/task.ts";
import { TrigateError } from "../../errors/trigate-error.ts";
import { appendProperties, applyEdits } from "./json-edit.ts";
import { DEFAULT_TAG, type TagDocument, type TaskDocument } from "./parse-tasks.ts";
import { appendTasks, changeTask, type Edited, findOne, type TagOf } from "./tag-edit.ts";

export interface StatusRequest {
  readonly id: string;
  readonly status: TaskStatus;
  /** The status that the writer saw last. When the file says another one, nothing is written. */
  readonly expected?: TaskStatus | undefined;
  readonly tag?: string | undefined;
}

export interface StatusChange {
  readonly id: string;
  readonly status: TaskStatus;
  readonly previous: TaskStatus;
  /** Other tasks whose status follows from this one. */
  readonly alsoChanged: readonly { readonly id: string; readonly status: TaskStatus }[];
}

/**
 * Sets the status of a task or subtask. A task that was pending becomes in progress when one of its subtasks is begun or
 * done, because the rule for the next task looks at tasks in progress; it never becomes done by itself.
 * Throws `tasks/not-found`, `tasks/conflict`, or `tasks/invalid` when the id is there twice.
 */
export function setStatus(where: TagOf, request: StatusRequest): Edited<StatusChange> {
  const { task, parent } = findOne(where, request.id);
  const { status, expected } = request;
  if (expected !== undefined && task.status !== expected) {
    throw new TrigateError("tasks/conflict", { id: task.id, field: "status", expected, found: task.status });
  }
  const alsoChanged = task.status === status ? [] : begun(parent, status);
  const changes = task.status === status ? [] : [{ id: task.id, status }, ...alsoChanged];
  const edits = changes.flatMap((change) => changeTask(where, change.id, { status: change.status }));
  return {
    text: applyEdits(where.document.text, edits),
    meaning: { id: task.id, status, previous: task.status, alsoChanged },
  };
}

/** The parent of a subtask that gets a status, where it begins with it. */
function begun(parent: Task | undefined, status: TaskStatus): StatusChange["alsoChanged"] {
  const begins = parent?.status === "pending" && (status === "in-progress" || status === "done");
  return begins ? [{ id: parent.id, status: "in-progress" }] : [];
}

export interface NewTask {
  /** Not blank. */
  readonly title: string;
  readonly description: string;
  readonly details: string;
  readonly priority: TaskPriority;
  /** Full ids of tasks or subtasks that exist in the tag. */
  readonly dependencies: readonly string[];
  readonly tag?: string | undefined;
}

/**
 * Appends a task with the next free whole number as its id, of the type (number or text) that the list uses.
 * Throws `usage/bad-argument` for a blank title or a dependency that does not exist.
 */
export function addTask(where: TagOf, task: NewTask): Edited<{ id: string }> {
  const { id, record } = recordOf(task, where.tag);
  return { text: applyEdits(where.document.text, appendTasks(where, [record])), meaning: { id } };
}

/** The text of a new task file: tagged, with the one tag and its first task. */
export function newTaskFile(task: NewTask, tag: NewTag): Edited<{ id: string }> {
  const empty = { name: tag.tagName, tasks: [], places: new Map(), path: [], stringIds: false };
  const { id, record } = recordOf(task, empty);
  return { text: fileText({ [tag.tagName]: { tasks: [record], metadata: tagMetadata(tag) } }), meaning: { id } };
}

export interface NewTag {
  readonly tagName: string;
  readonly nowIso: string;
}

/** The text of a file with one more tag that has no tasks yet, or of a new file with only that. */
export function withNewTag(document: TaskDocument | undefined, tag: NewTag): string {
  const content = { tasks: [], metadata: tagMetadata(tag) };
  if (document === undefined) return fileText({ [tag.tagName]: content });
  return applyEdits(document.text, [appendProperties(document.root, [[tag.tagName, content]])]);
}

function fileText(content: object): string {
  return `${JSON.stringify(content, null, 2)}\n`;
}

function tagMetadata({ tagName, nowIso }: NewTag): object {
  const description = tagName === DEFAULT_TAG ? "Default tasks context" : "";
  return { created: nowIso, updated: nowIso, description };
}

function recordOf(task: NewTask, tag: TagDocument): { id: string; record: Readonly<Record<string, unknown>> } {
  const title = task.title.trim();
  if (title === "")
    throw new TrigateError("usage/bad-argument", { problem: "the title is blank", hint: "name the task" });
  const missing = task.dependencies.filter((id) => !tag.places.has(id));
  if (missing.length > 0) {
    throw new TrigateError("usage/bad-argument", {
      problem: `tag "${tag.name}" has no task ${missing.join(", ")} to depend on`,
      hint: `"trigate tasks list" shows what there is`,
    });
  }
  const numbers = tag.tasks.map(({ id }) => Number(id)).filter(Number.isSafeInteger);
  const id = Math.max(0, ...numbers) + 1;
  const spelled = (dependency: string) =>
    tag.stringIds || dependency.includes(".") || !/^\d+$/.test(dependency) ? dependency : Number(dependency);
  const record = {
    id: tag.stringIds ? String(id) : id,
    title,
    description: task.description,
    details: task.details,
    testStrategy: "",
    status: "pending",
    dependencies: [...new Set(task.dependencies)].map(spelled),
    priority: task.priority,
    subtasks: [],
  };
  return { id: String(id), record };
}
