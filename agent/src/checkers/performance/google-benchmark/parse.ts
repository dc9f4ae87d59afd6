import { z } from "zod";
import { convertTo } from "../../../benchmarks/units.ts";
import type { ReportedMeasurement } from "../../../core/measurement.ts";
import type { Statistic } from "../../../core/statistic.ts";
import { plainLine } from "../../reading/plain-text.ts";
import { readJson } from "../../reading/read-json.ts";

const Row = z
  .object({
    name: z.string(),
    run_name: z.string().optional(),
    run_type: z.string().optional(),
    aggregate_name: z.string().optional(),
    real_time: z.number().nullish(),
    time_unit: z.string().optional(),
    error_occurred: z.boolean().optional(),
    error_message: z.string().optional(),
    skipped: z.boolean().optional(),
  })
  .catchall(z.unknown());
type Row = z.infer<typeof Row>;

const Report = z.object({
  context: z
    .object({
      library_build_type: z.string().optional(),
      library_version: z.string().optional(),
      num_cpus: z.number().optional(),
    })
    .catchall(z.unknown()),
  benchmarks: z.array(Row),
});

export interface GoogleBenchmarkReport {
  readonly measurements: readonly ReportedMeasurement[];
  /** How many benchmarks were measured; repetitions and aggregates count once. */
  readonly benchmarks: number;
  /** The library says that it was built without optimisation. */
  readonly debugLibrary: boolean;
  readonly libraryVersion: string | undefined;
  readonly problems: readonly string[];
}

/** Counters by which a benchmark can report what Google Benchmark itself does not: percentiles, in nanoseconds. */
const LATENCY_COUNTERS: readonly (readonly [string, Statistic])[] = [
  ["min_ns", "min"],
  ["p50_ns", "p50"],
  ["p90_ns", "p90"],
  ["p95_ns", "p95"],
  ["p99_ns", "p99"],
  ["p999_ns", "p999"],
  ["max_ns", "max"],
];

/**
 * Reads Google Benchmark's JSON. Each benchmark gives a latency (its mean wall time and the percentiles of its `p99_ns`
 * kind of counters), a ratio where it has a `speedup` counter, a throughput where it has `ops_per_second` or
 * `items_per_second`, and a memory where it counts bytes. Repetitions are samples of the mean; over them percentiles and
 * rates are the median, `min` the least and `max` the greatest. Names lose the settings that the library adds to them
 * (`/iterations:200`), so that history and gates outlive a change of those. Never throws.
 */
export function parseGoogleBenchmark(text: string): GoogleBenchmarkReport {
  const read = readJson(withoutNotNumbers(fromJson(text)), Report);
  if (!read.ok) return { ...NOTHING, problems: [`google-benchmark: ${read.problem}`] };
  const { context, benchmarks: rows } = read.value;
  const problems: string[] = [];
  const groups = [...Map.groupBy(rows, (row) => row.run_name ?? row.name)];
  const named = shortNames(groups.map(([name]) => name));
  const measured = groups.map(([name, own]) => measurementsOf(named.get(name) ?? name, own, problems));
  if (rows.length === 0) problems.push("google-benchmark: the report holds no benchmark");
  return {
    measurements: measured.flat(),
    benchmarks: measured.filter(({ length }) => length > 0).length,
    debugLibrary: context.library_build_type === "debug",
    libraryVersion: context.library_version,
    problems,
  };
}

const NOTHING = { measurements: [], benchmarks: 0, debugLibrary: false, libraryVersion: undefined, problems: [] };

/** Programs may print lines of their own before the report. */
function fromJson(text: string): string {
  const start = text.search(/^\{/m);
  return start === -1 ? text : text.slice(start);
}

/** The library writes `NaN` and `Infinity` as they are, which is no JSON. */
function withoutNotNumbers(text: string): string {
  return text.replaceAll(/^(\s*"[^"\n]*":\s*)-?(?:NaN|Infinity|nan|inf)(?=,?\s*$)/gm, "$1null");
}

/** Settings of a benchmark that its name ends in say nothing about what is measured. */
const SETTING = /^(?:iterations:\d+|repeats:\d+|min_time:.*|min_warmup_time:.*|manual_time|real_time|process_time)$/;

/** Names without their settings, where that leaves them different. */
function shortNames(names: readonly string[]): ReadonlyMap<string, string> {
  const short = (name: string) =>
    name
      .split("/")
      .filter((part) => !SETTING.test(part))
      .join("/");
  const uses = Map.groupBy(names, short);
  return new Map(names.map((name) => [name, uses.get(short(name))?.length === 1 ? short(name) : name]));
}

function measurementsOf(benchmark: string, rows: readonly Row[], problems: string[]): readonly ReportedMeasurement[] {
  const broken = rows.filter(({ error_occurred: occurred }) => occurred === true);
  for (const { error_message: message } of broken)
    problems.push(`google-benchmark: ${plainLine(benchmark)} failed: ${plainLine(message ?? "it gave no reason")}`);
  if (broken.length > 0) return [];
  const runs = rows.filter((row) => row.run_type !== "aggregate" && row.skipped !== true);
  const aggregate = (name: string) => rows.filter((row) => row.aggregate_name === name);
  const name = plainLine(benchmark);
  // Without single runs the report holds only what the library made of them.
  const source = runs.length > 0 ? runs : aggregate("median").length > 0 ? aggregate("median") : aggregate("mean");
  if (source.length === 0) return [];
  const reader = new RowReader(name, source, problems);
  const meanRows = aggregate("mean").length > 0 ? aggregate("mean") : runs;
  const mean = average(new RowReader(name, meanRows, problems).times());
  return [
    ...latency(reader, { benchmark: name, mean, repeated: runs.length > 1 }),
    ...single(reader, { benchmark: name, metric: "ratio", unit: "ratio", better: "higher" }, { speedup: ["speedup"] }),
    ...single(
      reader,
      { benchmark: name, metric: "throughput", unit: "per-second", better: "higher" },
      { value: ["ops_per_second", "items_per_second"] },
    ),
    ...single(
      reader,
      { benchmark: name, metric: "memory", unit: "bytes", better: "lower" },
      { max: ["max_bytes_used", "max_bytes"] },
    ),
  ];
}

function latency(
  reader: RowReader,
  { benchmark, mean, repeated }: { benchmark: string; mean: number | undefined; repeated: boolean },
): readonly ReportedMeasurement[] {
  const summary: Partial<Record<Statistic, number>> = mean === undefined ? {} : { mean };
  for (const [counter, statistic] of LATENCY_COUNTERS) {
    const value = reader.counter(counter, statistic);
    if (value !== undefined) summary[statistic] = value;
  }
  if (Object.keys(summary).length === 0) return [];
  const samples = repeated ? { samples: reader.times() } : {};
  return [{ benchmark, metric: "latency", unit: "ns", better: "lower", summary, ...samples }];
}

/** A measurement of one statistic, taken from the first of the counters that the benchmark has. */
function single(
  reader: RowReader,
  shape: Pick<ReportedMeasurement, "benchmark" | "metric" | "unit" | "better">,
  wanted: Readonly<Partial<Record<Statistic, readonly string[]>>>,
): readonly ReportedMeasurement[] {
  const summary: Partial<Record<Statistic, number>> = {};
  for (const statistic of ["value", "speedup", "max"] as const) {
    const values = (wanted[statistic] ?? []).map((counter) => reader.counter(counter, statistic));
    const value = values.find((each) => each !== undefined);
    if (value !== undefined) summary[statistic] = value;
  }
  return Object.keys(summary).length === 0 ? [] : [{ ...shape, summary }];
}

/** Reads the numbers of the rows of one benchmark; what should be a number and is none becomes a problem. */
class RowReader {
  readonly #benchmark: string;
  readonly #rows: readonly Row[];
  readonly #problems: string[];

  constructor(benchmark: string, rows: readonly Row[], problems: string[]) {
    this.#benchmark = benchmark;
    this.#rows = rows;
    this.#problems = problems;
  }

  /** Wall times in nanoseconds, one a row. */
  times(): readonly number[] {
    return this.#rows.flatMap(({ real_time: time, time_unit: unit = "ns" }) => {
      if (time === undefined) return [];
      const ns = time === null ? undefined : convertTo("ns", time, unit);
      if (ns === undefined || ns < 0) this.#complain(`has no usable time (${time ?? "not a number"} ${unit})`);
      return ns === undefined || ns < 0 ? [] : [ns];
    });
  }

  /** A counter over all rows; `undefined` when no row has it. */
  counter(name: string, statistic: Statistic): number | undefined {
    const written = this.#rows.filter((row) => Object.hasOwn(row, name)).map((row) => row[name]);
    const values = written.filter((value): value is number => Number.isFinite(value));
    if (values.length < written.length) this.#complain(`reports a ${name} that is no number`);
    if (values.length === 0) return undefined;
    if (statistic === "min") return Math.min(...values);
    return statistic === "max" ? Math.max(...values) : median(values);
  }

  #complain(what: string): void {
    const problem = `google-benchmark: ${this.#benchmark} ${what}`;
    if (!this.#problems.includes(problem)) this.#problems.push(problem);
  }
}

function average(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value / values.length, 0);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (sorted[middle - 1] ?? Number.NaN) / 2 + upper / 2;
}
