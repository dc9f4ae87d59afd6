import { TrigateError } from "../../errors/trigate-error.ts";
import { shortestWay } from "../graph/knots.ts";
import { beginOf, edgesOf, endOf, eventGraph, indexesOf, wayInWords } from "../graph/waits.ts";
import { type PlacedItem, placedItems } from "./graph-items.ts";
import { applyEdits, removeItems } from "./json-edit.ts";
import { changeTask, type Edited, findOne, type TagOf, taskNode } from "./tag-edit.ts";

/** Dependencies of one task or subtask, by full id. */
export interface DependencyRequest {
  readonly id: string;
  readonly dependencies: readonly string[];
  readonly tag?: string | undefined;
}

export interface DependencyChange {
  readonly id: string;
  /** Those that changed; what was so before is not among them. */
  readonly changed: readonly string[];
  /** All that the task depends on now. */
  readonly dependencies: readonly string[];
}

/**
 * Makes a task or subtask wait for others; those it waits for already stay as they are. Throws `tasks/not-found` for an
 * unknown id, `tasks/cycle` when the work could never be done in order then, and `usage/bad-argument` where the file has no
 * way to say it.
 */
export function addDependencies(where: TagOf, { id, dependencies }: DependencyRequest): Edited<DependencyChange> {
  const { task } = findOne(where, id);
  const items = placedItems(where);
  const wanted = [...new Set(dependencies)].filter((dependency) => !task.dependencies.includes(dependency));
  for (const dependency of wanted) {
    findOne(where, dependency);
    refuseCycle(items, id, dependency);
  }
  const all = [...task.dependencies, ...wanted];
  if (wanted.length === 0) return { text: where.document.text, meaning: { id, changed: [], dependencies: all } };
  const written = items.find((item) => item.task.id === id)?.written ?? [];
  const values = { dependencies: [...written, ...wanted.map((dependency) => spelledFor(where, id, dependency))] };
  return {
    text: applyEdits(where.document.text, changeTask(where, id, values)),
    meaning: { id, changed: wanted, dependencies: all },
  };
}

/** Each new dependency is looked at alone: two of them leave the same item, so no cycle goes through both. */
function refuseCycle(items: readonly PlacedItem[], id: string, dependency: string): void {
  if (id === dependency) throw new TrigateError("tasks/cycle", { id, dependency, cycle: `${id} → ${id}` });
  const indexes = indexesOf(items);
  const [item, target] = [indexes.get(id) ?? 0, indexes.get(dependency) ?? 0];
  const graph = eventGraph(
    items,
    edgesOf(items, () => false),
  );
  const way = shortestWay(graph, { from: endOf(target), to: beginOf(item) });
  if (way === undefined) return;
  throw new TrigateError("tasks/cycle", { id, dependency, cycle: wayInWords(items, [beginOf(item), ...way]) });
}

/** How a dependency is written: a number where the list or the task writes numbers, a dotted id always in full. */
function spelledFor({ tag }: TagOf, id: string, dependency: string): number | string {
  const parent = tag.tasks.find(({ subtasks }) => subtasks.some((subtask) => subtask.id === id));
  if (dependency.includes(".")) return dependency;
  const sibling = parent?.subtasks.find((subtask) => subtask.id === `${parent.id}.${dependency}`);
  if (sibling !== undefined) {
    throw new TrigateError("usage/bad-argument", {
      problem: `in subtask ${id} the file would take ${dependency} for its sibling ${sibling.id}`,
      hint: `let task ${parent?.id} depend on ${dependency}`,
    });
  }
  return tag.stringIds || !/^\d+$/.test(dependency) ? dependency : Number(dependency);
}

/**
 * Takes dependencies of a task or subtask away, also those on something that does not exist. Throws `tasks/not-found`, and
 * `usage/bad-argument` when the task does not depend on one of them.
 */
export function removeDependencies(where: TagOf, { id, dependencies }: DependencyRequest): Edited<DependencyChange> {
  const { task } = findOne(where, id);
  const unknown = dependencies.filter((dependency) => !task.dependencies.includes(dependency));
  if (unknown.length > 0) {
    throw new TrigateError("usage/bad-argument", {
      problem: `${id} does not depend on ${unknown.join(", ")}`,
      hint: task.dependencies.length === 0 ? "it depends on nothing" : `it depends on ${task.dependencies.join(", ")}`,
    });
  }
  const gone = new Set(
    [...task.dependencies.keys()].filter((at) => dependencies.includes(task.dependencies[at] ?? "")),
  );
  const list = taskNode(where, id).property("dependencies");
  const edits = list === undefined ? [] : [...removeItems(list, gone), ...touched(where, id)];
  return {
    text: applyEdits(where.document.text, edits),
    meaning: {
      id,
      changed: [...new Set(dependencies)],
      dependencies: task.dependencies.filter((dependency) => !dependencies.includes(dependency)),
    },
  };
}

/** Brings `updatedAt` up to date where the other program put it. */
function touched(where: TagOf, id: string): ReturnType<typeof changeTask> {
  const updatedAt = taskNode(where, id).property("updatedAt")?.value();
  return typeof updatedAt === "string" ? changeTask(where, id, { updatedAt: where.nowIso }) : [];
}
