import { isDeepStrictEqual } from "node:util";
import type { TaskStatus } from "../../core/task.ts";
import { TrigateError } from "../../errors/trigate-error.ts";
import { type StatusChange, type StatusOptions, setStatuses } from "../file/edit-tasks.ts";
import { applyEdits } from "../file/json-edit.ts";
import { jsonRoot } from "../file/json-text.ts";
import { changeTask, type Edited, findOne, type TagOf, taskNode } from "../file/tag-edit.ts";
import {
  type ForcedDone,
  RECORD_PATH,
  type TaskChange,
  type TaskEvidence,
  TaskRecord,
  type TaskTimes,
} from "./task-record.ts";

/** What Trigate wrote on a task or subtask. Throws as {@link findOne} does. */
export function recordAt(where: TagOf, id: string): TaskRecord {
  return TaskRecord.parse(taskNode(where, id).at(RECORD_PATH)?.value() ?? {});
}

/** Ids of the tasks and subtasks of a list that were called done without proof. */
export function forcedIds(where: TagOf): readonly string[] {
  // Most lists have none, and to look at each task of a long one takes a while.
  if (!where.document.text.includes('"forced"')) return [];
  return [...where.tag.places.keys()].filter((id) => {
    const places = where.tag.places.get(id) ?? [];
    return places.some(
      (place) => (where.document.root.at([...place, ...RECORD_PATH, "forced"])?.items.length ?? 0) > 0,
    );
  });
}

/** What is to be noted on one task beside its status. */
export interface Note {
  /** The status that the proof was made for. When the file says another one, nothing is written. */
  readonly expected?: TaskStatus;
  /** What `metadata.trigate.requires` said then; the same holds for it. */
  readonly provenFor?: unknown;
  readonly evidence?: TaskEvidence;
  readonly forced?: ForcedDone;
  readonly change?: TaskChange | undefined;
}

export interface NotedStatuses extends Omit<StatusOptions, "tag"> {
  readonly ids: readonly string[];
  /** The commit that is checked out. */
  readonly commit: string | undefined;
  readonly notes?: ReadonlyMap<string, Note>;
}

/**
 * Sets statuses and, in the same text, notes times, evidence or that it was forced. What others keep in `metadata` stays as it
 * is, and so does each entry of what was forced. Evidence of a task that is done no more is taken away: the run stays in the
 * history. Throws as {@link setStatuses} does; `tasks/invalid` where `metadata` is something that nothing can be added to.
 */
export function setNotedStatuses(where: TagOf, request: NotedStatuses): Edited<readonly StatusChange[]> {
  const { notes = new Map<string, Note>(), commit } = request;
  for (const [id, note] of notes) unchangedSince(where, id, note);
  const { text, meaning } = setStatuses(where, request);
  const changed = meaning.flatMap(({ id, status, alsoChanged }) => [{ id, status }, ...alsoChanged]);
  let at = withText(where, text);
  for (const { id, status } of changed) at = withText(at, noted(at, { ...notes.get(id), id, status, commit }));
  return { text: at.document.text, meaning };
}

/** The same list in a text in which everything stands at the same places. */
function withText(where: TagOf, text: string): TagOf {
  return text === where.document.text
    ? where
    : { ...where, document: { ...where.document, text, root: jsonRoot(text) } };
}

function unchangedSince(where: TagOf, id: string, note: Note): void {
  const { task } = findOne(where, id);
  if (note.expected !== undefined && task.status !== note.expected)
    throw new TrigateError("tasks/conflict", { id, field: "status", expected: note.expected, found: task.status });
  if (!Object.hasOwn(note, "provenFor")) return;
  const [expected, found] = [note.provenFor, recordAt(where, id).requires].map(
    (value) => JSON.stringify(value) ?? "nothing",
  );
  if (expected !== found)
    throw new TrigateError("tasks/conflict", {
      id,
      field: "metadata.trigate.requires",
      expected: String(expected),
      found: String(found),
    });
}

interface Noted extends Note {
  readonly id: string;
  readonly status: TaskStatus;
  readonly commit: string | undefined;
}

function noted(where: TagOf, note: Noted): string {
  const { id, status, evidence, forced } = note;
  const before = objectAt(where, id, RECORD_PATH);
  const record: Record<string, unknown> = {
    ...before,
    ...(evidence === undefined ? {} : { evidence }),
    ...(forced === undefined ? {} : { forced: [...listOf(before["forced"]), forced] }),
  };
  const times = timesOf(where, note);
  if (times === undefined) delete record["times"];
  else record["times"] = times;
  if (status !== "done" || forced !== undefined) delete record["evidence"];
  if (isDeepStrictEqual(record, before)) return where.document.text;
  const metadata = objectAt(where, id, ["metadata"]);
  return applyEdits(where.document.text, changeTask(where, id, { metadata: { ...metadata, trigate: record } }));
}

/** The times as they are after a status: begun at the first time, finished for as long as it is done. */
function timesOf(where: TagOf, { id, status, commit, change }: Noted): TaskTimes | undefined {
  const { times: before = {} } = recordAt(where, id);
  const { finishedAt, change: changed, ...begun } = before;
  const isBegun = before.startedAt !== undefined;
  const times: TaskTimes = {
    ...begun,
    ...(status === "in-progress" && !isBegun ? { startedAt: where.nowIso, startCommit: commit } : {}),
    ...(status === "done" ? { finishedAt: finishedAt ?? where.nowIso, change: change ?? changed } : {}),
  };
  const known = Object.fromEntries(Object.entries(times).filter(([, value]) => value !== undefined));
  return Object.keys(known).length === 0 ? undefined : known;
}

function listOf(value: unknown): readonly unknown[] {
  // What somebody put in the place of the list stays as its first entry: nothing here is ever taken away.
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

/** An object of a task, or an empty one where there is none. Throws `tasks/invalid` for anything else: it is not ours to replace. */
function objectAt(where: TagOf, id: string, path: readonly string[]): Record<string, unknown> {
  const { task } = findOne(where, id);
  const value: unknown = taskNode(where, id).at(path)?.value() ?? {};
  if (isRecord(value)) return value;
  throw new TrigateError("tasks/invalid", {
    file: where.file,
    problem: `${path.join(".")} of task ${task.id} is no object, so nothing can be noted in it`,
  });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
