import type { CheckResult } from "../check.ts";
import { summarizeCoverage } from "../coverage-summary.ts";
import type { GateResult } from "../gate.ts";
import { type Evidences, judge } from "../judge.ts";
import type { TestStatus } from "../test-result.ts";
import { FULL_SCOPE, sampleCheck } from "./samples.ts";

/** Nothing but what a test says. */
export const evidence = (different: Partial<Evidences>): Evidences => ({
  checks: [],
  gates: [],
  coverage: undefined,
  scope: FULL_SCOPE,
  ...different,
});
/** The one gate of the evidence, as it is judged. */
export function gateOf(different: Partial<Evidences>): GateResult {
  const [first, ...others] = judge(evidence(different)).stages.flatMap(({ gates }) => gates);
  if (first === undefined || others.length > 0) throw new Error("the test expects exactly one gate");
  return first;
}
/** Tests that ended so. */
export const tests = (...statuses: TestStatus[]) =>
  statuses.map((status) => ({ name: status, file: "", status, durationMs: 0 }));
/** A check of unit tests. */
export const unit = (different: Partial<CheckResult>) =>
  sampleCheck({
    id: "unit",
    tool: "vitest",
    stage: "test",
    suite: "unit",
    feeds: ["unit_pass", "unit_coverage", "patch_coverage"],
    ...different,
  });
/** A check of benchmarks. */
export const bench = (different: Partial<CheckResult>) =>
  sampleCheck({ id: "bench", stage: "performance", feeds: ["latency", "throughput"], ...different });
/** Coverage of one file, by line → hits, with the lines that were changed. */
export const covered = (
  lines: Record<number, number>,
  changed?: readonly number[],
  unmeasured: readonly string[] = [],
) =>
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
