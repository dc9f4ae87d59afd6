import type { ResolvedConfig } from "../config/resolved.ts";
import type { CheckResult } from "../core/check.ts";
import type { CodecovJudgement } from "../core/codecov/judgement.ts";
import { TrigateError } from "../errors/trigate-error.ts";
import { coverageOfRun } from "./coverage-of-run.ts";
import { type CodecovParts, type PreparedCodecov, prepareCodecov } from "./codecov-of-run.ts";

/**
 * What the service would say of the present content, from what was recorded of it; nothing runs again. Throws
 * `codecov/not-measured` when no recorded run measured this very content, `codecov/missing` without a `codecov.yml`.
 */
export async function codecovOfHistory(
  parts: CodecovParts,
  { config, base: wanted }: { config: ResolvedConfig; base: string | undefined },
): Promise<PreparedCodecov | { readonly judgement: CodecovJudgement }> {
  const { repository, history, mergeCoverage } = parts;
  const snapshot = await repository.snapshot();
  const runs = await (await history()).measuredAt(snapshot.tree);
  const newest = new Map<string, CheckResult>();
  for (const check of runs.flatMap(({ stages }) => stages.flatMap(({ checks }) => checks)))
    if (!newest.has(check.id)) newest.set(check.id, check);
  const checks = [...newest.values()];
  if (!checks.some(({ coverage }) => coverage !== undefined)) throw new TrigateError("codecov/not-measured", {});
  const base = await repository.mergeBase(wanted ?? config.base);
  const changed = base === undefined ? undefined : await repository.changedLines(base);
  const prepared = await prepareCodecov(parts, {
    options: config.codecov,
    snapshot,
    checks,
    base,
    unmeasured: coverageOfRun(checks, { changed, merge: mergeCoverage })?.unmeasured ?? [],
    onlySome: runs.every(({ scope }) => scope.checks.length > 0),
  });
  if (prepared === undefined) throw new TrigateError("codecov/missing", {});
  return prepared;
}
