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

/** How many counted findings, of which none may be there unless the file says otherwise. */
const findings = (stage: Stage, title: string): MetricDefinition => ({
  stage,
  title,
  unit: "count",
  better: "lower",
  aggregate: "finding-count",
  keyed: false,
  byPath: true,
  defaultLimit: "0",
  empty: "errored",
});

/** Tests of a suite that pass, all of them unless the file says otherwise. */
const passed = (suite: Suite, title: string): MetricDefinition => ({
  stage: "test",
  title,
  unit: "percent",
  better: "higher",
  aggregate: "test-pass",
  suite,
  keyed: false,
  byPath: true,
  defaultLimit: "100%",
  empty: "errored",
});

type Figure = Pick<MetricDefinition, "title" | "unit" | "better" | "byPath" | "defaultLimit"> & {
  readonly statistic: Statistic;
};

/** A figure of the code as it stands, one limit for all. */
const figure = (given: Figure): MetricDefinition => ({
  stage: "static",
  aggregate: "worst-measurement",
  keyed: false,
  empty: "errored",
  ...given,
});

/** A figure of benchmarks. Only who runs them knows what is much, so it has no default limit. */
const benchmark = (given: Omit<Figure, "byPath" | "defaultLimit">): MetricDefinition => ({
  stage: "performance",
  aggregate: "worst-measurement",
  keyed: true,
  empty: "errored",
  ...given,
});

/** The registry of metrics: gate name in `trigate.yaml` → meaning. */
export const METRICS = {
  code_style: {
    stage: "static",
    title: "Files without style findings",
    unit: "percent",
    better: "higher",
    aggregate: "clean-files",
    keyed: false,
    byPath: true,
    defaultLimit: "100%",
    empty: "errored",
  },
  type_errors: findings("static", "Type errors"),
  type_coverage: figure({
    title: "Type coverage",
    unit: "percent",
    better: "higher",
    statistic: "value",
    defaultLimit: ">= 90%",
  }),
  security_issues: findings("static", "Security findings and secrets"),
  complexity: figure({
    title: "Cyclomatic complexity",
    unit: "count",
    better: "lower",
    statistic: "max",
    byPath: true,
    defaultLimit: "< 10",
  }),
  duplication: figure({
    title: "Duplicated lines",
    unit: "percent",
    better: "lower",
    statistic: "value",
    defaultLimit: "<= 3%",
  }),
  function_length: figure({
    title: "Lines of the longest function",
    unit: "count",
    better: "lower",
    statistic: "max",
    byPath: true,
  }),
  dead_code: findings("static", "Unused files, exports and dependencies"),
  licences: { ...findings("static", "Dependencies whose licence is not allowed"), byPath: false },
  unit_pass: passed("unit", "Unit tests passed"),
  integration_pass: passed("integration", "Integration tests passed"),
  e2e_pass: passed("e2e", "End-to-end tests passed"),
  unit_coverage: {
    stage: "test",
    title: "Line coverage",
    unit: "percent",
    better: "higher",
    aggregate: "line-coverage",
    keyed: false,
    byPath: true,
    empty: "errored",
  },
  patch_coverage: {
    stage: "test",
    title: "Coverage of changed lines",
    unit: "percent",
    better: "higher",
    aggregate: "patch-coverage",
    keyed: false,
    byPath: true,
    empty: "skipped",
  },
  codecov: {
    stage: "test",
    title: "Codecov statuses that fail",
    unit: "count",
    better: "lower",
    aggregate: "failing-statuses",
    keyed: false,
    defaultLimit: "0",
    empty: "errored",
  },
  duration: {
    stage: "test",
    title: "Time of the test stage",
    unit: "ns",
    better: "lower",
    aggregate: "stage-duration",
    keyed: false,
    empty: "errored",
  },
  latency: benchmark({ title: "Latency", unit: "ns", better: "lower", statistic: "p99" }),
  throughput: benchmark({ title: "Throughput", unit: "per-second", better: "higher", statistic: "value" }),
  memory: benchmark({ title: "Peak memory", unit: "bytes", better: "lower", statistic: "max" }),
  cache_hits: benchmark({ title: "Cache hit rate", unit: "percent", better: "higher", statistic: "value" }),
  ratio: benchmark({
    title: "Ratio to a rival in the same run",
    unit: "ratio",
    better: "higher",
    statistic: "speedup",
  }),
  gas: benchmark({ title: "Gas of a call", unit: "gas", better: "lower", statistic: "max" }),
  vulnerabilities: findings("performance", "Vulnerabilities"),
  regression: {
    stage: "performance",
    title: "Benchmarks that got worse",
    unit: "percent",
    better: "lower",
    aggregate: "regressed-share",
    keyed: false,
    empty: "skipped",
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

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
