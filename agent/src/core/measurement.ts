import type { MetricId, Unit } from "./metrics.ts";
import type { Statistic } from "./statistic.ts";

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
