import type { Stage } from "./outcome.ts";
import type { Statistic } from "./statistic.ts";

/** What numbers of a metric mean. Durations are kept in nanoseconds, sizes in bytes, rates per second. */
export const UNITS = ["percent", "count", "ns", "bytes", "per-second", "gas", "ratio"] as const;
export type Unit = (typeof UNITS)[number];

/**
 * How the value of a gate comes from the checks that feed it:
 * - `clean-files`: share of the files looked at that have no counted finding;
 * - `finding-count`: how many counted findings;
 * - `line-coverage`, `patch-coverage`: covered lines of all, or of the changed lines;
 * - `failing-statuses`: how many of Codecov's statuses would fail;
 * - `test-pass`: passed tests of those that ran, in the metric's suite;
 * - `stage-duration`: time of the stage's checks, added up;
 * - `worst-measurement`: the worst matching benchmark;
 * - `regressed-share`: share of the compared benchmarks that got worse.
 */
export type Aggregate =
  | "clean-files"
  | "finding-count"
  | "line-coverage"
  | "patch-coverage"
  | "failing-statuses"
  | "test-pass"
  | "stage-duration"
  | "worst-measurement"
  | "regressed-share";

export const SUITES = ["unit", "integration", "e2e"] as const;
export type Suite = (typeof SUITES)[number];

/** One thing that a gate can limit. */
export interface MetricDefinition {
  readonly stage: Stage;
  readonly title: string;
  readonly unit: Unit;
  readonly better: "lower" | "higher";
  readonly aggregate: Aggregate;
  /** For `test-pass`: which tests count. */
  readonly suite?: Suite;
  /** A limit for each benchmark pattern instead of one for all. */
  readonly keyed: boolean;
  /** Its findings, tests or figures belong to files, so that there may be a limit for each pattern of paths. */
  readonly byPath?: boolean;
  /** The statistic that a limit without one means. */
  readonly statistic?: Statistic;
  /** The limit that holds when a check feeds the metric and `gates` does not name it. */
  readonly defaultLimit?: string;
  /** What it means that nothing was measured although a gate asks for it. */
  readonly empty: "errored" | "skipped";
}

const metric = <const T extends MetricDefinition>(definition: T): T => definition;

/** The registry of metrics: gate name in `trigate.yaml` → meaning. */
export const METRICS = {
  code_style: metric({
    stage: "static",
    title: "Files without style findings",
    unit: "percent",
    better: "higher",
    aggregate: "clean-files",
    keyed: false,
    byPath: true,
    defaultLimit: "100%",
    empty: "errored",
  }),
  type_errors: metric({
    stage: "static",
    title: "Type errors",
    unit: "count",
    better: "lower",
    aggregate: "finding-count",
    keyed: false,
    byPath: true,
    defaultLimit: "0",
    empty: "errored",
  }),
  type_coverage: metric({
    stage: "static",
    title: "Type coverage",
    unit: "percent",
    better: "higher",
    aggregate: "worst-measurement",
    statistic: "value",
    keyed: false,
    defaultLimit: ">= 90%",
    empty: "errored",
  }),
  security_issues: metric({
    stage: "static",
    title: "Security findings and secrets",
    unit: "count",
    better: "lower",
    aggregate: "finding-count",
    keyed: false,
    byPath: true,
    defaultLimit: "0",
    empty: "errored",
  }),
  complexity: metric({
    stage: "static",
    title: "Cyclomatic complexity",
    unit: "count",
    better: "lower",
    aggregate: "worst-measurement",
    statistic: "max",
    keyed: false,
    byPath: true,
    defaultLimit: "< 10",
    empty: "errored",
  }),
  duplication: metric({
    stage: "static",
    title: "Duplicated lines",
    unit: "percent",
    better: "lower",
    aggregate: "worst-measurement",
    statistic: "value",
    keyed: false,
    defaultLimit: "<= 3%",
    empty: "errored",
  }),
  function_length: metric({
    stage: "static",
    title: "Lines of the longest function",
    unit: "count",
    better: "lower",
    aggregate: "worst-measurement",
    statistic: "max",
    keyed: false,
    byPath: true,
    empty: "errored",
  }),
  dead_code: metric({
    stage: "static",
    title: "Unused files, exports and dependencies",
    unit: "count",
    better: "lower",
    aggregate: "finding-count",
    keyed: false,
    byPath: true,
    defaultLimit: "0",
    empty: "errored",
  }),
  licences: metric({
    stage: "static",
    title: "Dependencies whose licence is not allowed",
    unit: "count",
    better: "lower",
    aggregate: "finding-count",
    keyed: false,
    defaultLimit: "0",
    empty: "errored",
  }),
  unit_pass: metric({
    stage: "test",
    title: "Unit tests passed",
    unit: "percent",
    better: "higher",
    aggregate: "test-pass",
    suite: "unit",
    keyed: false,
    byPath: true,
    defaultLimit: "100%",
    empty: "errored",
  }),
  integration_pass: metric({
    stage: "test",
    title: "Integration tests passed",
    unit: "percent",
    better: "higher",
    aggregate: "test-pass",
    suite: "integration",
    keyed: false,
    byPath: true,
    defaultLimit: "100%",
    empty: "errored",
  }),
  e2e_pass: metric({
    stage: "test",
    title: "End-to-end tests passed",
    unit: "percent",
    better: "higher",
    aggregate: "test-pass",
    suite: "e2e",
    keyed: false,
    byPath: true,
    defaultLimit: "100%",
    empty: "errored",
  }),
  unit_coverage: metric({
    stage: "test",
    title: "Line coverage",
    unit: "percent",
    better: "higher",
    aggregate: "line-coverage",
    keyed: false,
    byPath: true,
    empty: "errored",
  }),
  patch_coverage: metric({
    stage: "test",
    title: "Coverage of changed lines",
    unit: "percent",
    better: "higher",
    aggregate: "patch-coverage",
    keyed: false,
    empty: "skipped",
  }),
  codecov: metric({
    stage: "test",
    title: "Codecov statuses that fail",
    unit: "count",
    better: "lower",
    aggregate: "failing-statuses",
    keyed: false,
    defaultLimit: "0",
    empty: "errored",
  }),
  duration: metric({
    stage: "test",
    title: "Time of the test stage",
    unit: "ns",
    better: "lower",
    aggregate: "stage-duration",
    keyed: false,
    empty: "errored",
  }),
  latency: metric({
    stage: "performance",
    title: "Latency",
    unit: "ns",
    better: "lower",
    aggregate: "worst-measurement",
    statistic: "p99",
    keyed: true,
    empty: "errored",
  }),
  throughput: metric({
    stage: "performance",
    title: "Throughput",
    unit: "per-second",
    better: "higher",
    aggregate: "worst-measurement",
    statistic: "value",
    keyed: true,
    empty: "errored",
  }),
  memory: metric({
    stage: "performance",
    title: "Peak memory",
    unit: "bytes",
    better: "lower",
    aggregate: "worst-measurement",
    statistic: "max",
    keyed: true,
    empty: "errored",
  }),
  cache_hits: metric({
    stage: "performance",
    title: "Cache hit rate",
    unit: "percent",
    better: "higher",
    aggregate: "worst-measurement",
    statistic: "value",
    keyed: true,
    empty: "errored",
  }),
  ratio: metric({
    stage: "performance",
    title: "Ratio to a rival in the same run",
    unit: "ratio",
    better: "higher",
    aggregate: "worst-measurement",
    statistic: "speedup",
    keyed: true,
    empty: "errored",
  }),
  gas: metric({
    stage: "performance",
    title: "Gas of a call",
    unit: "gas",
    better: "lower",
    aggregate: "worst-measurement",
    statistic: "max",
    keyed: true,
    empty: "errored",
  }),
  vulnerabilities: metric({
    stage: "performance",
    title: "Vulnerabilities",
    unit: "count",
    better: "lower",
    aggregate: "finding-count",
    keyed: false,
    byPath: true,
    defaultLimit: "0",
    empty: "errored",
  }),
  regression: metric({
    stage: "performance",
    title: "Benchmarks that got worse",
    unit: "percent",
    better: "lower",
    aggregate: "regressed-share",
    keyed: false,
    empty: "skipped",
  }),
} as const;

export type MetricId = keyof typeof METRICS;
export const METRIC_IDS: readonly MetricId[] = Object.keys(METRICS).filter(isMetricId);

/** Tells whether a text names a metric of the registry. */
export function isMetricId(name: string): name is MetricId {
  return Object.hasOwn(METRICS, name);
}

/** The registry's entry, with the optional fields visible. */
export function metricDefinition(id: MetricId): MetricDefinition {
  return METRICS[id];
}
