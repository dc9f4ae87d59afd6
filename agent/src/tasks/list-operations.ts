import { TrigateError } from "../errors/trigate-error.ts";
import { activeTagName, pickTag } from "./file/active-tag.ts";
import { type Mended, problemsOf, repairGraph } from "./file/edit-tasks-repair.ts";
import { writtenTasks } from "./file/graph-items.ts";
import { parseTasks } from "./file/parse-tasks.ts";
import type { TagOf } from "./file/tag-edit.ts";
import { locateTaskFile, readFileText } from "./file/task-file.ts";
import { findTask, type ListedTask, listTasks } from "./graph/dependencies.ts";
import type { GraphProblem } from "./graph/problems.ts";
import { type TaskMasterRule, taskMasterNext } from "./graph/task-master-rules.ts";
import type { TaskStore } from "./task-store.ts";

/** A list with the file around it, read without a lock and never to be written. Throws as the store does when it reads. */
async function readList(root: string, asked: string | undefined): Promise<TagOf> {
  const file = await locateTaskFile(root);
  const read = await readFileText(file);
  if (read === undefined) throw new TrigateError("tasks/missing", { file: file.name });
  const document = parseTasks(read.text, file.name);
  const name = await activeTagName(root, asked);
  const tag = pickTag(document, name);
  if (tag === undefined) throw new TrigateError("tasks/no-tag", { file: file.name, tag: name });
  return { document, tag, file: file.name, nowIso: "" };
}

/** What is wrong with the graph of a list; nothing is written. */
export async function validateTasks(
  root: string,
  asked: string | undefined,
): Promise<{ readonly tag: string; readonly problems: readonly GraphProblem[] }> {
  const where = await readList(root, asked);
  return { tag: where.tag.name, problems: problemsOf(where) };
}

/** Mends the graph of a list, or says what would be done. */
export async function repairTasks(
  { root, tasks }: { readonly root: string; readonly tasks: TaskStore },
  { tag, dryRun }: { readonly tag: string | undefined; readonly dryRun: boolean },
): Promise<readonly Mended[]> {
  return dryRun ? repairGraph(await readList(root, tag)).meaning : tasks.change(tag, repairGraph);
}

/** What one of the programs of task-master-ai would name as next. */
export async function nextByRule(
  root: string,
  { tag, rule }: { readonly tag: string | undefined; readonly rule: TaskMasterRule },
): Promise<{ readonly id: string | undefined; readonly task: ListedTask | undefined }> {
  const where = await readList(root, tag);
  const id = taskMasterNext(writtenTasks(where), rule);
  return { id, task: id === undefined ? undefined : findTask(listTasks(where.tag.tasks), id) };
}
