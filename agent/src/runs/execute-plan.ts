import type { CheckResult } from "../core/check.ts";
import type { RunEvent } from "../core/run.ts";
import { TrigateError } from "../errors/trigate-error.ts";
import { withMachineLock } from "../platform/machine-lock.ts";
import type { Repository, Snapshot } from "../vcs/repository.ts";
import { type ExecutionContext, executeCheck, notStarted } from "./execute-check.ts";
import type { ResolvedConfig } from "../config/resolved.ts";
import { addToPast, likelyFailingFirst, readPast } from "./ordering.ts";
import type { Surroundings } from "./surroundings/surroundings.ts";
import type { OnlyNew } from "./only-new.ts";
import type { PlannedCheck } from "./plan.ts";
import type { RunRequest } from "./run-service.ts";
import type { GateRunnerParts } from "./runner-parts.ts";
import { runJobs } from "./schedule.ts";
import { ServicePool } from "./services/service-pool.ts";
import { openSharedCache, type SharedCache } from "./shared-cache.ts";
import { connectRedis } from "../platform/redis-server.ts";

/** What one run's execution needs besides its plan. */
export interface PlanExecution {
  readonly parts: Pick<
    GateRunnerParts,
    | "root"
    | "env"
    | "processes"
    | "locator"
    | "cache"
    | "clock"
    | "environment"
    | "concurrency"
    | "stateFolder"
    | "warn"
  >;
  readonly id: string;
  readonly snapshot: Snapshot;
  readonly repository: Repository;
  readonly request: RunRequest;
  readonly onEvent: (event: RunEvent) => void;
  readonly signal: AbortSignal;
  readonly onlyNew?: OnlyNew | undefined;
  readonly config: Pick<ResolvedConfig, "services" | "resources" | "cache">;
  readonly surroundings: Surroundings;
}

/** Makes the planned checks, as many at a time as allowed; results come in the order of the plan. Throws `run/cancelled`. */
export async function executePlan(
  planned: readonly PlannedCheck[],
  execution: PlanExecution,
): Promise<readonly CheckResult[]> {
  const { root, env, processes, locator, cache, clock, environment, concurrency, stateFolder } = execution.parts;
  const { id, snapshot, repository, request, onEvent, signal, config, surroundings } = execution;
  const pending: Promise<void>[] = [];
  const failures: unknown[] = [];
  const pool = new ServicePool(config.services, { root, env, processes, finder: locator.finderFrom(""), signal });
  const shared = sharedCacheOf(execution);
  const context: ExecutionContext = {
    afterwards: (work) => void pending.push(work().catch((error: unknown) => void failures.push(error))),
    root,
    snapshot,
    repository,
    env,
    agentVersion: environment.agentVersion,
    processes,
    locator,
    cache,
    clock,
    noCache: request.noCache,
    withoutFixes: request.withoutFixes === true,
    signal,
    onlyNew: execution.onlyNew,
    surroundings,
    maxCacheBytes: config.cache.maxBytes,
    services: (needs) => pool.provide(needs),
    shared,
  };
  const results = new Map<string, CheckResult>();
  const past = await readPast(stateFolder);
  const jobs = likelyFailingFirst(planned, ({ check }) => past.get(check.id)).map((plan) => ({
    id: plan.check.id,
    after: plan.check.after,
    exclusive: plan.check.exclusive,
    resources: plan.check.resources,
    run: async () => {
      const make = () => {
        onEvent({ type: "check-started", runId: id, check: plan.check.id });
        return executeCheck(plan, context);
      };
      const result = await (plan.check.exclusive ? withMachineLock("exclusive", signal, make) : make());
      results.set(plan.check.id, result);
      onEvent({ type: "check-finished", runId: id, result });
    },
  }));
  const stop = () =>
    signal.aborted ||
    (request.failFast && [...results.values()].some(({ status, advisory }) => status === "failed" && !advisory));
  try {
    await runJobs(jobs, { concurrency, stop, capacity: config.resources });
    await Promise.all([...pending, addToPast(stateFolder, [...results.values()])]);
  } finally {
    await Promise.all([pool.close(), shared?.close()]);
  }
  if (signal.aborted) throw new TrigateError("run/cancelled", {});
  if (failures.length > 0) throw failures[0];
  return planned.map((plan) => results.get(plan.check.id) ?? notStarted(plan, clock.now()));
}

function sharedCacheOf({ parts, config, request, snapshot }: PlanExecution): SharedCache | undefined {
  if (config.cache.shared === undefined || request.noCache) return undefined;
  const warn = parts.warn ?? (() => undefined);
  return openSharedCache(config.cache.shared, { env: parts.env, dirty: snapshot.dirty, connect: connectRedis, warn });
}
