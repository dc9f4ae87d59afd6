import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type FileCoverage, lineStates, percentOf } from "./coverage.ts";
import { summarizeCoverage } from "./coverage-summary.ts";

const anyFile = fc.record({
  file: fc.constantFrom("a.ts", "b.ts", "c.ts"),
  lines: fc
    .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 30 }), fc.nat(3)), { selector: ([line]) => line })
    .map((lines) => new Map(lines)),
  branches: fc.array(
    fc.record({
      line: fc.integer({ min: 1, max: 30 }),
      block: fc.constant("0"),
      branch: fc.constantFrom("0", "1"),
      taken: fc.option(fc.nat(2)),
    }),
  ),
  functions: fc.array(fc.record({ name: fc.string(), line: fc.integer({ min: 1, max: 30 }), hits: fc.nat(2) })),
});
const anyFiles = fc.uniqueArray(anyFile, { selector: ({ file }) => file });
const anyChange = fc
  .uniqueArray(fc.tuple(fc.constantFrom("a.ts", "b.ts", "d.ts"), fc.array(fc.integer({ min: 1, max: 40 }))), {
    selector: ([file]) => file,
  })
  .map((files) => new Map<string, Set<number>>(files.map(([file, lines]) => [file, new Set(lines)])));

describe("summarizeCoverage", () => {
  test("counts every line, branch and function once", () => {
    fc.assert(
      fc.property(anyFiles, (files: readonly FileCoverage[]) => {
        const { lines, branches, functions, patch } = summarizeCoverage(files, undefined, []);
        const all = <T>(pick: (file: FileCoverage) => Iterable<T>) => files.flatMap((file) => [...pick(file)]);
        const hits = all((file) => file.lines.values());
        expect(lines).toEqual({ covered: hits.filter((count) => count > 0).length, total: hits.length });
        const taken = all((file) => file.branches).map((branch) => branch.taken ?? 0);
        expect(branches).toEqual({ covered: taken.filter((count) => count > 0).length, total: taken.length });
        const calls = all((file) => file.functions);
        expect(functions).toEqual({ covered: calls.filter((call) => call.hits > 0).length, total: calls.length });
        expect(patch).toBeUndefined();
      }),
    );
  });

  test("the patch is the changed lines that can be covered, and names each that was not run", () => {
    fc.assert(
      fc.property(anyFiles, anyChange, (files: readonly FileCoverage[], changed) => {
        const { patch, lines } = summarizeCoverage(files, changed, []);
        const touched = files.flatMap(({ file, lines: own }) =>
          [...own].filter(([line]) => changed.get(file)?.has(line)).map(([line, hits]) => ({ file, line, hits })),
        );
        expect(patch).toMatchObject({ total: touched.length, covered: touched.filter(({ hits }) => hits > 0).length });
        const missed = [...(patch?.missed ?? [])].flatMap(([file, own]) => own.map((line) => `${file}:${line}`));
        expect(missed.toSorted()).toEqual(
          touched
            .filter(({ hits }) => hits === 0)
            .map(({ file, line }) => `${file}:${line}`)
            .toSorted(),
        );
        expect(patch?.total).toBeLessThanOrEqual(lines.total);
      }),
    );
  });
});

test("percentOf is not rounded, and says nothing about nothing", () => {
  expect(percentOf({ covered: 2, total: 3 })).toBeCloseTo(66.6667, 3);
  expect(percentOf({ covered: 0, total: 0 })).toBeUndefined();
  expect(percentOf({ covered: 99_999, total: 100_000 })).toBeLessThan(100);
});

test("lineStates: a line that ran with a branch not taken is partial, a line that did not run is missed", () => {
  const branch = (line: number, taken: number | null) => ({ line, block: "0", branch: String(taken), taken });
  const states = lineStates({
    file: "a.ts",
    lines: new Map([
      [1, 1],
      [2, 4],
      [3, 0],
      [4, 1],
    ]),
    branches: [branch(2, 4), branch(2, 0), branch(3, null), branch(4, 1)],
    functions: [],
  });
  expect([...states]).toEqual([
    [1, "covered"],
    [2, "partial"],
    [3, "missed"],
    [4, "covered"],
  ]);
});
