/** Names of statistics that a measurement may carry; thresholds refer to them (`p99 < 100us`). */
export const STATISTICS = ["value", "min", "mean", "p50", "p90", "p95", "p99", "p999", "max", "speedup"] as const;
export type Statistic = (typeof STATISTICS)[number];
