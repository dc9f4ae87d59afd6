import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CheckResult } from "./check.ts";
import type { Gate } from "./gate.ts";
import { type Evidences, judge } from "./judge.ts";
import { METRIC_IDS, type MetricId, metricDefinition } from "./metrics.ts";
import { type Outcome, STAGES } from "./outcome.ts";
import { covered, tests } from "./testing/evidence.ts";
import { FULL_SCOPE, sampleCheck, sampleFinding, sampleMeasurement } from "./testing/samples.ts";
import type { TestStatus } from "./test-result.ts";

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
