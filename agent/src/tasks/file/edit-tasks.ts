import type { Task, TaskPriority, TaskStatus } from "../../core/task.ts";
import { TrigateError } from "../../errors/trigate-error.ts";
import { type FollowingStatus, isReadyToClose, statusFromSubtasks, statusToSubtasks } from "../graph/status-flow.ts";
import { appendProperties, applyEdits } from "./json-edit.ts";
import { DEFAULT_TAG, type TagDocument, type TaskDocument } from "./parse-tasks.ts";
import { appendTasks, changeTask, type Edited, findOne, type TagOf } from "./tag-edit.ts";

export interface StatusRequest extends StatusOptions {
  readonly id: string;
}

export interface StatusOptions {
  readonly status: TaskStatus;
  /** The status that the writer saw last. When the file says another one, nothing is written. */
  readonly expected?: TaskStatus | undefined;
  /** Gives the status to the subtasks, too. */
  readonly withSubtasks?: boolean | undefined;
  readonly tag?: string | undefined;
}

export interface StatusChange {
  readonly id: string;
  readonly status: TaskStatus;
  readonly previous: TaskStatus;
  /** Other tasks whose status follows from this one. */
  readonly alsoChanged: readonly FollowingStatus[];
  /** The task of a subtask when nothing is left to do below it, so that it waits for its own proof. */
  readonly readyToClose?: string;
}

/**
 * Sets the status of a task or subtask; that of its task follows as {@link statusFromSubtasks} says.
 * Throws `tasks/not-found`, `tasks/conflict`, or `tasks/invalid` when the id is there twice.
 */
export function setStatus(where: TagOf, request: StatusRequest): Edited<StatusChange> {
  const { text, meaning } = setStatuses(where, { ...request, ids: [request.id] });
  const [change] = meaning;
  if (change === undefined) throw new TrigateError("tasks/not-found", { id: request.id, tag: where.tag.name });
  return { text, meaning: change };
}

/** {@link setStatus} for several tasks in one step: all of them change, or none. A status that is asked for wins over one that follows. */
export function setStatuses(
  where: TagOf,
  request: StatusOptions & { readonly ids: readonly string[] },
): Edited<readonly StatusChange[]> {
  const found = [...new Set(request.ids)].map((id) => findOne(where, id));
  const { status, expected } = request;
  for (const { task } of found) {
    if (expected !== undefined && task.status !== expected)
      throw new TrigateError("tasks/conflict", { id: task.id, field: "status", expected, found: task.status });
  }
  const flow = new StatusFlow(found.map(({ task }) => task.id));
  const meaning = found.map(({ task, parent }): StatusChange => {
    flow.put(task.id, status);
    const alsoChanged = [
      ...(request.withSubtasks ? flow.down(task, status) : []),
      ...(parent === undefined || task.status === status ? [] : flow.up(parent)),
    ];
    const close = parent !== undefined && isReadyToClose(flow.seen(parent)) ? { readyToClose: parent.id } : {};
    return { id: task.id, status, previous: task.status, alsoChanged, ...close };
  });
  const edits = [...flow.changes].flatMap(([id, changed]) =>
    findOne(where, id).task.status === changed ? [] : changeTask(where, id, { status: changed }),
  );
  return { text: applyEdits(where.document.text, edits), meaning };
}

/** Statuses while several of them change. */
class StatusFlow {
  readonly changes = new Map<string, TaskStatus>();
  readonly #asked: ReadonlySet<string>;

  constructor(asked: readonly string[]) {
    this.#asked = new Set(asked);
  }

  put(id: string, status: TaskStatus): void {
    this.changes.set(id, status);
  }

  /** A task as it is after the changes so far. */
  seen(task: Task): Task {
    const subtasks = task.subtasks.map((subtask) => ({ ...subtask, status: this.#statusOf(subtask) }));
    return { ...task, status: this.#statusOf(task), subtasks };
  }

  down(task: Task, status: TaskStatus): readonly FollowingStatus[] {
    return this.#follow(statusToSubtasks(this.seen(task), status));
  }

  up(parent: Task): readonly FollowingStatus[] {
    const { status, subtasks } = this.seen(parent);
    const following = statusFromSubtasks(
      status,
      subtasks.map((subtask) => subtask.status),
    );
    return following === undefined ? [] : this.#follow([{ id: parent.id, ...following }]);
  }

  #follow(following: readonly FollowingStatus[]): readonly FollowingStatus[] {
    const changed = following.filter(({ id }) => !this.#asked.has(id));
    for (const { id, status } of changed) this.put(id, status);
    return changed;
  }

  #statusOf({ id, status }: Task): TaskStatus {
    return this.changes.get(id) ?? status;
  }
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
  const id = numbers.reduce((most, number) => Math.max(most, number), 0) + 1;
  const spelled = (dependency: string) =>
    tag.stringIds || dependency.includes(".") || !/^\d+$/.test(dependency) ? dependency : Number(dependency);
  const record = {
    id: tag.stringIds ? String(id) : id,
    title,
    // Task Master's command line refuses a whole list for one task without a description.
    description: task.description.trim() === "" ? title : task.description,
    details: task.details,
    testStrategy: "",
    status: "pending",
    dependencies: [...new Set(task.dependencies)].map(spelled),
    priority: task.priority,
    subtasks: [],
  };
  return { id: String(id), record };
}
