import { describe, expect, test } from "vitest";
import type { CheckOutput } from "../../core/check.ts";
import { statusOf } from "../../core/check-status.ts";
import { judge } from "../../core/judge.ts";
import type { MetricId } from "../../core/metrics.ts";
import type { Outcome } from "../../core/outcome.ts";
import { FULL_SCOPE, sampleCheck, sampleGate } from "../../core/testing/samples.ts";
import { isTrigateError } from "../../errors/trigate-error.ts";
import type { Checker, ToolFinder } from "../checker.ts";

type Case = () => Promise<CheckOutput>;

/** What every adapter has to show, whatever its tool. `red` and `clean` are made with the real tool where it can be installed. */
export interface RequiredCases {
  /** The tool finds, or measures, something bad. */
  readonly red: Case;
  readonly clean: Case;
  /** A real report that was cut off in the middle. */
  readonly truncated: Case;
  /** The tool said nothing at all, or was handed nothing. */
  readonly empty: Case;
  /** For tools that measure instead of finding: the limit that `red` misses and `clean` keeps. */
  readonly limit?: { readonly metric: MetricId; readonly written: string };
  /** Set for a check that needs no installed tool. */
  readonly builtIn?: true;
}

const NOTHING_INSTALLED: ToolFinder = {
  npm: async () => undefined,
  npmFolder: async () => undefined,
  python: async () => undefined,
  path: async () => undefined,
};

/**
 * The five cases that each checker must have; `registry.test.ts` looks that each calls this. Truncated and empty output
 * may end in an error or in a status, but never in anything else than `errored`.
 */
export function requiredCases(checker: Checker, cases: RequiredCases): void {
  describe(`${checker.id}: required cases`, () => {
    test("red fails", async () => expect(outcomeOf(checker, await cases.red(), cases.limit)).toBe("failed"));
    test("clean passes, with evidence of looking", async () => {
      const output = await cases.clean();
      expect(statusOf(output)).toMatchObject({ outcome: "passed" });
      expect(outcomeOf(checker, output, cases.limit)).toBe("passed");
    });
    test("a truncated report is errored", () => expectErrored(cases.truncated));
    test("an empty answer is errored", () => expectErrored(cases.empty));
    test("a missing tool is missed", async () => {
      const located = await checker.locate(NOTHING_INSTALLED);
      if (cases.builtIn) expect(located).toBeDefined();
      else expect(located).toBeUndefined();
      expect(checker.install).not.toBe("");
    });
  });
}

async function expectErrored(run: Case): Promise<void> {
  try {
    expect(statusOf(await run())).toMatchObject({ outcome: "errored" });
  } catch (error) {
    if (!isTrigateError(error, "checker/tool-failed")) throw error;
  }
}

/** The check's own status, or where it measures, the verdict of the limit. */
function outcomeOf({ feeds, stage }: Checker, output: CheckOutput, limit: RequiredCases["limit"]): Outcome {
  const { outcome, reason, message } = statusOf(output);
  if (limit === undefined || outcome !== "passed") return outcome;
  const check = sampleCheck({
    id: "it",
    stage,
    feeds,
    suite: stage === "test" ? "unit" : undefined,
    status: outcome,
    reason,
    message,
    measurements: (output.measurements ?? []).map((measurement) => ({ ...measurement, check: "it" })),
    tests: output.tests ?? [],
    coverage: output.coverage,
  });
  const gates = [sampleGate(limit.metric, limit.written)];
  const scope = { ...FULL_SCOPE, stages: [stage] };
  return judge({ checks: [check], gates, coverage: undefined, scope }).verdict.outcome;
}
