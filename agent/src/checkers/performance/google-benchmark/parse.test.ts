import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { testdataOf } from "../../testing/testdata.ts";
import { parseGoogleBenchmark } from "./parse.ts";

const testdata = testdataOf(import.meta.url);

function rows(...benchmarks: readonly Readonly<Record<string, unknown>>[]): string {
  return JSON.stringify({ context: { library_build_type: "release", library_version: "v1.9.1" }, benchmarks });
}
const row = (fields: Readonly<Record<string, unknown>>) => ({ name: "a", real_time: 5, time_unit: "us", ...fields });

describe("recorded reports", () => {
  test("percentiles, ratio and rate come from counters, the mean from the time", () => {
    const { measurements, benchmarks, problems } = parseGoogleBenchmark(testdata("clean-1.7.1.json"));
    expect(problems).toEqual([]);
    expect(benchmarks).toBe(4);
    const found = measurements.map(({ benchmark, metric, unit, summary }) => ({ benchmark, metric, unit, summary }));
    expect(found.slice(0, 5)).toEqual([
      { benchmark: "order_lookup/1000", metric: "latency", unit: "ns", summary: { mean: 1.206428527832031 } },
      { benchmark: "order_lookup/1000", metric: "ratio", unit: "ratio", summary: { speedup: 7.647302060737527 } },
      {
        benchmark: "order_lookup/1000",
        metric: "throughput",
        unit: "per-second",
        summary: { value: 1110629067.2451193 },
      },
      {
        benchmark: "event_latency",
        metric: "latency",
        unit: "ns",
        summary: { mean: 64.502315, p50: 60, p99: 80, p999: 100 },
      },
      { benchmark: "event_latency", metric: "throughput", unit: "per-second", summary: { value: 15503319.532019896 } },
    ]);
  });

  test("repetitions are samples in nanoseconds, the library's mean is the mean", () => {
    const { measurements, benchmarks } = parseGoogleBenchmark(testdata("repetitions-1.7.1.json"));
    expect(benchmarks).toBe(1);
    const [latency, throughput] = measurements;
    expect(latency?.samples?.map((ns) => ns.toFixed(3))).toEqual(["17.734", "17.776", "17.308"]);
    expect(latency?.summary["mean"]?.toFixed(3)).toBe("17.606");
    expect(throughput?.summary).toEqual({ value: 56385703.53606932 });
  });

  test("aggregates alone give the mean of the times and the median of the rest", () => {
    const { measurements, problems } = parseGoogleBenchmark(testdata("aggregates-1.7.1.json"));
    expect(problems).toEqual([]);
    expect(measurements.map(({ metric, samples }) => [metric, samples])).toEqual([
      ["latency", undefined],
      ["throughput", undefined],
    ]);
    expect(measurements[0]?.summary["mean"]?.toFixed(3)).toBe("17.917");
  });

  test("a benchmark that gave up is a problem, the others are read", () => {
    const { measurements, problems } = parseGoogleBenchmark(testdata("error-1.7.1.json"));
    expect(problems).toEqual(["google-benchmark: Broken failed: the two structures disagree"]);
    expect(new Set(measurements.map(({ benchmark }) => benchmark))).toEqual(new Set(["Copy/64"]));
  });

  test.each(["truncated-1.7.1.json", "crash-1.7.1.json"])("%s is unreadable", (recorded) =>
    expect(parseGoogleBenchmark(testdata(recorded)).problems).toHaveLength(1));
});

describe("what benchmarks report", () => {
  test.each([
    { unit: "ns", mean: 5 },
    { unit: "us", mean: 5e3 },
    { unit: "ms", mean: 5e6 },
    { unit: "s", mean: 5e9 },
  ])("a time in $unit", ({ unit, mean }) =>
    expect(parseGoogleBenchmark(rows(row({ time_unit: unit }))).measurements[0]?.summary).toEqual({ mean }));

  test("over repetitions: the least min, the greatest max, the median of percentiles", () => {
    const counters = [
      { min_ns: 3, p99_ns: 10, max_ns: 100 },
      { min_ns: 2, p99_ns: 30, max_ns: 900 },
      { min_ns: 4, p99_ns: 20, max_ns: 200 },
    ];
    const { measurements } = parseGoogleBenchmark(rows(...counters.map(row)));
    expect(measurements[0]?.summary).toEqual({ mean: 5_000, min: 2, p99: 20, max: 900 });
  });

  test("bytes of a memory manager", () =>
    expect(parseGoogleBenchmark(rows(row({ max_bytes_used: 4096 }))).measurements[1]).toMatchObject({
      metric: "memory",
      unit: "bytes",
      summary: { max: 4096 },
    }));

  test("settings leave the name, unless names would become the same", () => {
    const names = ["a/8/iterations:200/manual_time", "b/real_time", "c/iterations:1", "c/iterations:2", "d/threads:4"];
    const { measurements } = parseGoogleBenchmark(rows(...names.map((name) => row({ name, run_name: name }))));
    expect(measurements.map(({ benchmark }) => benchmark)).toEqual([
      "a/8",
      "b",
      "c/iterations:1",
      "c/iterations:2",
      "d/threads:4",
    ]);
  });

  test("a skipped benchmark and the rows of a complexity measure nothing", () => {
    const complexity = {
      name: "a_BigO",
      run_type: "aggregate",
      aggregate_name: "BigO",
      cpu_coefficient: 2,
      big_o: "N",
    };
    expect(parseGoogleBenchmark(rows(row({ skipped: true, real_time: 0 }), complexity))).toMatchObject({
      measurements: [],
      benchmarks: 0,
      problems: [],
    });
  });

  test("numbers that are none are problems, not zeros", () => {
    const text = rows(row({ speedup: 1 })).replace('"speedup":1', '\n"speedup": NaN\n');
    expect(parseGoogleBenchmark(text).problems).toEqual(["google-benchmark: a reports a speedup that is no number"]);
    const time = rows(row({})).replace('"real_time":5', '\n"real_time": -Infinity\n');
    expect(parseGoogleBenchmark(time).problems).toHaveLength(1);
    expect(parseGoogleBenchmark(rows(row({ time_unit: "parsec" }))).problems).toHaveLength(1);
    expect(parseGoogleBenchmark(rows(row({ real_time: 1e300, time_unit: "s" }))).problems).toHaveLength(1);
    expect(
      parseGoogleBenchmark(rows(row({ p99_ns: 1 })).replace('"p99_ns":1', '"p99_ns":1e999')).problems,
    ).toHaveLength(1);
  });

  test("lines of the program before the report are passed over", () =>
    expect(parseGoogleBenchmark(`warming up\n${rows(row({}))}`)).toMatchObject({ benchmarks: 1, problems: [] }));

  test("the kind of library is told", () =>
    expect(parseGoogleBenchmark(rows(row({})))).toMatchObject({ debugLibrary: false, libraryVersion: "v1.9.1" }));

  test.each(["", "[]", "{}", '{"context":{},"benchmarks":[{"name":3}]}', rows()])("%j is no result", (text) =>
    expect(parseGoogleBenchmark(text)).toMatchObject({ measurements: [], problems: [expect.any(String)] }));
});

test("never throws, and every number is one", () => {
  const value = fc.oneof(fc.double(), fc.string(), fc.constant(null), fc.boolean());
  const anyRow = fc.record(
    {
      name: fc.constantFrom("a", "b/iterations:3", "b"),
      run_type: fc.constantFrom("iteration", "aggregate"),
      aggregate_name: fc.constantFrom("mean", "median", "cv"),
      real_time: fc.oneof(fc.double(), fc.constant(null)),
      time_unit: fc.constantFrom("ns", "s", "x"),
      p99_ns: value,
      speedup: value,
    },
    { requiredKeys: ["name"] },
  );
  fc.assert(
    fc.property(fc.array(anyRow), (benchmarks) => {
      const { measurements } = parseGoogleBenchmark(rows(...benchmarks));
      for (const { summary, samples } of measurements)
        expect([...Object.values(summary), ...(samples ?? [])].every(Number.isFinite)).toBe(true);
    }),
  );
  fc.assert(fc.property(fc.string(), (text) => void parseGoogleBenchmark(text)));
});
