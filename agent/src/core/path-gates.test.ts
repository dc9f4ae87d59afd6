import { describe, expect, test } from "vitest";
import type { CheckResult } from "./check.ts";
import { summarizeCoverage } from "./coverage-summary.ts";
import { judge } from "./judge.ts";
import type { MetricId } from "./metrics.ts";
import { FULL_SCOPE, sampleCheck, sampleFinding, sampleGate, sampleMeasurement } from "./testing/samples.ts";

const covered = (file: string, hits: readonly number[]) => ({
  file,
  lines: new Map(hits.map((count, index) => [index + 1, count])),
  branches: [],
  functions: [],
});
const COVERAGE = summarizeCoverage([covered("api/a.py", [1, 1, 1, 0]), covered("web/b.ts", [0, 0])], undefined, []);
const testIn = (file: string, status: "passed" | "failed") => ({ name: `${file} works`, file, status, durationMs: 1 });

const lint = sampleCheck({
  id: "lint",
  status: "failed",
  reason: "findings",
  filesInScope: ["api/a.py", "api/b.py", "web/a.ts"],
  findings: [sampleFinding({ file: "web/a.ts" }), sampleFinding({ file: "" })],
});
const measured = (file: string, max: number) =>
  sampleMeasurement({ benchmark: `${file}:f`, metric: "complexity", unit: "count", summary: { max } });
const complexity = sampleCheck({
  id: "complexity",
  feeds: ["complexity"],
  measurements: [measured("api/a.py", 12), measured("web/a.ts", 4)],
});
const unit = sampleCheck({
  id: "unit",
  stage: "test",
  suite: "unit",
  feeds: ["unit_pass", "unit_coverage"],
  tests: [testIn("api/a_test.py", "passed"), testIn("web/a.test.ts", "failed")],
  coverage: { files: COVERAGE.files, unplaced: [] },
});

function verdictOf(
  [metric, limit, pattern]: readonly [MetricId, string, string],
  { checks = [lint, complexity, unit], scope = FULL_SCOPE }: { checks?: CheckResult[]; scope?: typeof FULL_SCOPE } = {},
) {
  const gates = [sampleGate(metric, limit, { pattern })];
  const judged = judge({ checks, gates, coverage: COVERAGE, scope });
  return judged.stages.flatMap((stage) => stage.gates)[0];
}

describe("a gate on a part of the files", () => {
  test.each([
    ["code_style", "100%", "api/*", "passed", 100],
    ["code_style", "100%", "web/*", "failed", 0],
    ["code_style", "100%", "*", "failed", (100 * 2) / 3],
    ["complexity", "< 10", "web/*", "passed", 4],
    ["complexity", "< 10", "api/*", "failed", 12],
    ["unit_coverage", ">= 75%", "api/*", "passed", 75],
    ["unit_coverage", ">= 75%", "web/*", "failed", 0],
    ["unit_pass", "100%", "api/*", "passed", 100],
    ["unit_pass", "100%", "web/*", "failed", 0],
  ] as const)("%s %s of %s: %s", (...[metric, limit, pattern, verdict, actual]) => {
    const judged = verdictOf([metric, limit, pattern]);
    expect(judged?.verdict).toBe(verdict);
    expect(judged?.actual).toBeCloseTo(actual, 9);
  });

  test("that matches nothing is errored in a run over everything, and skipped in one over a part", () => {
    expect(verdictOf(["code_style", "100%", "docs/*"])).toMatchObject({ verdict: "errored", reason: "not-measured" });
    const scope = { ...FULL_SCOPE, kind: "changed" as const };
    expect(verdictOf(["code_style", "100%", "docs/*"], { scope })).toMatchObject({
      verdict: "skipped",
      reason: "nothing-in-scope",
    });
  });

  test("is errored when its check is", () => {
    const checks = [sampleCheck({ id: "lint", status: "errored", reason: "tool-failed", message: "it broke" })];
    expect(verdictOf(["code_style", "100%", "api/*"], { checks })).toMatchObject({ verdict: "errored" });
  });
});

describe("a limit on the changed lines of a part of the files", () => {
  const changed = new Map([
    ["api/a.py", new Set([1, 2, 3, 4, 9])],
    ["web/b.ts", new Set([2])],
    ["lib/new.ts", new Set([1])],
  ]);
  const files = [...COVERAGE.files, covered("docs/c.py", [1])];
  const coverage = summarizeCoverage(files, changed, ["lib/new.ts"]);
  const tests = sampleCheck({
    id: "unit",
    stage: "test",
    suite: "unit",
    feeds: ["patch_coverage"],
    coverage: { files, unplaced: [] },
  });
  const judged = (pattern: string) => {
    const gates = [sampleGate("patch_coverage", ">= 75%", { pattern })];
    return judge({ checks: [tests], gates, coverage, changed, scope: FULL_SCOPE }).stages.flatMap(
      (stage) => stage.gates,
    )[0];
  };

  test.each([
    ["api/*", { verdict: "passed", actual: 75 }],
    ["web/*", { verdict: "failed", actual: 0, message: expect.stringContaining("not run: web/b.ts:2") }],
    ["lib/*", { verdict: "failed", reason: "unmeasured-change", message: expect.stringContaining("lib/new.ts") }],
    ["docs/*", { verdict: "skipped", reason: "nothing-in-scope" }],
    ["nowhere/*", { verdict: "errored", reason: "not-measured" }],
  ] as const)("%s", (pattern, expected) => expect(judged(pattern)).toMatchObject(expected));

  test("is skipped where no base is known", () => {
    const gates = [sampleGate("patch_coverage", ">= 75%", { pattern: "api/*" })];
    const evidence = { checks: [tests], gates, coverage, scope: FULL_SCOPE };
    expect(judge(evidence).stages.flatMap((stage) => stage.gates)[0]).toMatchObject({ verdict: "skipped" });
  });
});
