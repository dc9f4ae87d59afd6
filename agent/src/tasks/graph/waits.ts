import type { Task } from "../../core/task.ts";
import type { Adjacency } from "./knots.ts";

/** A task or subtask in the order of the file, with how its dependencies are written. */
export interface GraphItem {
  readonly task: Task;
  /** Where the task that a subtask belongs to stands in the list of items. */
  readonly parent: number | undefined;
  /** As in the file; at each position `task.dependencies` has what it means. */
  readonly written: readonly (number | string)[];
}

/** One dependency: the item that waits, and the position among its dependencies. */
export interface Edge {
  readonly item: number;
  readonly position: number;
  /** The item that is waited for; where an id is there twice, the first one. */
  readonly target: number;
}

/** All dependencies that lead somewhere else, without those left out. */
export function edgesOf(items: readonly GraphItem[], isLeftOut: (item: number, position: number) => boolean): Edge[] {
  const indexes = indexesOf(items);
  const edges: Edge[] = [];
  for (const [item, { task }] of items.entries()) {
    for (const [position, id] of task.dependencies.entries()) {
      const target = indexes.get(id);
      if (target !== undefined && target !== item && !isLeftOut(item, position)) edges.push({ item, position, target });
    }
  }
  return edges;
}

/** The first item of each id. */
export function indexesOf(items: readonly GraphItem[]): ReadonlyMap<string, number> {
  const indexes = new Map<string, number>();
  for (const [index, { task }] of items.entries()) if (!indexes.has(task.id)) indexes.set(task.id, index);
  return indexes;
}

/** The dependencies alone: an item points to what it waits for. */
export function dependencyGraph(items: readonly GraphItem[], edges: readonly Edge[]): Adjacency {
  const graph: number[][] = items.map(() => []);
  for (const { item, target } of edges) graph[item]?.push(target);
  return graph;
}

/** The two things that happen to an item, as nodes of {@link eventGraph}. */
export const beginOf = (item: number): number => item * 2;
export const endOf = (item: number): number => item * 2 + 1;
export const itemOf = (event: number): number => Math.floor(event / 2);
const isBegin = (event: number): boolean => event % 2 === 0;

/**
 * What must have happened before what: a task or subtask begins when all it depends on is done, a subtask not before its
 * task, and a task is done when all its subtasks are. A cycle here is work that can never be done in order, even where the
 * dependencies alone have none.
 */
export function eventGraph(items: readonly GraphItem[], edges: readonly Edge[]): Adjacency {
  const graph: number[][] = items.flatMap(() => [[], []]);
  for (const [item, { parent }] of items.entries()) {
    graph[endOf(item)]?.push(beginOf(item));
    if (parent === undefined) continue;
    graph[beginOf(item)]?.push(beginOf(parent));
    graph[endOf(parent)]?.push(endOf(item));
  }
  for (const { item, target } of edges) graph[beginOf(item)]?.push(endOf(target));
  return graph;
}

/** A way through {@link eventGraph} in words; for a cycle the first event stands at both ends. */
export function wayInWords(items: readonly GraphItem[], way: readonly number[]): string {
  const steps = way.slice(1).flatMap((event, index) => {
    const before = way[index] ?? event;
    const [from, to] = [idAt(items, before), idAt(items, event)];
    if (from === to) return [];
    if (isBegin(before) && isBegin(event)) return [`${from} begins only after its task ${to}`];
    return isBegin(before) ? [`${from} depends on ${to}`] : [`${from} is done only after its subtask ${to}`];
  });
  return steps.join(", ");
}

/** The id of the item that an event happens to. */
function idAt(items: readonly GraphItem[], event: number): string {
  return items[itemOf(event)]?.task.id ?? "";
}
