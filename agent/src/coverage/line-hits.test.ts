import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { LAST_LINE, LineHits } from "./line-hits.ts";

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

describe("lines far out", () => {
  const line = fc.oneof(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: LAST_LINE }));

  test("are kept like the near ones, in order, drained or not", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(line, fc.nat({ max: 1_000 })), { maxLength: 200 }), (added) => {
        const model = new Map<number, number>();
        for (const [at, hits] of added) model.set(at, (model.get(at) ?? 0) + hits);
        const sorted = [...model].toSorted(([a], [b]) => a - b);
        const lines = new LineHits(added);
        expect([...lines]).toEqual(sorted);
        for (const [at, hits] of sorted) expect(lines.get(at)).toBe(hits);
        expect([...lines.drain()]).toEqual(sorted);
      }),
    );
  });

  test("stay what they were when the table has grown past them", () => {
    const lines = new LineHits([[5_000, 1]]);
    for (let at = 1; at <= 6_000; at++) lines.add(at, 1);
    expect([lines.size, lines.get(4_999), lines.get(5_000)]).toEqual([6_000, 1, 2]);
  });

  test("take no memory for what lies between them", () => {
    const before = process.memoryUsage().arrayBuffers;
    const tables = Array.from({ length: 1_000 }, (_, index) => new LineHits([[LAST_LINE - index, 1]]).drain());
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10_000_000);
    expect(tables).toHaveLength(1_000);
  });

  test("cost no time for what lies between them, however large the table was before", () => {
    const lines = new LineHits();
    for (let at = 1; at <= 1_000_000; at++) lines.add(at, 1);
    lines.drain();
    // Each drain would clear eight megabytes; a report has a hundred thousand such records in a few megabytes.
    let read = 0;
    for (let record = 0; record < 100_000; record++) {
      lines.add(1_000_000, 1);
      read += lines.drain().size;
    }
    expect(read).toBe(100_000);
  });
});
