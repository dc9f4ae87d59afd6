import type { OnSaveHealth } from "../protocol/index.ts";
import type { WarmServices } from "../runs/warm-services.ts";

/** How the answers to saved files do, as it crosses the wire. */
export function wireHealth(health: ReturnType<WarmServices["health"]>): OnSaveHealth {
  return {
    checks: health.checks.map((check) => ({ ...check })),
    workers: health.workers.map((worker) => ({ ...worker })),
  };
}
