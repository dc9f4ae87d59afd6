import { describe, expect, test } from "vitest";
import { judge } from "../judge.ts";
import { sampleCheck, sampleGate } from "../testing/samples.ts";
import { summarizeCoverage } from "../coverage-summary.ts";
import { type CodecovJudgement, unmeasuredStatus } from "./judgement.ts";
import type { StatusState } from "./statuses.ts";
import { fileOf } from "./testing/scenes.ts";

const scope = { kind: "full" as const, paths: [], stages: ["test" as const], checks: [], base: undefined };
const status = (name: string, state: StatusState) => ({ name, state, description: `${name} is ${state}`, why: "so" });
const judged = (statuses: CodecovJudgement["statuses"]): CodecovJudgement => ({
  file: "codecov.yml",
  complaints: [],
  statuses,
  flags: {},
  notJudged: [],
  notes: [],
});

function gateOn(codecov: CodecovJudgement | undefined, configured = false) {
  const check = sampleCheck({
    stage: "test",
    feeds: ["unit_coverage"],
    coverage: { files: [fileOf("a.py", "h")], unplaced: [] },
  });
  const gate = sampleGate("codecov", "0", { configured });
  const coverage = { ...summarizeCoverage([fileOf("a.py", "h")], undefined, []), codecov };
  const { stages } = judge({ checks: [check], gates: [gate], coverage, scope });
  return stages[0]?.gates[0];
}

describe("the gate", () => {
  test.each([
    [[status("codecov/patch", "success")], "passed", 0, "within-limit"],
    [[status("codecov/patch", "none"), status("codecov/project", "pending")], "passed", 0, "within-limit"],
    [[status("codecov/patch", "failure"), status("codecov/project", "error")], "failed", 2, "limit-missed"],
    [[status("trigate/unmeasured", "failure")], "failed", 1, "unmeasured-change"],
  ] as const)("%j", (...[statuses, verdict, actual, reason]) => {
    expect(gateOn(judged(statuses))).toMatchObject({ verdict, actual, reason });
  });

  test("is not there without a codecov.yml, unless trigate.yaml asks for it", () => {
    expect(gateOn(undefined)).toBeUndefined();
    expect(gateOn(undefined, true)).toMatchObject({
      verdict: "errored",
      message: expect.stringContaining("there is no codecov.yml"),
    });
  });

  test("cannot be judged by a file that the service would not take", () => {
    const complaints = [{ path: "coverage.round", line: 2, message: "one of down, up, nearest" }];
    const gate = gateOn({ ...judged([]), complaints });
    expect(gate).toMatchObject({ verdict: "errored", reason: "unreadable-report" });
    expect(gate?.message).toContain("line 2: coverage.round");
  });
});

describe("changed code that nobody measured", () => {
  const file = { path: "new.py", lines: [1, 2, 3, 7], kind: "file" as const };
  const stale = { path: "old.py", lines: [4], kind: "stale" as const };
  test("is named and fails", () => {
    expect(unmeasuredStatus([file, stale], "fail")).toMatchObject({
      state: "failure",
      description:
        "1 changed file is in no coverage report, 1 file has lines edited since they were measured: new.py:1-3,7, old.py:4",
    });
  });
  test("is only named when advice is asked for", () => {
    expect(unmeasuredStatus([file], "advise")).toMatchObject({
      state: "success",
      description: expect.stringContaining("new.py:1-3,7"),
    });
  });
  test("when there is none, that is said", () => {
    expect(unmeasuredStatus([], "fail").state).toBe("success");
  });
});
