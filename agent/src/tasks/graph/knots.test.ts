import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Adjacency, cycleOf, knotsOf, shortestWay } from "./knots.ts";

const graphs = fc
  .integer({ min: 0, max: 9 })
  .chain((size) =>
    fc.array(fc.array(fc.nat({ max: Math.max(0, size - 1) }), { maxLength: 3 }), { minLength: size, maxLength: size }),
  );

/** What reaches what, by closing the relation step by step. */
function closure(graph: Adjacency): ReadonlySet<string> {
  const pairs = new Set(graph.flatMap((nexts, node) => nexts.map((next) => `${node}>${next}`)));
  for (const via of graph.keys())
    for (const from of graph.keys())
      for (const to of graph.keys())
        if (pairs.has(`${from}>${via}`) && pairs.has(`${via}>${to}`)) pairs.add(`${from}>${to}`);
  return pairs;
}

describe("knots", () => {
  test("are what reaches itself, grouped by what reaches each other, for any graph", () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const reaches = closure(graph);
        const naive = new Map<string, number[]>();
        for (const node of graph.keys()) {
          if (!reaches.has(`${node}>${node}`)) continue;
          const knot = [...graph.keys()].filter(
            (other) => reaches.has(`${node}>${other}`) && reaches.has(`${other}>${node}`),
          );
          naive.set(knot.join(), knot);
        }
        expect(knotsOf(graph)).toEqual([...naive.values()]);
      }),
      { numRuns: 1000 },
    );
  });

  test("have a cycle that is one, through their first node, and no shorter one goes there", () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        for (const knot of knotsOf(graph)) {
          const cycle = cycleOf(graph, knot);
          expect(cycle[0]).toBe(knot[0]);
          expect(new Set(cycle).size).toBe(cycle.length);
          for (const [index, node] of cycle.entries()) expect(graph[node]).toContain(cycle[(index + 1) % cycle.length]);
          expect(shortestWay(graph, { from: cycle[0] ?? 0, to: cycle[0] ?? 0 })?.length).toBe(cycle.length + 1);
        }
      }),
    );
  });

  test("of a chain as long as no call stack is deep", () => {
    const length = 100_000;
    const ring = Array.from({ length }, (_, node) => [(node + 1) % length]);
    expect(knotsOf(ring)).toHaveLength(1);
    expect(cycleOf(ring, knotsOf(ring)[0] ?? [])).toHaveLength(length);
  });
});
