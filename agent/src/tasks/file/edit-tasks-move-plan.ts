import { TrigateError } from "../../errors/trigate-error.ts";
import { type PlacedItem, placedItems } from "./graph-items.ts";
import { findOne, type TagOf } from "./tag-edit.ts";

/** Something that gets another place; both are full ids, and a task takes its subtasks along. */
export interface Move {
  readonly from: string;
  readonly to: string;
}

/** Moves that were checked. */
export interface MovePlan {
  /** All items of the list that they leave. */
  readonly items: readonly PlacedItem[];
  /** The id of an item afterwards. */
  readonly newIdOf: (item: PlacedItem) => string;
  /** Whether an item is moved, itself or with its task. */
  readonly isMoved: (item: PlacedItem) => boolean;
  /** The items that leave the list of tasks or subtasks in which they stand; all others are only renamed. */
  readonly leaving: readonly PlacedItem[];
}

const PLAIN_ID = /^[\w-]+$/;

/**
 * Checks that moves can be made together. Throws `tasks/not-found`, `tasks/id-taken`, `tasks/invalid` for an id that is
 * there twice, and `usage/bad-argument` for a place that nothing can have.
 */
export function planMove(from: TagOf, into: TagOf, moves: readonly Move[]): MovePlan {
  const wanted = wantedIds(moves);
  const items = placedItems(from);
  for (const move of moves) checkMove(move, { from, into, wanted });
  const parentOf = ({ parent }: PlacedItem) => (parent === undefined ? undefined : items[parent]);
  const newIdOf = (item: PlacedItem): string => {
    const parent = parentOf(item);
    const own = wanted.get(item.task.id);
    if (own !== undefined || parent === undefined) return own ?? item.task.id;
    return `${wanted.get(parent.task.id) ?? parent.task.id}${item.task.id.slice(parent.task.id.length)}`;
  };
  const isMoved = (item: PlacedItem) => wanted.has(item.task.id) || wanted.has(parentOf(item)?.task.id ?? "");
  refuseTaken({ from, into, moved: items.filter(isMoved).map((item) => ({ from: item.task.id, to: newIdOf(item) })) });
  const staysInPlace = (item: PlacedItem) =>
    from.tag === into.tag && (parentOf(item)?.task.id ?? "") === parentOfId(newIdOf(item));
  const leaving = items.filter((item) => wanted.has(item.task.id) && !staysInPlace(item));
  return { items, newIdOf, isMoved, leaving };
}

/** The task that a new id puts a subtask into, or nothing for a task. */
export function parentOfId(id: string): string {
  return id.slice(0, Math.max(0, id.lastIndexOf(".")));
}

function wantedIds(moves: readonly Move[]): ReadonlyMap<string, string> {
  const wanted = new Map(moves.map(({ from, to }) => [from, to]));
  const targets = new Set(wanted.values());
  if (wanted.size < moves.length || targets.size < moves.length)
    throw refusal("an id is named twice", "name each task and each new id once");
  return wanted;
}

interface Surroundings {
  readonly from: TagOf;
  readonly into: TagOf;
  readonly wanted: ReadonlyMap<string, string>;
}

function checkMove({ from: id, to }: Move, { from, into, wanted }: Surroundings): void {
  const { task, parent } = findOne(from, id);
  if (parent !== undefined && wanted.has(parent.id))
    throw refusal(`${id} belongs to ${parent.id}, which moves, too`, "move one after the other");
  const local = to.slice(to.lastIndexOf(".") + 1);
  if (!PLAIN_ID.test(local)) throw refusal(`"${to}" is no id`, "name a number such as 9, or 7.2 for a subtask of 7");
  if (!to.includes(".")) return;
  const home = parentOfId(to);
  if (wanted.has(home)) throw refusal(`${home} is to move itself`, "move one after the other");
  if (!into.tag.tasks.some((each) => each.id === home))
    throw new TrigateError("tasks/not-found", { id: home, tag: into.tag.name });
  if (task.subtasks.length > 0)
    throw refusal(`${id} has subtasks, and a subtask can have none`, "move its subtasks out of it first");
}

function refuseTaken({ from, into, moved }: { from: TagOf; into: TagOf; moved: readonly Move[] }): void {
  const gone = new Set(from.tag === into.tag ? moved.map((each) => each.from) : []);
  for (const { to } of moved) {
    if (into.tag.places.has(to) && !gone.has(to))
      throw new TrigateError("tasks/id-taken", { id: to, tag: into.tag.name });
  }
}

function refusal(problem: string, hint: string): TrigateError<"usage/bad-argument"> {
  return new TrigateError("usage/bad-argument", { problem, hint });
}
