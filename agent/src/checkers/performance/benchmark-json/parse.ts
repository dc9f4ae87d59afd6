import { z } from "zod";
import { convertTo } from "../../../benchmarks/units.ts";
import type { ReportedMeasurement } from "../../../core/measurement.ts";
import { metricDefinition } from "../../../core/metrics.ts";
import type { Statistic } from "../../../core/statistic.ts";
import { plainLine } from "../../reading/plain-text.ts";
import { readJson } from "../../reading/read-json.ts";

/** Metrics that a list of numbers can stand for, in the order in which a unit is tried on them. */
export const JSON_METRICS = ["latency", "throughput", "memory", "gas", "ratio"] as const;
export type JsonMetric = (typeof JSON_METRICS)[number];

const Entry = z.object({ name: z.string().min(1), unit: z.string(), value: z.number() });
type Entry = z.infer<typeof Entry>;
const Entries = z.array(Entry);

export interface JsonReading {
  /** What the values are; by default each entry's unit tells. */
  readonly metric: JsonMetric | undefined;
  readonly better: "lower" | "higher" | undefined;
  /** Which statistic the values are; by default `value`, for a ratio `speedup`. */
  readonly statistic: Statistic | undefined;
}

/**
 * Reads github-action-benchmark's own form, a list of `{ name, unit, value }`. Values are converted to the metric's unit.
 * A unit that the metric is not counted in, a name that comes twice, or values said to be better in the direction in
 * which the metric is worse are problems: a gate would judge them wrongly. Never throws.
 */
export function parseBenchmarkJson(
  text: string,
  reading: JsonReading,
): { readonly measurements: readonly ReportedMeasurement[]; readonly problems: readonly string[] } {
  const read = readJson(text, Entries);
  if (!read.ok) return { measurements: [], problems: [`benchmark-json: ${read.problem}`] };
  const problems: string[] = [];
  const seen = new Set<string>();
  const measurements = read.value.flatMap((entry) => {
    const name = plainLine(entry.name);
    const result = toMeasurement({ ...entry, name }, reading);
    const problem = seen.has(name) ? "comes twice" : typeof result === "string" ? result : undefined;
    seen.add(name);
    if (problem !== undefined) problems.push(`benchmark-json: ${name} ${problem}`);
    return typeof result === "string" || problem !== undefined ? [] : [result];
  });
  if (read.value.length === 0) problems.push("benchmark-json: the report holds no benchmark");
  return { measurements, problems };
}

/** The measurement, or what is wrong with it. */
function toMeasurement(
  entry: Entry,
  { metric: given, better: said, statistic }: JsonReading,
): ReportedMeasurement | string {
  const { name, unit, value } = entry;
  const metric = given ?? metricOf(entry);
  if (metric === undefined)
    return `has the unit "${plainLine(unit)}", which tells no metric; give the check a "metric"`;
  const definition = metricDefinition(metric);
  const converted = convertTo(definition.unit, value, unit);
  if (converted === undefined) return `has the unit "${plainLine(unit)}", in which ${metric} is not counted`;
  if (converted < 0) return `is ${value} ${plainLine(unit)}, less than nothing`;
  if (said !== undefined && said !== definition.better)
    return `is a ${metric}, of which ${definition.better} is better; the check says ${said}`;
  const kind: Statistic = statistic ?? (metric === "ratio" ? "speedup" : "value");
  return {
    benchmark: name,
    metric,
    unit: definition.unit,
    better: definition.better,
    summary: { [kind]: converted },
  };
}

/** The metric that an entry's unit tells. Without a unit a number may be anything; only the check can tell what. */
function metricOf({ unit, value }: Entry): JsonMetric | undefined {
  if (unit.trim() === "") return undefined;
  return JSON_METRICS.find((metric) => convertTo(metricDefinition(metric).unit, value, unit) !== undefined);
}
