import type { MetricId } from "./metrics.ts";
import type { Outcome, Reason, Stage } from "./outcome.ts";
import type { Threshold } from "./threshold.ts";

/** A limit that a run has to keep, from `trigate.yaml` or the registry's default. */
export interface Gate {
  /** `static.code_style`, or `performance.latency[engine/*]` for a keyed metric. */
  readonly id: string;
  readonly stage: Stage;
  readonly metric: MetricId;
  /** Which benchmarks it limits; `*` matches any characters. Only for keyed metrics. */
  readonly pattern?: string | undefined;
  readonly threshold: Threshold;
  readonly advisory: boolean;
  /** Whether `trigate.yaml` names it; a default gate is only judged when a check feeds it. */
  readonly configured: boolean;
}

export interface GateResult {
  readonly id: string;
  readonly stage: Stage;
  readonly metric: MetricId;
  /** In the metric's unit; absent when there was nothing to judge. */
  readonly actual: number | undefined;
  readonly threshold: Threshold;
  readonly advisory: boolean;
  readonly verdict: Outcome;
  readonly reason: Reason;
  readonly message: string;
}
