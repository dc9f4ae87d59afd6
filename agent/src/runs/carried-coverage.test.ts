import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import type { FileCoverage } from "../core/coverage.ts";
import { sampleCheck, sampleRun } from "../core/testing/samples.ts";
import { contentOf } from "../coverage/content.ts";
import { mergeCoverage } from "../coverage/merge.ts";
import { SqliteHistory } from "../history/sqlite-history.ts";
import { resolvedCheck } from "./testing/planned.ts";
import { withCarriedCoverage } from "./carried-coverage.ts";
import { coverageOfRun } from "./coverage-of-run.ts";

const root = mkdtempSync(join(tmpdir(), "trigate-carried-"));
const history = new SqliteHistory(join(root, "history.sqlite"), { warn: () => undefined, mergeCoverage });
afterAll(() => {
  history.close();
  rmSync(root, { recursive: true, force: true });
});

const write = (file: string, text: string) => writeFileSync(join(root, file), text);
const covered = (file: string, text: string, lines: readonly (readonly [number, number])[]): FileCoverage => ({
  file,
  lines: new Map(lines),
  branches: [],
  functions: [],
  content: contentOf(text),
});
const check = (id: string, ...files: FileCoverage[]) =>
  sampleCheck({ id, stage: "test", filesInScope: ["a.ts", "b.ts"], coverage: { files, unplaced: [] } });

async function record(id: string, startedAtMs: number, checks: ReturnType<typeof check>[]) {
  const coverage = coverageOfRun(checks, { changed: undefined, merge: mergeCoverage });
  const stages = [{ stage: "test" as const, verdict: "passed" as const, gates: [], checks }];
  await history.record(sampleRun({ id, startedAtMs, stages, coverage }));
}
const carry = (results: ReturnType<typeof check>[], isWhole = false) =>
  withCarriedCoverage(results, {
    root,
    history: async () => history,
    planned: [],
    scope: { ...sampleRun().scope, kind: isWhole ? "full" : "changed" },
  });

test("partial runs accumulate through the history, edited lines are stale, and a whole run starts anew", async () => {
  write("a.ts", "one\ntwo\n");
  write("b.ts", "three\nfour\n");
  const a = covered("a.ts", "one\ntwo\n", [
    [1, 1],
    [2, 0],
  ]);
  const b = covered("b.ts", "three\nfour\n", [
    [1, 7],
    [2, 7],
  ]);
  await record("r1", 1, [check("unit", a), check("e2e", b)]);

  const second = await carry([check("unit", a)]);
  await record("r2", 2, [...second]);
  write("b.ts", "three\nfive\n");
  const third = await carry([check("unit", a)]);
  const summary = coverageOfRun(third, { changed: new Map([["b.ts", new Set([2])]]), merge: mergeCoverage });

  expect(third[0]?.coverage?.carried?.map(({ check: id, runId }) => [id, runId])).toEqual([["e2e", "r1"]]);
  expect(summary?.files.map(({ file, carried, stale, lines }) => [file, carried, stale, [...lines]])).toEqual([
    [
      "a.ts",
      undefined,
      undefined,
      [
        [1, 1],
        [2, 0],
      ],
    ],
    ["b.ts", true, [[2, 2]], [[1, 7]]],
  ]);
  expect(summary?.lines).toEqual({ covered: 2, total: 3 });
  // The edited line was measured by nobody: an earlier run must not make it look measured.
  expect(summary?.unmeasured).toEqual(["b.ts"]);

  // In a whole run, a check that ran only the tests that a change needs is partial, too, even if it needed none of them.
  const selecting = (selectedTests: readonly string[] | undefined) =>
    withCarriedCoverage([check("unit", a)], {
      root,
      history: async () => history,
      planned: [{ check: resolvedCheck("e2e"), partial: false, selectedTests }],
      scope: { ...sampleRun().scope, kind: "full" },
    });
  expect((await selecting([]))[0]?.coverage?.carried?.map(({ check: id }) => id)).toEqual(["e2e"]);
  expect((await selecting(undefined))[0]?.coverage?.carried).toBeUndefined();

  expect((await carry([check("unit", a)], true))[0]?.coverage?.carried).toBeUndefined();
  expect((await carry([sampleCheck()]))[0]?.coverage).toBeUndefined();
});
