import type { Task } from "../../core/task.ts";
import { TrigateError } from "../../errors/trigate-error.ts";
import { appendItems, appendProperties, replaceValue, setKeys, type TextEdit } from "./json-edit.ts";
import type { JsonNode } from "./json-text.ts";
import type { TagDocument, TaskDocument } from "./parse-tasks.ts";

/** One list of a task file, as it was read inside the lock. */
export interface TagOf {
  readonly document: TaskDocument;
  readonly tag: TagDocument;
  /** The file's name, for messages. */
  readonly file: string;
  readonly nowIso: string;
}

/** An edited text with what the edit means. The text is the old one when there was nothing to change. */
export interface Edited<Meaning> {
  readonly text: string;
  readonly meaning: Meaning;
}

/** A task or subtask, and the task that a subtask belongs to. */
export interface FoundTask {
  readonly task: Task;
  readonly parent: Task | undefined;
}

/** The one task or subtask of an id. Throws `tasks/not-found`, or `tasks/invalid` when the id is there twice. */
export function findOne({ tag, file }: Pick<TagOf, "tag" | "file">, id: string): FoundTask {
  const places = tag.places.get(id) ?? [];
  if (places.length > 1)
    throw new TrigateError("tasks/invalid", {
      file,
      problem: `the id ${id} is there ${places.length} times in tag "${tag.name}"`,
    });
  const parent = tag.tasks.find(({ subtasks }) => subtasks.some((subtask) => subtask.id === id));
  const task =
    parent?.subtasks.find((subtask) => subtask.id === id) ?? tag.tasks.find((candidate) => candidate.id === id);
  if (task === undefined) throw new TrigateError("tasks/not-found", { id, tag: tag.name });
  return { task, parent };
}

/** Where a task or subtask stands in the text. Throws as {@link findOne} does. */
export function taskNode(where: TagOf, id: string): JsonNode {
  findOne(where, id);
  const node = where.document.root.at(where.tag.places.get(id)?.[0] ?? []);
  if (node === undefined) throw new TrigateError("tasks/not-found", { id, tag: where.tag.name });
  return node;
}

/**
 * The edits that set fields of a task or subtask (`undefined` takes one away) and leave all others as they are.
 * `updatedAt` is brought up to date where the other program put it, and added nowhere.
 */
export function changeTask(where: TagOf, id: string, values: Readonly<Record<string, unknown>>): readonly TextEdit[] {
  const task = taskNode(where, id);
  const edits = setKeys(task, values);
  const updatedAt = task.property("updatedAt")?.value();
  if (edits.length === 0 || typeof updatedAt !== "string" || Object.hasOwn(values, "updatedAt")) return edits;
  return [...edits, ...setKeys(task, { updatedAt: where.nowIso })];
}

/** The edits that append tasks, written as they are to stand in the file, to the list of the tag. */
export function appendTasks({ document, tag, file }: TagOf, records: readonly object[]): readonly TextEdit[] {
  const owner = document.root.at(tag.path);
  if (owner === undefined)
    throw new TrigateError("tasks/invalid", { file, problem: `the tag "${tag.name}" has no object` });
  return [appendTo(owner, { key: "tasks", records })];
}

/** The edits that append subtasks to a task. Throws as {@link findOne} does. */
export function appendSubtasks(where: TagOf, id: string, records: readonly object[]): readonly TextEdit[] {
  return [appendTo(taskNode(where, id), { key: "subtasks", records })];
}

function appendTo(owner: JsonNode, { key, records }: { key: string; records: readonly object[] }): TextEdit {
  const list = owner.property(key);
  if (list === undefined) return appendProperties(owner, [[key, records]]);
  return list.isArray ? appendItems(list, records) : replaceValue(list, records);
}
