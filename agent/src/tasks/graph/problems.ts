import { TASK_PRIORITIES } from "../../core/task.ts";
import { cycleOf, knotsOf } from "./knots.ts";
import { dependencyGraph, type Edge, edgesOf, eventGraph, type GraphItem, itemOf, wayInWords } from "./waits.ts";

export const GRAPH_PROBLEM_KINDS = [
  "duplicate-id",
  "self-dependency",
  "dangling",
  "duplicate-dependency",
  "ambiguous",
  "cycle",
  "family-cycle",
] as const;

/** Something in the graph of a list that keeps work from ever being ready, or that means more than one thing. */
export interface GraphProblem {
  readonly kind: (typeof GRAPH_PROBLEM_KINDS)[number];
  /** The one concerned and what it depends on; of a cycle all of it in order, without the first one again. */
  readonly ids: readonly string[];
  /** What is wrong, in words. */
  readonly text: string;
}

/** A problem with what mends it. */
export interface Finding {
  readonly problem: GraphProblem;
  /** The item whose id must change. */
  readonly renumber?: number;
  /** The dependency to take away. */
  readonly remove?: Pick<Edge, "item" | "position">;
  /** The dependency to write so that it can only mean what it means. */
  readonly respell?: Pick<Edge, "item" | "position"> & { readonly as: string };
}

export type IsLeftOut = (item: number, position: number) => boolean;

/**
 * What is wrong with a list, one finding for each thing; of each knot of tasks that wait for each other one cycle.
 *
 * - `duplicate-id`: an id is there twice; all references mean the first.
 * - `self-dependency`, `dangling`, `duplicate-dependency`: one dependency, on itself, on nothing, or said twice.
 * - `ambiguous`: the text `"3"` in a subtask that has a sibling 3 where there is a task 3, too. It is taken for the sibling.
 * - `cycle`: dependencies that lead back, through tasks and subtasks alike.
 * - `family-cycle`: dependencies that lead back since a task is done only after its subtasks and these begin only after it:
 *   a task that waits for its own subtask, a subtask that waits for its own task, and longer ones.
 */
export function findProblems(items: readonly GraphItem[], isLeftOut: IsLeftOut = () => false): readonly Finding[] {
  return [...duplicateIds(items), ...singleDependencies(items, isLeftOut), ...cycles(items, isLeftOut)];
}

function duplicateIds(items: readonly GraphItem[]): readonly Finding[] {
  const seen = new Set<string>();
  // A task that has an id before it moves its subtasks out of the way, too: they are looked at when it has another one.
  const tasksFirst = [...items.entries()].toSorted(([, a], [, b]) => (a.parent ?? -1) - (b.parent ?? -1));
  const isMoved = new Set<number>();
  return tasksFirst.flatMap(([index, { task, parent }]) => {
    if (parent !== undefined && isMoved.has(parent)) return [];
    if (!seen.has(task.id)) {
      seen.add(task.id);
      return [];
    }
    isMoved.add(index);
    const text = `the id ${task.id} is there again, for ${JSON.stringify(task.title)}`;
    return [{ problem: { kind: "duplicate-id", ids: [task.id], text }, renumber: index }];
  });
}

function singleDependencies(items: readonly GraphItem[], isLeftOut: IsLeftOut): readonly Finding[] {
  const ids = new Set(items.map(({ task }) => task.id));
  return items.flatMap(({ task, written }, item) => {
    const seen = new Set<string>();
    return task.dependencies.flatMap((dependency, position): readonly Finding[] => {
      if (isLeftOut(item, position)) return [];
      const at = { item, position };
      const found = (kind: GraphProblem["kind"], text: string, mend: Omit<Finding, "problem">): Finding[] => [
        { problem: { kind, ids: [task.id, dependency], text }, ...mend },
      ];
      const isRepeated = seen.has(dependency);
      seen.add(dependency);
      if (dependency === task.id) return found("self-dependency", `${task.id} depends on itself`, { remove: at });
      if (!ids.has(dependency))
        return found("dangling", `${task.id} depends on ${dependency}, which does not exist`, { remove: at });
      if (isRepeated)
        return found("duplicate-dependency", `${task.id} says twice that it depends on ${dependency}`, { remove: at });
      const other = String(written[position]);
      if (!isAmbiguous(written[position], dependency, ids)) return [];
      return found("ambiguous", `"${other}" in ${task.id} can mean the sibling ${dependency} or the task ${other}`, {
        respell: { ...at, as: dependency },
      });
    });
  });
}

/** The first id from which the two programs of Task Master disagree on what a number in a subtask means. */
const FIRST_DISPUTED = 100;

function isAmbiguous(written: number | string | undefined, meaning: string, ids: ReadonlySet<string>): boolean {
  if (written === undefined || meaning === String(written) || !ids.has(String(written))) return false;
  return typeof written === "string" || written >= FIRST_DISPUTED;
}

function cycles(items: readonly GraphItem[], isLeftOut: IsLeftOut): readonly Finding[] {
  const edges = edgesOf(items, isLeftOut);
  const graph = dependencyGraph(items, edges);
  const knots = knotsOf(graph);
  const knotOf = new Map(knots.flatMap((knot, index) => knot.map((item) => [item, index] as const)));
  const plain = knots.map((knot) => {
    const way = cycleOf(graph, knot);
    const ids = way.map((item) => items[item]?.task.id ?? "");
    const text = `${[...ids, ids[0]].join(" → ")}${knot.length > way.length ? ` (one of the cycles among ${knot.length} that wait for each other)` : ""}`;
    return { problem: { kind: "cycle", ids, text } as const, ...removal(items, edgesAlong(edges, way)) };
  });
  // What is in a plain knot is told once.
  const others = edges.filter(({ item, target }) => {
    const knot = knotOf.get(item);
    return knot === undefined || knot !== knotOf.get(target);
  });
  return [...plain, ...familyCycles(items, others)];
}

function familyCycles(items: readonly GraphItem[], edges: readonly Edge[]): readonly Finding[] {
  const graph = eventGraph(items, edges);
  return knotsOf(graph).map((knot) => {
    const way = cycleOf(graph, knot);
    const visited = way.map(itemOf).filter((item, index, all) => item !== all[index - 1]);
    const ring = visited.length > 1 && visited[0] === visited.at(-1) ? visited.slice(0, -1) : visited;
    const ids = ring.map((item) => items[item]?.task.id ?? "");
    const text = wayInWords(items, [...way, way[0] ?? 0]);
    return { problem: { kind: "family-cycle", ids, text }, ...removal(items, edgesAlong(edges, visited)) };
  });
}

/** The dependencies between an item of a cycle and the one after it. */
function edgesAlong(edges: readonly Edge[], cycle: readonly number[]): readonly Edge[] {
  const steps = new Set(cycle.map((item, index) => `${item}>${cycle[(index + 1) % cycle.length]}`));
  return edges.filter(({ item, target }) => steps.has(`${item}>${target}`));
}

/**
 * Which dependency of a cycle goes: that of the item that would come first by the rule for what is next. Work that is
 * done needs no dependencies, so it counts before all; then the higher priority, then the lower id.
 */
function removal(items: readonly GraphItem[], edges: readonly Edge[]): Pick<Finding, "remove"> {
  const [first] = edges.toSorted((a, b) => compareItems(items[a.item], items[b.item]));
  return first === undefined ? {} : { remove: { item: first.item, position: first.position } };
}

function compareItems(a: GraphItem | undefined, b: GraphItem | undefined): number {
  if (a === undefined || b === undefined) return 0;
  return (
    Number(b.task.status === "done") - Number(a.task.status === "done") ||
    TASK_PRIORITIES.indexOf(a.task.priority) - TASK_PRIORITIES.indexOf(b.task.priority) ||
    a.task.id.localeCompare(b.task.id, "en", { numeric: true })
  );
}
