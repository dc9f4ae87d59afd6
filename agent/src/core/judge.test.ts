import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Evidences, judge } from "./judge.ts";
import { joinOutcomes, type Outcome, type STAGES } from "./outcome.ts";
import { evidence, tests, unit } from "./testing/evidence.ts";
import { FULL_SCOPE, sampleCheck, sampleGate } from "./testing/samples.ts";

describe("the run", () => {
  test.each<{ name: string; given: Partial<Evidences>; outcome: Outcome; reason: string }>([
    { name: "nothing at all", given: {}, outcome: "skipped", reason: "nothing-in-scope" },
    {
      name: "no file in scope",
      given: {
        checks: [sampleCheck({ status: "skipped", reason: "nothing-in-scope" })],
        gates: [sampleGate("code_style", "100%")],
      },
      outcome: "skipped",
      reason: "nothing-in-scope",
    },
    {
      name: "only optional tools, all missing",
      given: {
        checks: [sampleCheck({ status: "skipped", reason: "optional-tool-missing" })],
        gates: [sampleGate("code_style", "100%")],
      },
      outcome: "skipped",
      reason: "optional-tool-missing",
    },
    {
      name: "a broken check that feeds no gate",
      given: {
        checks: [sampleCheck(), sampleCheck({ id: "x", feeds: ["latency"], status: "errored", reason: "tool-failed" })],
        gates: [sampleGate("code_style", "100%")],
      },
      outcome: "errored",
      reason: "tool-failed",
    },
    {
      name: "a broken advisory check",
      given: {
        checks: [sampleCheck(), sampleCheck({ advisory: true, status: "errored" })],
        gates: [sampleGate("code_style", "100%")],
      },
      outcome: "passed",
      reason: "within-limit",
    },
  ])("$name: $outcome", ({ given, outcome, reason }) =>
    expect(judge(evidence(given)).verdict).toMatchObject({ outcome, reason }));

  test("only the stages that were asked for are judged", () => {
    const checks = [sampleCheck(), unit({ status: "failed", tests: tests("failed") })];
    const gates = [sampleGate("code_style", "100%"), sampleGate("unit_pass", "100%")];
    const only = (stage: (typeof STAGES)[number]) =>
      judge(evidence({ checks, gates, scope: { ...FULL_SCOPE, stages: [stage] } })).verdict.outcome;
    expect([only("static"), only("test"), judge(evidence({ checks, gates })).verdict.outcome]).toEqual([
      "passed",
      "failed",
      "failed",
    ]);
  });
});

test("joinOutcomes: failed beats errored beats passed beats skipped", () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom<Outcome>("passed", "failed", "errored", "skipped")), (parts) => {
      const order: readonly Outcome[] = ["failed", "errored", "passed", "skipped"];
      expect(joinOutcomes(parts)).toBe(order.find((outcome) => parts.includes(outcome)) ?? "skipped");
    }),
  );
});
