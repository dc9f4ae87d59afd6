import { z } from "zod";
import { latencyOf, type ParsedBenchmarks, readBenchmarks } from "./measured.ts";
import { convertTo } from "./units.ts";

const SECOND_NS = 1e9;
const MILLISECOND_NS = 1e6;
const times = (values: readonly number[] | null | undefined, scale: number) =>
  (values ?? []).map((value) => value * scale);
const time = (value: number | undefined, scale: number) => (value === undefined ? undefined : value * scale);

const PytestBenchmark = z.object({
  benchmarks: z.array(
    z.object({
      fullname: z.string(),
      stats: z.object({
        min: z.number(),
        max: z.number(),
        mean: z.number(),
        median: z.number(),
        data: z.array(z.number()).optional(),
      }),
    }),
  ),
});

/** `pytest --benchmark-json`: seconds; single rounds with `--benchmark-save-data`. */
export function parsePytestBenchmark(text: string): ParsedBenchmarks {
  return readBenchmarks(text, { name: "pytest-benchmark", schema: PytestBenchmark }, ({ benchmarks }) =>
    benchmarks.flatMap(({ fullname, stats: { min, max, mean, median, data } }) =>
      latencyOf(
        fullname,
        { min: min * SECOND_NS, max: max * SECOND_NS, mean: mean * SECOND_NS, p50: median * SECOND_NS },
        times(data, SECOND_NS),
      ),
    ),
  );
}

const Hyperfine = z.object({
  results: z.array(
    z.object({
      command: z.string(),
      mean: z.number(),
      median: z.number().optional(),
      min: z.number().optional(),
      max: z.number().optional(),
      times: z.array(z.number()).nullish(),
    }),
  ),
});

/** `hyperfine --export-json`: seconds. */
export function parseHyperfine(text: string): ParsedBenchmarks {
  return readBenchmarks(text, { name: "hyperfine", schema: Hyperfine }, ({ results }) =>
    results.flatMap(({ command, mean, median, min, max, times: runs }) =>
      latencyOf(
        command,
        { mean: mean * SECOND_NS, p50: time(median, SECOND_NS), min: time(min, SECOND_NS), max: time(max, SECOND_NS) },
        times(runs, SECOND_NS),
      ),
    ),
  );
}

const VitestBench = z.object({
  files: z.array(
    z.object({
      groups: z.array(
        z.object({
          fullName: z.string(),
          benchmarks: z.array(
            z.object({
              name: z.string(),
              mean: z.number(),
              min: z.number(),
              max: z.number(),
              median: z.number().optional(),
              p75: z.number().optional(),
              p99: z.number().optional(),
              p999: z.number().optional(),
              samples: z.array(z.number()).optional(),
            }),
          ),
        }),
      ),
    }),
  ),
});

/** `vitest bench --outputJson`: milliseconds; samples only where the project asks for them. */
export function parseVitestBench(text: string): ParsedBenchmarks {
  return readBenchmarks(text, { name: "vitest-bench", schema: VitestBench }, ({ files }) =>
    files
      .flatMap(({ groups }) => groups)
      .flatMap(({ fullName, benchmarks }) =>
        benchmarks.flatMap(({ name, mean, min, max, median, p99, p999, samples }) =>
          latencyOf(
            `${fullName} > ${name}`,
            {
              mean: mean * MILLISECOND_NS,
              min: min * MILLISECOND_NS,
              max: max * MILLISECOND_NS,
              p50: time(median, MILLISECOND_NS),
              p99: time(p99, MILLISECOND_NS),
              p999: time(p999, MILLISECOND_NS),
            },
            times(samples, MILLISECOND_NS),
          ),
        ),
      ),
  );
}

const Score = z.union([z.number(), z.literal("NaN").transform(() => Number.NaN)]);
const Jmh = z.array(
  z.object({
    benchmark: z.string(),
    mode: z.string(),
    params: z.record(z.string(), z.string()).optional(),
    primaryMetric: z.object({
      score: Score,
      scoreUnit: z.string(),
      scorePercentiles: z.record(z.string(), Score).optional(),
      rawData: z.array(z.array(Score)).optional(),
    }),
  }),
);

/** JMH's `-rf json`: times by their unit, `ops/s` and the like as throughput. */
export function parseJmh(text: string): ParsedBenchmarks {
  return readBenchmarks(text, { name: "jmh", schema: Jmh }, (results) =>
    results.flatMap(({ benchmark, params = {}, primaryMetric }) => {
      const { score, scoreUnit, scorePercentiles = {}, rawData = [] } = primaryMetric;
      const settings = Object.entries(params).map(([key, value]) => `${key}=${value}`);
      const name = [benchmark, ...settings].join("/");
      const inNs = (value: number | undefined) => (value === undefined ? undefined : convertTo("ns", value, scoreUnit));
      const mean = inNs(score);
      if (mean !== undefined) {
        const at = (percentile: string) => inNs(scorePercentiles[percentile]);
        const summary = { mean, p50: at("50.0"), p90: at("90.0"), p95: at("95.0"), p99: at("99.0"), p999: at("99.9") };
        return latencyOf(
          name,
          summary,
          rawData.flat().map((value) => inNs(value) ?? Number.NaN),
        );
      }
      // JMH writes rates of other times as ops/ms, ops/us and ops/ns.
      const per = /^ops\/(ns|us|ms|s)$/.exec(scoreUnit)?.[1];
      const seconds = per === undefined ? undefined : convertTo("ns", 1, per);
      if (seconds === undefined || !Number.isFinite(score)) return [];
      const scale = SECOND_NS / seconds;
      return [
        {
          benchmark: name,
          metric: "throughput",
          unit: "per-second",
          better: "higher",
          summary: { value: score * scale },
        },
      ];
    }),
  );
}
