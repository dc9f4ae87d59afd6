import { describe, expect, test } from "vitest";
import { sampleCheck } from "../core/testing/samples.ts";
import { mergeCoverage } from "../coverage/merge.ts";
import { coverageOfRun } from "./coverage-of-run.ts";

const fileOf = (file: string) => ({ file, lines: new Map([[1, 1]]), branches: [], functions: [] });
const measured = (files: readonly string[], inScope: readonly string[]) =>
  sampleCheck({ stage: "test", filesInScope: inScope, coverage: { files: files.map(fileOf), unplaced: [] } });
const changed = (...paths: string[]) => new Map(paths.map((path) => [path, new Set([1])]));
const unmeasured = (inScope: readonly string[], paths: readonly string[]) =>
  coverageOfRun([measured(["src/a.ts", "py/pkg/b.py"], inScope)], { changed: changed(...paths), merge: mergeCoverage })
    ?.unmeasured;

test("no check measured: no coverage", () => {
  expect(coverageOfRun([sampleCheck()], { changed: undefined, merge: mergeCoverage })).toBeUndefined();
});

test("without a base nothing is said about changes", () => {
  const coverage = coverageOfRun([measured(["src/a.ts"], ["src/a.ts"])], { changed: undefined, merge: mergeCoverage });
  expect(coverage).toMatchObject({ patch: undefined, unmeasured: [], lines: { covered: 1, total: 1 } });
});

describe("a changed file that no report mentions", () => {
  test.each([
    ["src/new.ts", true],
    ["src/deep/new.ts", true],
    ["py/pkg/new.py", true],
    ["src/a.ts", false],
    ["src/new.css", false],
    ["elsewhere/new.ts", false],
    ["src/new.test.ts", false],
    ["src/new.spec.ts", false],
    ["src/__tests__/new.ts", false],
    ["src/testing/new.ts", false],
    ["src/new.d.ts", false],
    ["src/vitest.config.ts", false],
    ["py/pkg/test_new.py", false],
    ["py/pkg/new_test.py", false],
    ["py/pkg/conftest.py", false],
    ["py/pkg/setup.py", false],
    ["src/contest.ts", true],
    ["src/latest.ts", true],
    ["src/setups.ts", true],
  ])("%s counts: %j", (path, counts) => expect(unmeasured([path], [path])).toEqual(counts ? [path] : []));

  test("counts only where a check that measures covers it, and only if a line was added", () => {
    expect(unmeasured(["src/other.ts"], ["src/new.ts"])).toEqual([]);
    const emptied = new Map([["src/new.ts", new Set<number>()]]);
    expect(
      coverageOfRun([measured(["src/a.ts"], ["src/new.ts"])], { changed: emptied, merge: mergeCoverage })?.unmeasured,
    ).toEqual([]);
  });
});
