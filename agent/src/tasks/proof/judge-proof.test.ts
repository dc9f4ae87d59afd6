import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { OUTCOMES, REASONS, STAGES } from "../../core/outcome.ts";
import { judgeProof } from "./judge-proof.ts";
import type { JudgedCheck, JudgedGate, JudgedRun } from "./judged-run.ts";
import { type Requirement, requirementOf } from "./requirement.ts";

const gate = (more: Partial<JudgedGate> = {}): JudgedGate => ({
  id: "test.unit_pass",
  actual: 100,
  threshold: { written: "100%" },
  advisory: false,
  verdict: "passed",
  reason: "within-limit",
  message: "said",
  ...more,
});
const check = (more: Partial<JudgedCheck> = {}): JudgedCheck => ({
  id: "unit",
  status: "passed",
  reason: "clean",
  message: "said",
  advisory: false,
  ...more,
});
const run = (more: Partial<JudgedRun> = {}): JudgedRun => ({
  id: "run",
  scope: { kind: "full", paths: [], stages: STAGES, checks: [] },
  tree: "tree",
  dirty: false,
  commit: undefined,
  agentVersion: "1",
  stages: [{ stage: "test", gates: [gate()], checks: [check()] }],
  findings: [],
  patch: undefined,
  measurements: [],
  ...more,
});
const workspace = { root: "/w", require: STAGES, checks: [{ id: "unit", stage: "test" as const }] };
const all = requirementOf("1", undefined, workspace);
const required = (written: unknown): Requirement => requirementOf("1", written, workspace);
const ofGate = (more: Partial<JudgedGate>) =>
  run({ stages: [{ stage: "test", gates: [gate(more)], checks: [check()] }] });

describe("a run is no proof", () => {
  const cases: readonly (readonly [string, JudgedRun, Requirement, "failed" | "errored"])[] = [
    ["of content that changed meanwhile", run({ tree: undefined }), all, "errored"],
    ["when it looked at what changed only", run({ scope: { ...run().scope, kind: "changed" } }), all, "errored"],
    [
      "when it looked at other paths",
      run({ scope: { ...run().scope, kind: "paths", paths: ["b"] } }),
      required({ paths: ["a"] }),
      "errored",
    ],
    ["when it left a stage out", run({ scope: { ...run().scope, stages: ["test"] } }), all, "errored"],
    ["when it ran some checks only", run({ scope: { ...run().scope, checks: ["unit"] } }), all, "errored"],
    ["when a gate failed", ofGate({ verdict: "failed" }), all, "failed"],
    ["when a gate could not be judged", ofGate({ verdict: "errored" }), all, "errored"],
    [
      "when a gate is inconclusive, even if it is skipped",
      ofGate({ verdict: "skipped", reason: "inconclusive" }),
      all,
      "errored",
    ],
    ["when a tool was missing", ofGate({ verdict: "skipped", reason: "optional-tool-missing" }), all, "errored"],
    ["when nothing at all was judged", run({ stages: [{ stage: "test", gates: [], checks: [] }] }), all, "errored"],
    [
      "when all that is there was not selected",
      run({ stages: [{ stage: "test", gates: [gate({ verdict: "skipped", reason: "not-selected" })], checks: [] }] }),
      required({ paths: ["a"] }),
      "errored",
    ],
    [
      "when a check that is named found something",
      run({ stages: [{ stage: "test", gates: [gate()], checks: [check({ status: "failed" })] }] }),
      required({ checks: ["unit"] }),
      "failed",
    ],
    [
      "when a check that is named was skipped",
      run({ stages: [{ stage: "test", gates: [gate()], checks: [check({ status: "skipped" })] }] }),
      required({ checks: ["unit"] }),
      "errored",
    ],
  ];
  test.each(
    cases.map(([name, judged, requirement, verdict]) => ({ name, judged, requirement, verdict })),
  )("$name", (each) => {
    const judgement = judgeProof(each.judged, each.requirement);
    expect(judgement.verdict).toBe(each.verdict);
    expect(judgement.causes.length).toBeGreaterThan(0);
  });
});

test("it is one when all that is required passed, and advice and empty stages do not count", () => {
  expect(judgeProof(run(), all)).toEqual({ verdict: "passed", causes: [], empty: ["static", "performance"] });
  const advised = [gate(), gate({ id: "test.duration", advisory: true, verdict: "failed" })];
  expect(judgeProof(run({ stages: [{ stage: "test", gates: advised, checks: [] }] }), all).verdict).toBe("passed");
});

test("whatever a run says: proof means that a gate or check of it passed and that none that counts did anything else", () => {
  const outcome = fc.constantFrom(...OUTCOMES);
  const reason = fc.constantFrom(...REASONS);
  const stage = fc.record({
    stage: fc.constantFrom(...STAGES),
    gates: fc.array(fc.record({ verdict: outcome, reason, advisory: fc.boolean() }).map(gate), { maxLength: 3 }),
    checks: fc.array(fc.record({ status: outcome, reason, advisory: fc.boolean() }).map(check), { maxLength: 2 }),
  });
  fc.assert(
    fc.property(fc.uniqueArray(stage, { selector: (each) => each.stage }), (stages) => {
      const { verdict, causes } = judgeProof(run({ stages }), all);
      const gates = stages.flatMap((each) => each.gates).filter(({ advisory }) => !advisory);
      const checks = stages.flatMap((each) => each.checks);
      expect(verdict === "passed").toBe(causes.length === 0);
      if (gates.some((each) => each.verdict === "failed" && each.reason !== "inconclusive"))
        expect(verdict).toBe("failed");
      if (verdict !== "passed") return;
      expect(gates.every((each) => each.verdict === "passed" || each.reason === "nothing-in-scope")).toBe(true);
      expect(gates.some((each) => each.reason === "inconclusive")).toBe(false);
      const looked = checks.filter(({ advisory }) => !advisory).map(({ status }) => status);
      expect([...gates.map((each) => each.verdict), ...looked].some((each) => /passed|failed/.test(each))).toBe(true);
    }),
  );
});
