import { messageOf, TrigateError } from "../errors/trigate-error.ts";
import type { Clock } from "../platform/clock.ts";
import { mkdir, writeAtomically } from "../platform/files.ts";
import { dirname } from "node:path";
import { activeTagName } from "./file/active-tag.ts";
import { type Mended, problemsOf, repairGraph } from "./file/edit-tasks-repair.ts";
import {
  addTag,
  checkTagName,
  copyTag,
  removeTag,
  renameTag,
  stateWithTag,
  type TagChange,
} from "./file/edit-tasks-tags.ts";
import { writtenTasks } from "./file/graph-items.ts";
import { placeAt } from "./file/json-edit.ts";
import { inWorkspace, readFileText, TASK_FILES, withMark } from "./file/task-file.ts";
import { findTask, type ListedTask, listTasks } from "./graph/dependencies.ts";
import type { GraphProblem } from "./graph/problems.ts";
import { type TaskMasterRule, taskMasterNext } from "./graph/task-master-rules.ts";
import type { TaskStore } from "./task-store.ts";

/** The task files of a workspace, and where it is. */
export interface TaskWorkspace {
  /** Absolute path of the workspace root. */
  readonly root: string;
  readonly tasks: TaskStore;
}

/** What is wrong with the graph of a list; nothing is written. */
export function validateTasks(
  tasks: TaskStore,
  tag: string | undefined,
): Promise<{ readonly tag: string; readonly problems: readonly GraphProblem[] }> {
  return tasks.look(tag, (where) => ({ tag: where.tag.name, problems: problemsOf(where) }));
}

/** Mends the graph of a list, or says what would be done. */
export function repairTasks(
  tasks: TaskStore,
  { tag, dryRun }: { readonly tag: string | undefined; readonly dryRun: boolean },
): Promise<readonly Mended[]> {
  return dryRun ? tasks.look(tag, (where) => repairGraph(where).meaning) : tasks.change(tag, repairGraph);
}

/** What one of the programs of task-master-ai would name as next. */
export function nextByRule(
  tasks: TaskStore,
  { tag, rule }: { readonly tag: string | undefined; readonly rule: TaskMasterRule },
): Promise<{ readonly id: string | undefined; readonly task: ListedTask | undefined }> {
  return tasks.look(tag, (where) => {
    const id = taskMasterNext(writtenTasks(where), rule);
    return { id, task: id === undefined ? undefined : findTask(listTasks(where.tag.tasks), id) };
  });
}

export interface TagOverview {
  readonly name: string;
  /** Tasks and how many of them are done, without subtasks. */
  readonly tasks: number;
  readonly done: number;
  readonly active: boolean;
}

/** All lists of the file. */
export async function listTags({ root, tasks }: TaskWorkspace): Promise<{ active: string; tags: TagOverview[] }> {
  const active = await activeTagName(root, undefined);
  const [first] = (await tasks.listOrEmpty()).tags;
  if (first === undefined) return { active, tags: [] };
  return tasks.look(first, ({ document }) => ({
    active,
    tags: [...document.tags.values()].map((tag) => ({
      name: tag.name,
      tasks: tag.tasks.length,
      done: tag.tasks.filter(({ status }) => status === "done").length,
      active: tag.name === active,
    })),
  }));
}

/** Adds a list without tasks, or with those of another one; makes the file where there is none. */
export async function addTagTo(tasks: TaskStore, name: string, copyOf?: string): Promise<TagChange> {
  checkTagName(name);
  if (copyOf !== undefined) return tasks.change(copyOf, (where) => copyTag(where, name));
  const [first] = (await tasks.listOrEmpty()).tags;
  if (first !== undefined) return tasks.change(first, (where) => addTag(where, name));
  return tasks.changeOrCreate(name, ({ document }) => ({ text: document.text, meaning: { tag: name, tasks: 0 } }));
}

/** Takes a list away. Throws `usage/bad-argument` for the active one: nobody would know what the next command is about. */
export async function removeTagFrom(
  { root, tasks }: TaskWorkspace,
  { name, force }: { readonly name: string; readonly force: boolean },
): Promise<TagChange> {
  if (name === (await activeTagName(root, undefined))) {
    throw new TrigateError("usage/bad-argument", {
      problem: `"${name}" is the active tag`,
      hint: "trigate tasks use-tag OTHER, then remove it",
    });
  }
  return tasks.change(name, (where) => removeTag(where, force));
}

/** Gives a list another name; the active one stays active. */
export async function renameTagIn(
  { root, tasks }: TaskWorkspace,
  { from, to, clock }: { readonly from: string; readonly to: string; readonly clock: Clock },
): Promise<TagChange> {
  const isActive = from === (await activeTagName(root, undefined));
  const change = await tasks.change(from, (where) => renameTag(where, to));
  if (isActive) await writeActiveTag(root, to, clock);
  return change;
}

/** Makes a list the active one. Throws `usage/bad-argument` when the file has no such list. */
export async function useTag({ root, tasks }: TaskWorkspace, name: string, clock: Clock): Promise<{ tag: string }> {
  await tasks.look(name, () => undefined);
  await writeActiveTag(root, name, clock);
  return { tag: name };
}

async function writeActiveTag(root: string, name: string, clock: Clock): Promise<void> {
  const file = await inWorkspace(root, TASK_FILES.state);
  const read = await readFileText(file);
  if (read !== undefined) requireObject(read.text, file.name);
  const text = stateWithTag(read?.text, { name, nowIso: new Date(clock.now()).toISOString() });
  try {
    await mkdir(dirname(file.path), { recursive: true });
    await writeAtomically(file.path, read === undefined ? text : withMark(read, text), {
      durable: true,
      ...(read === undefined ? {} : { mode: read.mode }),
    });
  } catch (error) {
    throw new TrigateError("tasks/write-failed", { file: file.name, problem: messageOf(error) }, { cause: error });
  }
}

function requireObject(text: string, file: string): void {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new TrigateError(
      "tasks/unreadable",
      { file, problem: messageOf(error), ...placeAt(text, 0) },
      { cause: error },
    );
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new TrigateError("tasks/invalid", { file, problem: "it must be an object" });
}
