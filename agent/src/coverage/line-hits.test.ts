import fc from "fast-check";
import { expect, test } from "vitest";
import { LineHits } from "./line-hits.ts";

const entries = fc.array(fc.tuple(fc.integer({ min: 1, max: 3_000 }), fc.nat()));

test("reads like the map that it stands for", () => {
  fc.assert(
    fc.property(entries, (added) => {
      const model = new Map<number, number>();
      for (const [line, hits] of added) model.set(line, (model.get(line) ?? 0) + hits);
      const sorted = [...model].toSorted(([a], [b]) => a - b);
      const lines = new LineHits(added);
      expect([...lines]).toEqual(sorted);
      expect([...lines.keys()]).toEqual(sorted.map(([line]) => line));
      expect([...lines.values()]).toEqual(sorted.map(([, hits]) => hits));
      expect(lines.size).toBe(model.size);
      for (let line = 0; line < 40; line++)
        expect([lines.has(line), lines.get(line)]).toEqual([model.has(line), model.get(line)]);
      const seen: [number, number][] = [];
      lines.forEach((hits, line) => seen.push([line, hits]));
      expect(seen).toEqual(sorted);
    }),
  );
});

test("drained lines are kept apart from what comes next", () => {
  const table = new LineHits([[5, 1]]);
  const first = table.drain();
  table.add(2, 7);
  expect([[...first], [...table], [...table.drain()], table.size]).toEqual([[[5, 1]], [[2, 7]], [[2, 7]], 0]);
});

test("sums stop where numbers stop being exact", () => {
  const lines = new LineHits([[1, Number.MAX_SAFE_INTEGER]]);
  lines.add(1, 5);
  expect(lines.get(1)).toBe(Number.MAX_SAFE_INTEGER);
});
