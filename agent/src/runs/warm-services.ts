import type { Clock } from "../platform/clock.ts";
import { machineMemoryBytes } from "../platform/machine.ts";
import { freeMemoryShare, ResidentProcesses } from "../platform/resident-process.ts";
import type { Supervisor } from "../platform/supervisor.ts";
import type { Repository } from "../vcs/repository.ts";
import { type FileChecks, type LazyPool, WarmChecks, type WarmChecksParts } from "./warm-checks.ts";
import { WarmFiles } from "./warm-files.ts";
import { type CheckLatency, LatencyBook } from "./warm-latency.ts";
import type { WarmPool, WorkerState } from "./warm-pool.ts";

export interface WarmServices {
  /** The checks of saved and edited files, with the environment of the client that asks; empty means the daemon's own. */
  readonly checksFor: (env: Readonly<Record<string, string>>) => FileChecks;
  readonly health: () => { readonly checks: readonly CheckLatency[]; readonly workers: readonly WorkerState[] };
  /** Ends the tools. */
  readonly close: () => void;
}

export interface WarmServicesParts
  extends Pick<WarmChecksParts, "root" | "checkers" | "loadConfig" | "locator" | "env" | "log"> {
  readonly clock: Clock;
  readonly repository: () => Promise<Repository>;
  readonly supervisor: Supervisor;
}

/** The workers of one workspace, shared by all windows. Nothing is loaded or started before the first question. */
export function warmServices({ repository, supervisor, ...parts }: WarmServicesParts): WarmServices {
  const { root, clock, log, env } = parts;
  const total = machineMemoryBytes();
  const pool = lazily(async () => {
    // Only a daemon needs it; the command line starts faster without its libraries.
    const { WarmPool } = await import("./warm-pool.ts");
    const starter = new ResidentProcesses(supervisor);
    return new WarmPool({ starter, clock, freeMemory: () => freeMemoryShare(total), log });
  });
  const latency = new LatencyBook();
  const shared = { ...parts, pool, latency, files: new WarmFiles(root, repository, clock), projects: new Map() };
  return {
    checksFor: (given) => new WarmChecks({ ...shared, env: Object.keys(given).length > 0 ? given : env }),
    health: () => ({ checks: latency.all(), workers: pool.current()?.states ?? [] }),
    close: () => pool.current()?.close(),
  };
}

function lazily(make: () => Promise<WarmPool>): LazyPool {
  let made: Promise<WarmPool> | undefined;
  let current: WarmPool | undefined;
  return {
    get: () =>
      (made ??= make().then((pool) => {
        current = pool;
        return pool;
      })),
    current: () => current,
  };
}
