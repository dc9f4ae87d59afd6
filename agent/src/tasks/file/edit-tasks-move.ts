import type { Task } from "../../core/task.ts";
import { TrigateError } from "../../errors/trigate-error.ts";
import { pickTag } from "./active-tag.ts";
import { type Move, type MovePlan, parentOfId, planMove } from "./edit-tasks-move-plan.ts";
import { type FullIds, spellDependency } from "./edit-tasks-spelling.ts";
import type { PlacedItem } from "./graph-items.ts";
import type { JsonNode } from "./json-text.ts";
import { applyEdits, removeItems, setKeys, type TextEdit } from "./json-edit.ts";
import { insertTexts, textOf } from "./json-transplant.ts";
import { parseTasks } from "./parse-tasks.ts";
import type { Edited, TagOf } from "./tag-edit.ts";

export interface MoveRequest {
  readonly moves: readonly Move[];
  readonly tag?: string | undefined;
  /** Another list of the file; the one that they stand in when it is left out. */
  readonly toTag?: string | undefined;
  /** Into another list: cut the dependencies that would lead from one list into the other. */
  readonly ignoreDependencies?: boolean | undefined;
}

export interface MoveResult {
  readonly moved: readonly Move[];
  /** Old ids of those that stay and whose dependencies name something by its new id now. */
  readonly rewritten: readonly string[];
  /** Dependencies that were cut, as `[the one that waited, what it waited for]`, by their old ids. */
  readonly cut: readonly (readonly [string, string])[];
}

/**
 * Moves tasks and subtasks: to another id, into a task as its subtask, out of it, into another one, or into another list.
 * All references of the list follow, and what is written about them otherwise stays byte for byte. Throws what
 * {@link planMove} does, and `usage/bad-argument` where a dependency would lead from one list into another, or where the
 * file has no way to write one.
 */
export function moveTasks(where: TagOf, request: MoveRequest): Edited<MoveResult> {
  const into = targetOf(where, request.toTag);
  const plan = planMove(where, into, request.moves);
  const changes = changesOf(plan, { where, into, ignore: request.ignoreDependencies === true });
  const text = placeLeaving(where, { into, plan, changes });
  const moved = plan.items.filter(plan.isMoved).map((item) => ({ from: item.task.id, to: plan.newIdOf(item) }));
  const rewritten = [...changes]
    .filter(([item, { keys }]) => keys["dependencies"] !== undefined && !plan.isMoved(item))
    .map(([item]) => item.task.id);
  return { text, meaning: { moved, rewritten, cut: [...changes.values()].flatMap(({ cut }) => cut) } };
}

function targetOf(where: TagOf, name: string | undefined): TagOf {
  if (name === undefined || name === where.tag.name) return where;
  const tag = pickTag(where.document, name);
  return tag === undefined ? where : { ...where, tag };
}

/** What changes inside of one item: the keys that are set, and the dependencies that are cut. */
interface ItemChange {
  readonly keys: Record<string, unknown>;
  readonly cut: readonly (readonly [string, string])[];
}

interface Lists {
  readonly where: TagOf;
  readonly into: TagOf;
  readonly ignore: boolean;
}

function changesOf(plan: MovePlan, lists: Lists): ReadonlyMap<PlacedItem, ItemChange> {
  const rewrite = dependencyRewriter(plan, lists);
  return new Map(
    plan.items.map((item) => {
      const { dependencies, cut } = rewrite(item);
      return [
        item,
        { keys: { ...ownKeys(item, plan, lists), ...(dependencies === undefined ? {} : { dependencies }) }, cut },
      ];
    }),
  );
}

/** Keys in which some writers repeat which task a subtask belongs to. */
const PARENT_KEYS = ["parentTaskId", "parentId"] as const;

/** The keys of an item that say where it stands. */
function ownKeys(item: PlacedItem, plan: MovePlan, { where, into }: Lists): Record<string, unknown> {
  if (!plan.isMoved(item)) return {};
  const newId = plan.newIdOf(item);
  const isSubtask = isSubtaskAfter(item, plan);
  const node = where.document.root.at(item.path);
  const id = isSubtask ? subtaskIdAfter(item, newId) : taskIdAfter(item, newId, into.tag.stringIds);
  const place =
    item.parent === undefined
      ? taskKeys({ node, isSubtask })
      : subtaskKeys(item, { node, newParent: isSubtask ? parentOfId(newId) : undefined });
  return { ...(id === item.writtenId ? {} : { id }), ...place };
}

/** What changes in a task beside its id: a subtask has no subtasks, not even an empty list of them. */
function taskKeys({
  node,
  isSubtask,
}: {
  readonly node: JsonNode | undefined;
  readonly isSubtask: boolean;
}): Record<string, unknown> {
  return isSubtask && node?.property("subtasks") !== undefined ? { subtasks: undefined } : {};
}

/** Where a subtask is written now; it becomes a task where no task is its parent afterwards. */
interface SubtaskPlace {
  readonly node: JsonNode | undefined;
  readonly newParent: string | undefined;
}

/** What changes in a subtask beside its id. */
function subtaskKeys(item: PlacedItem, place: SubtaskPlace): Record<string, unknown> {
  return {
    ...parentKeys(item, place),
    ...(place.newParent === undefined ? whatTasksNeed(item, place.node) : {}),
  };
}

/**
 * What a subtask may lack and a task may not: Task Master's command line refuses a whole list for one task without a
 * priority or a description. The priority is the one that it had from its task.
 */
function whatTasksNeed({ task }: PlacedItem, node: JsonNode | undefined): Record<string, unknown> {
  const lacks = (key: string) => [undefined, null, ""].some((nothing) => node?.property(key)?.value() === nothing);
  return {
    ...(lacks("priority") ? { priority: task.priority } : {}),
    ...(lacks("description") && task.title !== "" ? { description: task.title } : {}),
  };
}

/** What repeats the parent of a subtask: brought up to date where it was right, and gone with a subtask that becomes a task. */
function parentKeys(item: PlacedItem, { node, newParent }: SubtaskPlace): Record<string, unknown> {
  const keys: Record<string, unknown> = {};
  for (const key of PARENT_KEYS) {
    const written = node?.property(key)?.value();
    if (written === undefined) continue;
    const asText = typeof written === "string";
    if (newParent === undefined) keys[key] = undefined;
    else if (written === asId(parentOfId(item.task.id), asText)) keys[key] = asId(newParent, asText);
  }
  return keys;
}

function taskIdAfter(item: PlacedItem, newId: string, stringIds: boolean): number | string {
  return asId(newId, item.parent === undefined ? typeof item.writtenId === "string" : stringIds);
}

/** Of a subtask only the last part, unless the dotted form stood there. */
function subtaskIdAfter(item: PlacedItem, newId: string): number | string {
  const wasSubtask = item.parent !== undefined;
  if (wasSubtask && String(item.writtenId).includes(".")) return newId;
  return asId(newId.slice(parentOfId(newId).length + 1), wasSubtask && typeof item.writtenId === "string");
}

function asId(id: string, asText: boolean): number | string {
  return !asText && /^\d+$/.test(id) ? Number(id) : id;
}

type Rewritten = { readonly dependencies: readonly (number | string)[] | undefined; readonly cut: ItemChange["cut"] };

/** How the dependencies of an item are written afterwards; `undefined` where nothing of them changes. */
function dependencyRewriter(plan: MovePlan, { where, into, ignore }: Lists): (item: PlacedItem) => Rewritten {
  const across = where.tag !== into.tag;
  const byId = new Map(plan.items.map((item) => [item.task.id, item]));
  const leaves = (item: PlacedItem) => across && plan.isMoved(item);
  const here = fullIds([], plan, (item) => !leaves(item));
  const there = fullIds(across ? into.tag.tasks : [], plan, leaves);
  return (item) => {
    const ids = leaves(item) ? there : here;
    const cut: (readonly [string, string])[] = [];
    const dependencies = item.task.dependencies.flatMap((id, position) => {
      const target = byId.get(id);
      const written = item.written[position] ?? id;
      if (across && plan.isMoved(item) !== (target !== undefined && plan.isMoved(target))) {
        if (!ignore) throw crossing(item.task.id, id);
        cut.push([item.task.id, id]);
        return [];
      }
      const owner = plan.newIdOf(item);
      const meant = target === undefined ? undefined : plan.newIdOf(target);
      return [spellDependency({ owner, isSubtask: isSubtaskAfter(item, plan), written, meant, ids })];
    });
    const isSame =
      dependencies.length === item.written.length && dependencies.every((each, at) => each === item.written[at]);
    return { dependencies: isSame ? undefined : dependencies, cut };
  };
}

/** The ids of tasks that are there and of items that come to them. */
function fullIds(tasks: readonly Task[], plan: MovePlan, isOneOf: (item: PlacedItem) => boolean): FullIds {
  const coming = plan.items.filter(isOneOf);
  const idsOf = (isSubtask: boolean) =>
    coming.filter((item) => isSubtaskAfter(item, plan) === isSubtask).map(plan.newIdOf);
  return {
    tasks: new Set([...tasks.map(({ id }) => id), ...idsOf(false)]),
    subtasks: new Set([...tasks.flatMap(({ subtasks }) => subtasks.map(({ id }) => id)), ...idsOf(true)]),
  };
}

function isSubtaskAfter(item: PlacedItem, plan: MovePlan): boolean {
  return plan.leaving.includes(item) ? plan.newIdOf(item).includes(".") : item.parent !== undefined;
}

function crossing(id: string, dependency: string): TrigateError<"usage/bad-argument"> {
  return new TrigateError("usage/bad-argument", {
    problem: `${id} depends on ${dependency}, and a dependency cannot lead into another list`,
    hint: "move both together, or cut such dependencies with --ignore-dependencies",
  });
}

interface Placing {
  readonly into: TagOf;
  readonly plan: MovePlan;
  readonly changes: ReadonlyMap<PlacedItem, ItemChange>;
}

/** Makes all changes, cuts out what leaves its list, and adds it where it belongs. */
function placeLeaving(where: TagOf, { into, plan, changes }: Placing): string {
  const { items, leaving } = plan;
  const leader = (item: PlacedItem) => {
    const parent = item.parent === undefined ? undefined : items[item.parent];
    return leaving.find((each) => each === item || each === parent);
  };
  const inside = new Map<PlacedItem | undefined, TextEdit[]>();
  for (const [item, { keys }] of changes) {
    const node = where.document.root.at(item.path);
    if (node === undefined || Object.keys(keys).length === 0) continue;
    const of = leaving.length === 0 ? undefined : leader(item);
    inside.set(of, [...(inside.get(of) ?? []), ...setKeys(node, keys)]);
  }
  const texts = leaving.map((item) => {
    const node = where.document.root.at(item.path);
    return { home: parentOfId(plan.newIdOf(item)), piece: textOf(node, inside.get(item) ?? []) };
  });
  const text = applyEdits(where.document.text, [...(inside.get(undefined) ?? []), ...removals(where, leaving)]);
  return texts.length === 0 ? text : addAll(text, { file: where.file, tagName: into.tag.name, texts });
}

function removals({ document }: TagOf, leaving: readonly PlacedItem[]): readonly TextEdit[] {
  const byList = Map.groupBy(leaving, ({ path }) => JSON.stringify(path.slice(0, -1)));
  return [...byList.values()].flatMap((group) => {
    const list = document.root.at(group[0]?.path.slice(0, -1) ?? []);
    const indexes = new Set(group.map(({ path }) => Number(path.at(-1))));
    return list === undefined ? [] : removeItems(list, indexes);
  });
}

interface Additions {
  readonly file: string;
  readonly tagName: string;
  readonly texts: readonly { readonly home: string; readonly piece: ReturnType<typeof textOf> }[];
}

function addAll(text: string, { file, tagName, texts }: Additions): string {
  const document = parseTasks(text, file);
  const tag = document.tags.get(tagName);
  const edits = [...Map.groupBy(texts, ({ home }) => home)].flatMap(([home, group]) => {
    const path = home === "" ? tag?.path : tag?.places.get(home)?.[0];
    const owner = path === undefined ? undefined : document.root.at(path);
    if (owner === undefined) throw new TrigateError("tasks/not-found", { id: home, tag: tagName });
    const pieces = group.map(({ piece }) => piece);
    return [insertTexts(owner, { key: home === "" ? "tasks" : "subtasks", pieces })];
  });
  return applyEdits(text, edits);
}
