import type { MetricId, Unit } from "./metrics.ts";

/** Names of statistics that a measurement may carry; thresholds refer to them (`p99 < 100us`). */
export const STATISTICS = ["value", "min", "mean", "p50", "p90", "p95", "p99", "p999", "max", "speedup"] as const;
export type Statistic = (typeof STATISTICS)[number];

/** One benchmark's result. A statistic that the tool did not report is absent and never made up. */
export interface ReportedMeasurement {
  /** The benchmark's own name, such as `order_lookup/100000`. */
  readonly benchmark: string;
  readonly metric: MetricId;
  readonly unit: Unit;
  readonly better: "lower" | "higher";
  /** Single observations in `unit`, where the tool gives them. */
  readonly samples?: readonly number[] | undefined;
  readonly summary: Readonly<Partial<Record<Statistic, number>>>;
}

/** A measurement inside a run. */
export interface Measurement extends ReportedMeasurement {
  readonly check: string;
}
