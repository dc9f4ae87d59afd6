import { describe, expect, test } from "vitest";
import type { Gate } from "./gate.ts";
import { type Evidences, judge } from "./judge.ts";
import type { Outcome } from "./outcome.ts";
import { bench, covered, evidence, gateOf, tests, unit } from "./testing/evidence.ts";
import { FULL_SCOPE, sampleCheck, sampleFinding, sampleGate, sampleMeasurement } from "./testing/samples.ts";

describe("one gate", () => {
  const dirty = { status: "failed", findings: [sampleFinding()], filesInScope: ["a.ts", "b.ts"] } as const;
  const finding = sampleFinding();
  test.each<{ name: string; gate: Gate; given: Partial<Evidences>; verdict: Outcome; reason: string; actual?: number }>(
    [
      {
        name: "all files clean",
        gate: sampleGate("code_style", "100%"),
        given: { checks: [sampleCheck()] },
        verdict: "passed",
        reason: "within-limit",
        actual: 100,
      },
      {
        name: "one file of two not clean",
        gate: sampleGate("code_style", "100%"),
        given: { checks: [sampleCheck(dirty)] },
        verdict: "failed",
        reason: "findings",
        actual: 50,
      },
      {
        name: "a share that is allowed",
        gate: sampleGate("code_style", ">= 50%"),
        given: { checks: [sampleCheck(dirty)] },
        verdict: "passed",
        reason: "within-limit",
        actual: 50,
      },
      {
        name: "a finding in no file",
        gate: sampleGate("code_style", "100%"),
        given: { checks: [sampleCheck({ findings: [sampleFinding({ file: "" })] })] },
        verdict: "failed",
        reason: "findings",
        actual: 50,
      },
      {
        name: "no file looked at",
        gate: sampleGate("code_style", "100%"),
        given: { checks: [sampleCheck({ filesInScope: [] })] },
        verdict: "errored",
        reason: "no-evidence",
      },
      {
        name: "remarks do not count",
        gate: sampleGate("type_errors", "0"),
        given: { checks: [sampleCheck({ feeds: ["type_errors"], findings: [sampleFinding({ severity: "info" })] })] },
        verdict: "passed",
        reason: "within-limit",
        actual: 0,
      },
      {
        name: "warnings count",
        gate: sampleGate("type_errors", "0"),
        given: {
          checks: [sampleCheck({ feeds: ["type_errors"], findings: [sampleFinding({ severity: "warning" })] })],
        },
        verdict: "failed",
        reason: "findings",
        actual: 1,
      },
      {
        name: "a finding that names its metric",
        gate: sampleGate("security_issues", "0"),
        given: {
          checks: [
            sampleCheck({
              feeds: ["code_style", "security_issues"],
              findings: [{ ...finding, metric: "security_issues" }, finding],
            }),
          ],
        },
        verdict: "failed",
        reason: "findings",
        actual: 1,
      },
      {
        name: "no check feeds it",
        gate: sampleGate("type_errors", "0"),
        given: { checks: [sampleCheck()] },
        verdict: "errored",
        reason: "not-measured",
      },
      {
        name: "no check that feeds it was asked for",
        gate: sampleGate("type_errors", "0"),
        given: { checks: [sampleCheck()], scope: { ...FULL_SCOPE, checks: ["lint"] } },
        verdict: "skipped",
        reason: "not-selected",
      },
      {
        name: "the only check broke",
        gate: sampleGate("code_style", "100%"),
        given: { checks: [sampleCheck({ status: "errored", reason: "timed-out" })] },
        verdict: "errored",
        reason: "check-errored",
      },
      {
        name: "one broke, the other found something",
        gate: sampleGate("code_style", "100%"),
        given: { checks: [sampleCheck({ status: "errored" }), sampleCheck(dirty)] },
        verdict: "failed",
        reason: "findings",
        actual: 50,
      },
      {
        name: "one broke, the other is clean",
        gate: sampleGate("code_style", "100%"),
        given: { checks: [sampleCheck({ status: "errored" }), sampleCheck()] },
        verdict: "errored",
        reason: "check-errored",
        actual: 100,
      },
      {
        name: "an optional tool is missing",
        gate: sampleGate("code_style", "100%"),
        given: { checks: [sampleCheck({ status: "skipped", reason: "optional-tool-missing" })] },
        verdict: "skipped",
        reason: "optional-tool-missing",
      },
      {
        name: "all tests passed",
        gate: sampleGate("unit_pass", "100%"),
        given: { checks: [unit({ tests: tests("passed", "skipped") })] },
        verdict: "passed",
        reason: "within-limit",
        actual: 100,
      },
      {
        name: "one of four failed",
        gate: sampleGate("unit_pass", "100%"),
        given: { checks: [unit({ tests: tests("passed", "passed", "failed", "passed", "skipped") })] },
        verdict: "failed",
        reason: "tests-failed",
        actual: 75,
      },
      {
        name: "only skipped tests",
        gate: sampleGate("unit_pass", "100%"),
        given: { checks: [unit({ tests: tests("skipped") })] },
        verdict: "errored",
        reason: "no-tests",
      },
      {
        name: "tests of another suite",
        gate: sampleGate("unit_pass", "100%"),
        given: { checks: [unit({ suite: "e2e", tests: tests("passed") })] },
        verdict: "errored",
        reason: "not-measured",
      },
      {
        name: "enough lines covered",
        gate: sampleGate("unit_coverage", ">= 50%"),
        given: { checks: [unit({})], coverage: covered({ 1: 1, 2: 0 }) },
        verdict: "passed",
        reason: "within-limit",
        actual: 50,
      },
      {
        name: "too few lines covered",
        gate: sampleGate("unit_coverage", "> 50%"),
        given: { checks: [unit({})], coverage: covered({ 1: 1, 2: 0 }) },
        verdict: "failed",
        reason: "limit-missed",
        actual: 50,
      },
      {
        name: "no coverage reported",
        gate: sampleGate("unit_coverage", "0%"),
        given: { checks: [unit({})] },
        verdict: "errored",
        reason: "not-measured",
      },
      {
        name: "a report without a coverable line",
        gate: sampleGate("unit_coverage", "0%"),
        given: { checks: [unit({})], coverage: covered({}) },
        verdict: "errored",
        reason: "not-measured",
      },
      {
        name: "changed lines covered",
        gate: sampleGate("patch_coverage", "80%"),
        given: { checks: [unit({})], coverage: covered({ 1: 0, 2: 3 }, [2, 9]) },
        verdict: "passed",
        reason: "within-limit",
        actual: 100,
      },
      {
        name: "a changed line not run",
        gate: sampleGate("patch_coverage", "80%"),
        given: { checks: [unit({})], coverage: covered({ 1: 0, 2: 3 }, [1, 2]) },
        verdict: "failed",
        reason: "limit-missed",
        actual: 50,
      },
      {
        name: "a changed file that nobody measured",
        gate: sampleGate("patch_coverage", "0%"),
        given: { checks: [unit({})], coverage: covered({ 1: 1 }, [1], ["b.ts"]) },
        verdict: "failed",
        reason: "unmeasured-change",
      },
      {
        name: "no changed line can be covered",
        gate: sampleGate("patch_coverage", "80%"),
        given: { checks: [unit({})], coverage: covered({ 1: 0 }, [7]) },
        verdict: "skipped",
        reason: "nothing-in-scope",
      },
      {
        name: "no base",
        gate: sampleGate("patch_coverage", "80%"),
        given: { checks: [unit({})], coverage: covered({ 1: 0 }) },
        verdict: "skipped",
        reason: "nothing-in-scope",
      },
      {
        name: "no coverage for the patch",
        gate: sampleGate("patch_coverage", "80%"),
        given: { checks: [unit({})] },
        verdict: "errored",
        reason: "not-measured",
      },
      {
        name: "the stage was quick enough",
        gate: sampleGate("duration", "< 2s"),
        given: { checks: [unit({ durationMs: 900 }), unit({ durationMs: 900 })] },
        verdict: "passed",
        reason: "within-limit",
        actual: 1.8e9,
      },
      {
        name: "the stage was too slow",
        gate: sampleGate("duration", "< 2s"),
        given: { checks: [unit({ durationMs: 1100 }), unit({ durationMs: 900 })] },
        verdict: "failed",
        reason: "limit-missed",
        actual: 2e9,
      },
      {
        name: "the worst benchmark decides",
        gate: sampleGate("latency", "< 500ns", { pattern: "engine/*" }),
        given: {
          checks: [
            bench({
              measurements: [
                sampleMeasurement(),
                sampleMeasurement({ benchmark: "engine/insert", summary: { p99: 600 } }),
                sampleMeasurement({ benchmark: "other", summary: { p99: 9e9 } }),
              ],
            }),
          ],
        },
        verdict: "failed",
        reason: "limit-missed",
        actual: 600,
      },
      {
        name: "the worst of a rate is the lowest",
        gate: sampleGate("throughput", "> 10/s"),
        given: {
          checks: [
            bench({
              measurements: [5, 50].map((value) => sampleMeasurement({ metric: "throughput", summary: { value } })),
            }),
          ],
        },
        verdict: "failed",
        reason: "limit-missed",
        actual: 5,
      },
      {
        name: "the statistic that was asked for",
        gate: sampleGate("latency", "p50 < 150ns"),
        given: { checks: [bench({ measurements: [sampleMeasurement()] })] },
        verdict: "passed",
        reason: "within-limit",
        actual: 100,
      },
      {
        name: "a statistic that is not reported",
        gate: sampleGate("latency", "p999 < 1s"),
        given: { checks: [bench({ measurements: [sampleMeasurement()] })] },
        verdict: "errored",
        reason: "statistic-missing",
      },
      {
        name: "a value that is not a number",
        gate: sampleGate("latency", "< 1s"),
        given: { checks: [bench({ measurements: [sampleMeasurement({ summary: { p99: Number.NaN } })] })] },
        verdict: "errored",
        reason: "statistic-missing",
      },
      {
        name: "no benchmark has that name",
        gate: sampleGate("latency", "< 1s", { pattern: "core/*" }),
        given: { checks: [bench({ measurements: [sampleMeasurement()] })] },
        verdict: "errored",
        reason: "not-measured",
      },
      {
        name: "a pattern may begin with the check",
        gate: sampleGate("latency", "< 1s", { pattern: "bench/engine/*" }),
        given: { checks: [bench({ measurements: [sampleMeasurement()] })] },
        verdict: "passed",
        reason: "within-limit",
        actual: 400,
      },
    ],
  )("$name: $verdict", ({ gate, given, verdict, reason, actual }) => {
    expect(gateOf({ gates: [gate], ...given })).toMatchObject({ id: gate.id, verdict, reason, actual });
  });

  test("a default gate that nothing feeds is not judged", () => {
    const gates = [sampleGate("type_errors", "0", { configured: false })];
    expect(judge(evidence({ gates, checks: [sampleCheck()] })).stages.flatMap((stage) => stage.gates)).toEqual([]);
  });

  test("a gate that only advisory checks feed is shown and does not block", () => {
    const checks = [sampleCheck({ advisory: true, status: "failed", findings: [sampleFinding()] })];
    for (const configured of [true, false]) {
      const gates = [sampleGate("code_style", "100%", { configured })];
      expect(gateOf({ gates, checks })).toMatchObject({ verdict: "failed", advisory: true });
      expect(judge(evidence({ gates, checks })).verdict.outcome).toBe("skipped");
    }
  });

  test("an advisory check has no say where another check feeds the gate", () => {
    const checks = [sampleCheck(), sampleCheck({ advisory: true, status: "failed", findings: [sampleFinding()] })];
    expect(gateOf({ gates: [sampleGate("code_style", "100%")], checks })).toMatchObject({
      verdict: "passed",
      advisory: false,
    });
  });
});
