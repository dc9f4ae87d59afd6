/** A directed graph over the numbers from 0: at each, the nodes that it points to. */
export type Adjacency = readonly (readonly number[])[];

/**
 * The strongly connected components in which something points back: every node of a knot reaches every other one of it,
 * and nodes that only lead into a knot are in none. Their nodes ascend, and so do the first ones of the knots.
 */
export function knotsOf(graph: Adjacency): readonly (readonly number[])[] {
  return new KnotFinder(graph).find().toSorted((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
}

/** A shortest way from a node to another one along the arrows, both included; `undefined` where there is none. */
export function shortestWay(
  graph: Adjacency,
  { from, to, within }: { from: number; to: number; within?: ReadonlySet<number> },
): readonly number[] | undefined {
  const cameFrom = new Map<number, number>();
  const queue = [from];
  for (const node of queue) {
    for (const next of graph[node] ?? []) {
      if (cameFrom.has(next) || within?.has(next) === false) continue;
      cameFrom.set(next, node);
      if (next === to) return wayBack(cameFrom, from, to);
      queue.push(next);
    }
  }
  return undefined;
}

function wayBack(cameFrom: ReadonlyMap<number, number>, from: number, to: number): readonly number[] {
  const way = [to];
  let at = cameFrom.get(to);
  for (; at !== undefined && at !== from; at = cameFrom.get(at)) way.unshift(at);
  return [from, ...way];
}

/** A shortest cycle through the first node of a knot; the node stands at the beginning only. */
export function cycleOf(graph: Adjacency, knot: readonly number[]): readonly number[] {
  const [from] = knot;
  if (from === undefined) return [];
  return shortestWay(graph, { from, to: from, within: new Set(knot) })?.slice(0, -1) ?? [from];
}

interface Frame {
  readonly node: number;
  /** Which arrow of the node is followed next. */
  arrow: number;
}

/** Tarjan's algorithm with a stack of its own: a chain of ten thousand tasks is deeper than the call stack. */
class KnotFinder {
  readonly #graph: Adjacency;
  /** When a node was reached first; 0 for never. */
  readonly #reached: number[];
  readonly #lowest: number[];
  readonly #open: number[] = [];
  readonly #isOpen: boolean[];
  readonly #found: (readonly number[])[] = [];
  #count = 0;

  constructor(graph: Adjacency) {
    this.#graph = graph;
    this.#reached = graph.map(() => 0);
    this.#lowest = graph.map(() => 0);
    this.#isOpen = graph.map(() => false);
  }

  find(): readonly (readonly number[])[] {
    for (const node of this.#graph.keys()) if (this.#reached[node] === 0) this.#walk(node);
    return this.#found;
  }

  #walk(root: number): void {
    const frames = [this.#enter(root)];
    for (let frame = frames.at(-1); frame !== undefined; frame = frames.at(-1)) {
      const next = this.#graph[frame.node]?.[frame.arrow];
      frame.arrow += 1;
      if (next === undefined) {
        frames.pop();
        this.#leave(frame.node, frames.at(-1)?.node);
      } else if (this.#reached[next] === 0) frames.push(this.#enter(next));
      else if (this.#isOpen[next] === true) this.#lower(frame.node, this.#reached[next] ?? 0);
    }
  }

  #enter(node: number): Frame {
    this.#count += 1;
    this.#reached[node] = this.#count;
    this.#lowest[node] = this.#count;
    this.#open.push(node);
    this.#isOpen[node] = true;
    return { node, arrow: 0 };
  }

  #lower(node: number, to: number): void {
    this.#lowest[node] = Math.min(this.#lowest[node] ?? to, to);
  }

  #leave(node: number, parent: number | undefined): void {
    const lowest = this.#lowest[node] ?? 0;
    if (parent !== undefined) this.#lower(parent, lowest);
    if (lowest !== this.#reached[node]) return;
    const members = this.#open.splice(this.#open.lastIndexOf(node));
    for (const member of members) this.#isOpen[member] = false;
    if (members.length > 1 || this.#graph[node]?.includes(node) === true)
      this.#found.push(members.toSorted((a, b) => a - b));
  }
}
