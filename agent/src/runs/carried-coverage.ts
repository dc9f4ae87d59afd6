import { join } from "node:path";
import type { CheckResult } from "../core/check.ts";
import type { RunScope } from "../core/run.ts";
import { carryOver } from "../coverage/carry-over.ts";
import type { History } from "../history/history.ts";
import { readTextIfThere } from "../platform/files.ts";
import type { PlannedCheck } from "./plan.ts";

export interface CarryInputs {
  readonly root: string;
  readonly history: () => Promise<History>;
  readonly planned: readonly Pick<PlannedCheck, "check" | "partial" | "selectedTests">[];
  readonly scope: RunScope;
}

/**
 * Results to which, where a run measured only a part, the newest recorded coverage of the rest is added. A run that measured
 * nothing, or everything, is left as it is.
 */
export async function withCarriedCoverage(
  results: readonly CheckResult[],
  { root, history, planned, scope }: CarryInputs,
): Promise<readonly CheckResult[]> {
  const measuring = results.filter(({ coverage }) => coverage !== undefined);
  const [first] = measuring;
  const partial = new Set(
    planned.filter((each) => each.partial || each.selectedTests !== undefined).map(({ check }) => check.id),
  );
  const isPartial = (id: string) => partial.has(id);
  const leavesChecksOut = scope.checks.length > 0 || scope.kind !== "full";
  // A check of which no test was needed measured nothing, and what it had measured before is still true.
  if (first === undefined || !(leavesChecksOut || partial.size > 0)) return results;
  const run = await (await history()).latest({ withCoverage: true });
  if (run === undefined) return results;
  const earlier = run.stages.flatMap(({ checks }) =>
    checks.flatMap(({ id, coverage }) => (coverage === undefined ? [] : [{ check: id, runId: run.id, coverage }])),
  );
  const carried = await carryOver(earlier, {
    whole: new Set(measuring.filter(({ id }) => !isPartial(id)).map(({ id }) => id)),
    textOf: (file) => readTextIfThere(join(root, file)),
  });
  if (carried.length === 0) return results;
  return results.map((result) =>
    result === first && result.coverage !== undefined
      ? { ...result, coverage: { ...result.coverage, carried } }
      : result,
  );
}
