import fc from "fast-check";
import { expect, test } from "vitest";
import type { CoverageReport, FileCoverage } from "../core/coverage.ts";
import { mergeCoverage } from "./merge.ts";

const line = fc.integer({ min: 1, max: 6 });
const hits = fc.oneof(fc.nat({ max: 5 }), fc.constant(Number.MAX_SAFE_INTEGER));
const file: fc.Arbitrary<FileCoverage> = fc.record({
  file: fc.constantFrom("a", "b"),
  lines: fc.uniqueArray(fc.tuple(line, hits), { selector: ([at]) => at }).map((lines) => new Map(lines)),
  branches: fc.uniqueArray(
    fc.record({ line, block: fc.constantFrom("0", "1"), branch: fc.constantFrom("0", "1"), taken: fc.option(hits) }),
    { selector: ({ line: at, block, branch }) => `${at} ${block} ${branch}` },
  ),
  functions: fc.uniqueArray(fc.record({ name: fc.constantFrom("f", "g"), line, hits }), {
    selector: ({ name, line: at }) => `${name} ${at}`,
  }),
  tests: fc.option(
    fc.record({
      names: fc.constant(["t1", "t2"]),
      byLine: fc
        .uniqueArray(fc.tuple(line, fc.constantFrom([0], [1], [0, 1])), { selector: ([at]) => at })
        .map((lines) => new Map(lines)),
      shared: fc.option(
        fc.uniqueArray(line, { minLength: 1 }).map((lines) => lines.toSorted((a, b) => a - b)),
        { nil: undefined },
      ),
    }),
    { nil: undefined },
  ),
  carried: fc.constantFrom(undefined, true),
});
const report: fc.Arbitrary<CoverageReport> = fc.record({
  files: fc.array(file, { maxLength: 3 }),
  unplaced: fc.constant([]),
});

/** Files in a form in which only what they say differs. */
function told(files: readonly FileCoverage[]) {
  return files.map(({ file: name, lines, branches, functions, tests, carried }) => ({
    name,
    carried: carried === true,
    lines: [...lines].toSorted(([a], [b]) => a - b),
    branches: branches.map((each) => JSON.stringify([each.line, each.block, each.branch, each.taken])).toSorted(),
    functions: functions.map((each) => JSON.stringify([each.line, each.name, each.hits])).toSorted(),
    tests: [...(tests?.byLine ?? [])]
      .toSorted(([a], [b]) => a - b)
      .map(([at, ran]) => [at, ran.map((index) => tests?.names[index])]),
    shared: tests?.shared ?? [],
  }));
}
const merge = (...reports: CoverageReport[]): CoverageReport => ({ files: mergeCoverage(reports), unplaced: [] });

test("the order makes no difference", () => {
  fc.assert(
    fc.property(report, report, (one, other) => {
      expect(told(merge(one, other).files)).toEqual(told(merge(other, one).files));
    }),
  );
});

test("neither does how measurements of one run are grouped", () => {
  const measuredNow = report.map(({ files }) => ({
    files: files.map((each) => ({ ...each, carried: undefined })),
    unplaced: [],
  }));
  fc.assert(
    fc.property(measuredNow, measuredNow, measuredNow, (a, b, c) => {
      expect(told(merge(merge(a, b), c).files)).toEqual(told(merge(a, merge(b, c)).files));
    }),
  );
});

test("what was carried over is added once, however often; what is covered and coverable is the same when a report comes twice", () => {
  const state = (files: readonly FileCoverage[]) =>
    told(files).map((each) => ({
      ...each,
      lines: each.lines.map(([at, count]) => [at, count > 0]),
      branches: each.branches.length,
      functions: each.functions.length,
    }));
  const carriedOnly = report.map(({ files }) => ({
    files: files.map((each) => ({ ...each, carried: true })),
    unplaced: [],
  }));
  fc.assert(
    fc.property(report, carriedOnly, (one, carried) => {
      expect(state(merge(one, one).files)).toEqual(state(merge(one).files));
      expect(told(merge(carried, carried).files)).toEqual(told(merge(carried).files));
    }),
  );
});

test("nothing appears that no report had, and nothing that ran is lost", () => {
  fc.assert(
    fc.property(report, report, (one, other) => {
      const parts = [...one.files, ...other.files];
      for (const merged of mergeCoverage([one, other])) {
        const same = parts.filter((part) => part.file === merged.file);
        const lines = new Set(same.flatMap((part) => [...part.lines.keys()]));
        expect(new Set(merged.lines.keys())).toEqual(lines);
        for (const [at, count] of merged.lines) {
          expect(Number.isSafeInteger(count)).toBe(true);
          expect(count > 0).toBe(same.some((part) => (part.lines.get(at) ?? 0) > 0));
        }
        const keys = new Set(
          same.flatMap((part) => part.branches.map(({ line: at, block, branch }) => `${at} ${block} ${branch}`)),
        );
        expect(merged.branches).toHaveLength(keys.size);
        const shared = new Set(same.flatMap((part) => part.tests?.shared ?? []));
        expect(merged.tests?.shared ?? []).toEqual([...shared].toSorted((a, b) => a - b));
      }
    }),
  );
});
