import { z } from "zod";
import type { ReportedMeasurement } from "../core/measurement.ts";
import type { Statistic } from "../core/statistic.ts";

export interface ParsedBenchmarks {
  readonly measurements: readonly ReportedMeasurement[];
  readonly problems: readonly string[];
}

/** A latency in nanoseconds. Statistics that are no finite number are left out, and one without any is no measurement. */
export function latencyOf(
  benchmark: string,
  summary: Readonly<Partial<Record<Statistic, number | undefined>>>,
  samples: readonly number[] = [],
): readonly ReportedMeasurement[] {
  const known = Object.fromEntries(
    Object.entries(summary).filter(([, value]) => value !== undefined && Number.isFinite(value) && value >= 0),
  );
  if (Object.keys(known).length === 0) return [];
  const kept = samples.length > 1 && samples.every((each) => Number.isFinite(each)) ? { samples } : {};
  return [{ benchmark, metric: "latency", unit: "ns", better: "lower", summary: known, ...kept }];
}

/** Reads JSON in a format's form. Never throws; an unreadable report and one without a benchmark are problems. */
export function readBenchmarks<T>(
  text: string,
  { name, schema }: { readonly name: string; readonly schema: z.ZodType<T> },
  measurementsOf: (report: T) => readonly ReportedMeasurement[],
): ParsedBenchmarks {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ""));
  } catch (error) {
    const what =
      text.trim() === ""
        ? "the report is empty"
        : `the report is not complete JSON: ${error instanceof Error ? error.message : String(error)}`;
    return { measurements: [], problems: [`${name}: ${what}`] };
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success)
    return {
      measurements: [],
      problems: [`${name}: the report has another form than expected: ${z.prettifyError(parsed.error).slice(0, 300)}`],
    };
  return complete(name, measurementsOf(parsed.data));
}

/** What every format asks of its measurements: there is one, and no name twice in a metric. */
export function complete(name: string, measurements: readonly ReportedMeasurement[]): ParsedBenchmarks {
  if (measurements.length === 0) return { measurements, problems: [`${name}: the report holds no benchmark`] };
  const groups = Map.groupBy(measurements, ({ benchmark, metric }) => `${benchmark} (${metric})`);
  const twice = [...groups].filter(([, own]) => own.length > 1).map(([key]) => `${name}: ${key} comes twice`);
  return { measurements: [...groups.values()].flatMap((own) => own.slice(0, 1)), problems: twice };
}
