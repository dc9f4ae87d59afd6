import { describe, expect, test } from "vitest";
import type { FileCoverage } from "../core/coverage.ts";
import { mergeCoverage } from "./merge.ts";

const file = (name: string, parts: Partial<FileCoverage> & { readonly hits?: Record<number, number> } = {}) => ({
  file: name,
  lines: new Map(Object.entries(parts.hits ?? {}).map(([line, hits]) => [Number(line), hits])),
  branches: parts.branches ?? [],
  functions: parts.functions ?? [],
});
const report = (...files: FileCoverage[]) => ({ files, unplaced: [] });
const branch = (taken: number | null, name = "0") => ({ line: 1, block: "0", branch: name, taken });

describe("mergeCoverage", () => {
  test("nothing gives nothing", () => expect(mergeCoverage([])).toEqual([]));

  test("keeps the files of all reports, sorted", () => {
    const merged = mergeCoverage([report(file("b"), file("c")), report(file("a"))]);
    expect(merged.map((each) => each.file)).toEqual(["a", "b", "c"]);
  });

  test("a line ran when any report saw it run, and is coverable when any says so", () => {
    const [merged] = mergeCoverage([
      report(file("a", { hits: { 1: 0, 2: 3, 4: 0 } })),
      report(file("a", { hits: { 1: 2, 2: 1, 9: 0 } })),
    ]);
    expect(Object.fromEntries(merged?.lines ?? [])).toEqual({ 1: 2, 2: 4, 4: 0, 9: 0 });
  });

  test.each([
    { one: null, other: null, taken: null },
    { one: null, other: 0, taken: 0 },
    { one: 0, other: null, taken: 0 },
    { one: 2, other: null, taken: 2 },
    { one: 2, other: 3, taken: 5 },
  ])("a branch seen $one and $other is $taken", ({ one, other, taken }) => {
    const [merged] = mergeCoverage([
      report(file("a", { branches: [branch(one)] })),
      report(file("a", { branches: [branch(other)] })),
    ]);
    expect(merged?.branches).toEqual([branch(taken)]);
  });

  test("branches and functions are told apart by their whole identity", () => {
    const first = { branches: [branch(1, "0")], functions: [{ name: "f", line: 1, hits: 1 }] };
    const second = {
      branches: [branch(0, "1"), { ...branch(7), line: 2 }],
      functions: [
        { name: "f", line: 1, hits: 2 },
        { name: "f", line: 8, hits: 0 },
      ],
    };
    const [merged] = mergeCoverage([report(file("a", first)), report(file("a", second))]);
    expect(merged?.branches).toHaveLength(3);
    expect(merged?.functions).toEqual([
      { name: "f", line: 1, hits: 3 },
      { name: "f", line: 8, hits: 0 },
    ]);
  });

  test("leaves what it was given alone", () => {
    const one = file("a", { hits: { 1: 1 } });
    mergeCoverage([report(one), report(file("a", { hits: { 1: 1 } }))]);
    expect(one.lines.get(1)).toBe(1);
  });
});
