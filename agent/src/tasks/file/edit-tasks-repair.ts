import { findProblems, type Finding, type GraphProblem } from "../graph/problems.ts";
import { applyEdits, removeItems, replaceValue, setKeys, type TextEdit } from "./json-edit.ts";
import { type PlacedItem, placedItems } from "./graph-items.ts";
import type { JsonPath } from "./json-text.ts";
import { parseTasks } from "./parse-tasks.ts";
import type { Edited, TagOf } from "./tag-edit.ts";

/** What was wrong and what was done about it. */
export interface Mended {
  readonly problem: GraphProblem;
  /** What was done, in words. */
  readonly done: string;
}

/** What is wrong with the graph of a list. */
export function problemsOf(where: TagOf): readonly GraphProblem[] {
  return findProblems(placedItems(where)).map(({ problem }) => problem);
}

/**
 * Mends all that {@link findProblems} finds and touches nothing else:
 *
 * - A second task or subtask of an id gets a new one, above all numbers that the list uses; references stay with the first.
 * - Dependencies on itself or on nothing go, and of two that say the same the second.
 * - A dependency that can mean two things is written out in full.
 * - Of a cycle one dependency goes: the item that would come first (done, then the higher priority, then the lower id)
 *   no longer waits for the next one of the cycle.
 */
export function repairGraph(where: TagOf): Edited<readonly Mended[]> {
  const first = renumber(where, "tasks");
  const second = renumber(reread(where, first.text), "subtasks");
  const third = mendDependencies(reread(where, second.text));
  return { text: third.text, meaning: [...first.meaning, ...second.meaning, ...third.meaning] };
}

function reread(where: TagOf, text: string): TagOf {
  if (text === where.document.text) return where;
  const document = parseTasks(text, where.file);
  return { ...where, document, tag: document.tags.get(where.tag.name) ?? where.tag };
}

function mendDependencies(where: TagOf): Edited<readonly Mended[]> {
  const items = placedItems(where);
  const removed = new Set<string>();
  const respelled = new Map<string, string>();
  const meaning: Mended[] = [];
  // One dependency of each knot goes at a time, and what is left is looked at again.
  for (let found = findProblems(items); found.length > 0; ) {
    const mends = found
      .map((finding) => mendOne(finding, items, { removed, respelled }))
      .filter((mend) => mend !== undefined);
    if (mends.length === 0) break;
    meaning.push(...mends);
    const isLeftOut = (item: number, position: number) => removed.has(keyOf({ item, position }));
    found = findProblems(items, isLeftOut);
  }
  const edits = items.flatMap((item, index) => dependencyEdits(where, item, { index, removed, respelled }));
  return { text: applyEdits(where.document.text, edits), meaning };
}

interface Mends {
  readonly removed: Set<string>;
  readonly respelled: Map<string, string>;
}

interface Position {
  readonly item: number;
  readonly position: number;
}

function keyOf({ item, position }: Position): string {
  return `${item}:${position}`;
}

function mendOne(
  { problem, remove, respell }: Finding,
  items: readonly PlacedItem[],
  { removed, respelled }: Mends,
): Mended | undefined {
  if (remove !== undefined && !removed.has(keyOf(remove))) {
    removed.add(keyOf(remove));
    const task = items[remove.item]?.task;
    return { problem, done: `${task?.id} no longer depends on ${task?.dependencies[remove.position]}` };
  }
  if (respell !== undefined && !respelled.has(keyOf(respell))) {
    respelled.set(keyOf(respell), respell.as);
    return { problem, done: `${problem.ids[0]} says ${JSON.stringify(respell.as)} for its sibling now` };
  }
  return undefined;
}

function dependencyEdits(
  { document }: TagOf,
  { path, written }: PlacedItem,
  { index, removed, respelled }: Mends & { readonly index: number },
): readonly TextEdit[] {
  const gone = new Set([...written.keys()].filter((position) => removed.has(keyOf({ item: index, position }))));
  const spelled = [...written.keys()].flatMap((position) => {
    const as = respelled.get(keyOf({ item: index, position }));
    return as === undefined || gone.has(position) ? [] : [{ position, as }];
  });
  if (gone.size === 0 && spelled.length === 0) return [];
  const list = document.root.at([...path, "dependencies"]);
  if (list === undefined) return [];
  return [
    ...removeItems(list, gone),
    ...spelled.flatMap(({ position, as }) => {
      const node = list.items[position];
      return node === undefined ? [] : [replaceValue(node, as)];
    }),
  ];
}

/** Gives new ids to the tasks, or to the subtasks, whose id is there before. */
function renumber(where: TagOf, which: "tasks" | "subtasks"): Edited<readonly Mended[]> {
  const items = placedItems(where);
  const meaning: Mended[] = [];
  const edits: TextEdit[] = [];
  let free = items
    .flatMap(numbersIn)
    .reduce((most, number) => (number < LARGEST_COUNTED ? Math.max(most, number) : most), 0);
  free = Math.floor(free) + 1;
  for (const { problem, renumber: index } of findProblems(items)) {
    const item = index === undefined ? undefined : items[index];
    if (item === undefined || (item.parent === undefined) !== (which === "tasks")) continue;
    const parent = item.parent === undefined ? undefined : items[item.parent]?.task.id;
    const id = parent === undefined ? String(free) : `${parent}.${free}`;
    edits.push(
      ...renumberEdits(where, { item, id, family: items.filter((other) => items[other.parent ?? -1] === item) }),
    );
    meaning.push({ problem, done: `the second ${item.task.id}, ${JSON.stringify(item.task.title)}, is ${id} now` });
    free += 1;
  }
  return { text: applyEdits(where.document.text, edits), meaning };
}

/** Longer numbers are no counts but stamps of some kind; nobody wants to go on from them. */
const LARGEST_COUNTED = 1_000_000_000;

/** All numbers that an item uses in its id and its dependencies, so that a new id collides with none of them. */
function numbersIn({ writtenId, written }: PlacedItem): readonly number[] {
  return [writtenId, ...written].flatMap((id) => String(id).split(".")).map(Number);
}

interface Renumbering {
  readonly item: PlacedItem;
  /** The new full id. */
  readonly id: string;
  /** Its subtasks. */
  readonly family: readonly PlacedItem[];
}

function renumberEdits(where: TagOf, { item, id, family }: Renumbering): readonly TextEdit[] {
  const prefix = `${item.task.id}.`;
  const moved = (written: number | string) =>
    typeof written === "string" && written.startsWith(prefix) ? `${id}.${written.slice(prefix.length)}` : written;
  const own = new Set(family.map(({ task }) => task.id));
  const inFamily = family.flatMap((subtask) => {
    // What a subtask says about its siblings goes with them.
    const dependencies = subtask.written.map((written) => (own.has(String(written)) ? moved(written) : written));
    const keys = { id: moved(subtask.writtenId), ...(subtask.written.length === 0 ? {} : { dependencies }) };
    return keysAt(where, subtask.path, keys);
  });
  return [...keysAt(where, item.path, { id: idLike(item, id) }), ...inFamily];
}

/** An id of the type that the old one has, and local where that was. */
function idLike({ parent, writtenId }: PlacedItem, id: string): number | string {
  const isLocal = parent !== undefined && !String(writtenId).includes(".");
  const written = isLocal ? id.slice(id.lastIndexOf(".") + 1) : id;
  return typeof writtenId === "number" && /^\d+$/.test(written) ? Number(written) : written;
}

function keysAt({ document }: TagOf, path: JsonPath, keys: Readonly<Record<string, unknown>>): readonly TextEdit[] {
  const node = document.root.at(path);
  return node === undefined ? [] : setKeys(node, keys);
}
