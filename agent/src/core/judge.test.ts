import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CheckResult } from "./check.ts";
import { summarizeCoverage } from "./coverage-summary.ts";
import type { Gate, GateResult } from "./gate.ts";
import { type Evidences, judge } from "./judge.ts";
import { METRIC_IDS, type MetricId, metricDefinition } from "./metrics.ts";
import { joinOutcomes, type Outcome, STAGES } from "./outcome.ts";
import { FULL_SCOPE, sampleCheck, sampleFinding, sampleGate, sampleMeasurement } from "./testing/samples.ts";
import type { TestStatus } from "./test-result.ts";

const evidence = (different: Partial<Evidences>): Evidences => ({
  checks: [],
  gates: [],
  coverage: undefined,
  scope: FULL_SCOPE,
  ...different,
});
function gateOf(different: Partial<Evidences>): GateResult {
  const [first, ...others] = judge(evidence(different)).stages.flatMap(({ gates }) => gates);
  if (first === undefined || others.length > 0) throw new Error("the test expects exactly one gate");
  return first;
}
const tests = (...statuses: TestStatus[]) =>
  statuses.map((status) => ({ name: status, file: "", status, durationMs: 0 }));
const unit = (different: Partial<CheckResult>) =>
  sampleCheck({
    id: "unit",
    tool: "vitest",
    stage: "test",
    suite: "unit",
    feeds: ["unit_pass", "unit_coverage", "patch_coverage"],
    ...different,
  });
const bench = (different: Partial<CheckResult>) =>
  sampleCheck({ id: "bench", stage: "performance", feeds: ["latency", "throughput"], ...different });
const covered = (lines: Record<number, number>, changed?: readonly number[], unmeasured: readonly string[] = []) =>
  summarizeCoverage(
    [
      {
        file: "a.ts",
        lines: new Map(Object.entries(lines).map(([line, hits]) => [Number(line), hits])),
        branches: [],
        functions: [],
      },
    ],
    changed && new Map([["a.ts", new Set(changed)]]),
    unmeasured,
  );

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

const anyFinding = fc
  .record({ severity: fc.constantFrom("error", "warning", "info"), file: fc.constantFrom("a.ts", "b.ts", "") })
  .map(sampleFinding);
const anyCheck = fc
  .record({
    id: fc.constantFrom("one", "two", "three"),
    stage: fc.constantFrom(...STAGES),
    feeds: fc.uniqueArray(fc.constantFrom(...METRIC_IDS), { minLength: 1, maxLength: 4 }),
    advisory: fc.boolean(),
    status: fc.constantFrom("passed", "failed", "errored", "skipped"),
    suite: fc.constantFrom("unit", "integration", undefined),
    filesInScope: fc.subarray(["a.ts", "b.ts", "c.ts"]),
    findings: fc.array(anyFinding, { maxLength: 3 }),
    tests: fc
      .array(fc.constantFrom<TestStatus>("passed", "failed", "skipped"), { maxLength: 3 })
      .map((statuses) => tests(...statuses)),
    measurements: fc.array(
      fc
        .record({
          metric: fc.constantFrom(...METRIC_IDS),
          summary: fc.record({ value: fc.double(), max: fc.double(), p99: fc.double() }, { requiredKeys: [] }),
        })
        .map(sampleMeasurement),
      { maxLength: 3 },
    ),
  })
  .map(sampleCheck);
/** Limits that point in their metric's better direction; another direction would reward faults. */
const anyGate = fc
  .record({
    metric: fc.constantFrom<MetricId>(...METRIC_IDS),
    value: fc.nat(120),
    strict: fc.boolean(),
    advisory: fc.boolean(),
    configured: fc.boolean(),
  })
  .map(({ metric, value, strict, advisory, configured }): Gate => {
    const { stage, better, unit: metricUnit } = metricDefinition(metric);
    const operator = better === "higher" ? (strict ? ">" : ">=") : strict ? "<" : "<=";
    return {
      id: `${stage}.${metric}`,
      stage,
      metric,
      advisory,
      configured,
      threshold: { operator, value, unit: metricUnit, written: `${operator} ${value}` },
    };
  });
const anyEvidence = fc.record({
  checks: fc.array(anyCheck, { maxLength: 5 }),
  gates: fc.array(anyGate, { maxLength: 5 }),
  coverage: fc.option(
    fc.record({ 1: fc.nat(2), 2: fc.nat(2) }).map((lines) => covered(lines, [1])),
    { nil: undefined },
  ),
  scope: fc.constantFrom(FULL_SCOPE, { ...FULL_SCOPE, kind: "changed" as const }),
});
const BADNESS: Readonly<Record<Outcome, number>> = { passed: 0, skipped: 0, errored: 1, failed: 2 };

describe("whatever the evidence", () => {
  const holds = (property: (given: Evidences) => void) =>
    fc.assert(fc.property(anyEvidence, property), { numRuns: 1000 });

  test("a broken check that counts keeps the run and its gates from passing", () => {
    holds((given) => {
      const broken = given.checks.filter(({ status, advisory }) => status === "errored" && !advisory);
      const { verdict, stages } = judge(given);
      if (broken.length > 0) expect(verdict.outcome).toMatch(/^(failed|errored)$/);
      const fed = new Set(
        broken.flatMap(({ feeds, suite }) =>
          feeds.filter((metric) => [undefined, suite].includes(metricDefinition(metric).suite)),
        ),
      );
      for (const gate of stages.flatMap(({ gates }) => gates).filter(({ metric }) => fed.has(metric)))
        expect(gate.verdict).not.toBe("passed");
    });
  });

  test("a gate that failed makes the run fail, whatever broke besides", () => {
    holds((given) => {
      const { verdict, stages } = judge(given);
      const gates = stages.flatMap((stage) => stage.gates).filter(({ advisory }) => !advisory);
      expect(verdict.outcome === "failed").toBe(gates.some((gate) => gate.verdict === "failed"));
    });
  });

  test("what is advisory never blocks", () => {
    holds((given) => {
      const checks = given.checks.map((check) => ({ ...check, advisory: true }));
      const gates = given.gates.map((gate) => ({ ...gate, advisory: true }));
      expect(judge({ ...given, checks, gates }).verdict.outcome).toBe("skipped");
    });
  });

  test("an advisory check or gate more changes nothing", () => {
    fc.assert(
      fc.property(anyEvidence, anyCheck, anyGate, (given, check, gate) => {
        const more = {
          ...given,
          checks: [...given.checks, { ...check, advisory: true }],
          gates: [...given.gates, { ...gate, advisory: true }],
        };
        const [before, after] = [judge(given).verdict.outcome, judge(more).verdict.outcome];
        // A gate that nobody fed is a fault of the configuration; an advisory check that feeds it takes that fault away.
        expect(BADNESS[after]).toBeLessThanOrEqual(BADNESS[before]);
        if (before !== "errored") expect(after).toBe(before);
      }),
      { numRuns: 1000 },
    );
  });

  test("one finding more never turns red into green", () => {
    fc.assert(
      fc.property(anyEvidence, fc.nat(), anyFinding, (given, at, finding) => {
        const target = given.checks[at % Math.max(1, given.checks.length)];
        fc.pre(target !== undefined);
        const checks = given.checks.map((check) =>
          check === target ? { ...check, findings: [...check.findings, finding] } : check,
        );
        const [before, after] = [judge(given), judge({ ...given, checks })];
        if (BADNESS[before.verdict.outcome] > 0) expect(BADNESS[after.verdict.outcome]).toBeGreaterThan(0);
        if (before.verdict.outcome === "failed") expect(after.verdict.outcome).toBe("failed");
      }),
      { numRuns: 1000 },
    );
  });

  test("the order of the checks does not matter", () => {
    holds((given) => {
      const verdicts = (checks: readonly CheckResult[]) =>
        judge({ ...given, checks }).stages.map(({ verdict, gates }) => [
          verdict,
          ...gates.map((gate) => [gate.verdict, gate.actual]),
        ]);
      expect(verdicts(given.checks.toReversed())).toEqual(verdicts(given.checks));
    });
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
