import type { ReportedMeasurement } from "../core/measurement.ts";
import { complete, latencyOf, type ParsedBenchmarks } from "./measured.ts";
import { convertTo } from "./units.ts";

const GO_LINE = /^(Benchmark\S*?)(?:-\d+)?\s+\d+\s+(\S.*)$/;

/**
 * `go test -bench`: the time of one operation, and with `-benchmem` the bytes that it allocates. With `-count` each
 * benchmark comes several times; its times are samples, and its mean is theirs. A failed test is a problem.
 */
export function parseGoBench(text: string): ParsedBenchmarks {
  // Benchmarks of several packages may share a name.
  const manyPackages = (text.match(/^pkg: /gm) ?? []).length > 1;
  let prefix = "";
  const runs = text.split(/\r?\n/).flatMap((line) => {
    if (manyPackages && line.startsWith("pkg: ")) prefix = `${line.slice(5).trim()}/`;
    const [, name, rest] = GO_LINE.exec(line) ?? [];
    return name === undefined || rest === undefined ? [] : [{ name: prefix + name, values: goValues(rest) }];
  });
  const measurements = [...Map.groupBy(runs, ({ name }) => name)].flatMap(([name, own]) => {
    const valuesOf = (unit: string) => own.flatMap(({ values }) => values.get(unit) ?? []);
    const times = valuesOf("ns/op");
    const bytes = valuesOf("B/op");
    const memory: readonly ReportedMeasurement[] =
      bytes.length === 0
        ? []
        : [{ benchmark: name, metric: "memory", unit: "bytes", better: "lower", summary: { max: Math.max(...bytes) } }];
    return [...(times.length === 0 ? [] : latencyOf(name, statisticsOf(times), times)), ...memory];
  });
  const read = complete("go-bench", measurements);
  const failed = /^(?:--- FAIL|FAIL\b|panic:)/m.exec(text)?.[0];
  return failed === undefined ? read : { ...read, problems: [...read.problems, `go-bench: the run failed: ${failed}`] };
}

function goValues(rest: string): ReadonlyMap<string, number> {
  const words = rest.trim().split(/\s+/);
  const values = new Map<string, number>();
  for (let at = 0; at + 1 < words.length; at += 2) {
    const value = Number(words[at]);
    if (Number.isFinite(value)) values.set(words[at + 1] ?? "", value);
  }
  return values;
}

function statisticsOf(times: readonly number[]) {
  const sum = times.reduce((total, value) => total + value, 0);
  return { mean: sum / times.length, min: Math.min(...times), max: Math.max(...times) };
}

const LIBTEST_LINE = /^test (\S+)\s+\.\.\. bench:\s+([\d,.]+) (ns|us|ms|s)\/iter/;
const CRITERION_TIME = /^(.*?)\s*time:\s+\[[\d.]+ \S+ ([\d.]+) (ps|ns|[µμu]s|ms|s) [\d.]+ \S+\]/;

/**
 * What `cargo bench` prints: Criterion's `time: [low estimate high]`, of which the estimate is the mean, with the name on
 * its own line where it is long; and the built-in harness's `test x ... bench: 12 ns/iter`.
 */
export function parseCargoBench(text: string): ParsedBenchmarks {
  const measurements: ReportedMeasurement[] = [];
  let before = "";
  for (const line of text.split(/\r?\n/)) {
    measurements.push(...libtestLatency(line), ...criterionLatency(line, before));
    before = line.trim();
  }
  return complete("cargo-bench", measurements);
}

function libtestLatency(line: string): readonly ReportedMeasurement[] {
  const [, name, value, unit] = LIBTEST_LINE.exec(line) ?? [];
  if (name === undefined || value === undefined || unit === undefined) return [];
  return latencyOf(name, { mean: convertTo("ns", Number(value.replaceAll(",", "")), unit) });
}

/** `before` is the line above, on which a long name stands alone. */
function criterionLatency(line: string, before: string): readonly ReportedMeasurement[] {
  const [, own, estimate, unit] = CRITERION_TIME.exec(line) ?? [];
  const name = own === "" ? before : own;
  if (name === undefined || name === "" || unit === undefined) return [];
  const mean = unit === "ps" ? Number(estimate) / 1000 : convertTo("ns", Number(estimate), unit);
  return latencyOf(name, { mean });
}
