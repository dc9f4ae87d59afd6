import { describe, expect, test } from "vitest";
import { parseHyperfine, parseJmh, parsePytestBenchmark, parseVitestBench } from "../../../benchmarks/json-formats.ts";
import { parseCargoBench, parseGoBench } from "../../../benchmarks/text-formats.ts";
import { statusOf } from "../../../core/check-status.ts";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { runChecker } from "../../testing/run-checker.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { genericBenchmarkChecker } from "./adapter.ts";

const testdata = testdataOf(import.meta.url);
const GO = testdata("go-1.26.8.txt");
const PYTEST = testdata("pytest-benchmark-5.3.1.json");

/** A command that prints this. */
const printing = (text: string, report: string) =>
  runChecker(genericBenchmarkChecker, {
    workspace: {},
    options: {
      command: [process.execPath, "--eval", `process.stdout.write(${JSON.stringify(text)})`],
      report: { [report]: "" },
    },
  });

requiredCases(genericBenchmarkChecker, {
  limit: { metric: "latency", written: "mean < 100ns" },
  red: () => printing(PYTEST, "pytest-benchmark"),
  clean: () => printing(GO, "go-bench"),
  truncated: () => printing(PYTEST.slice(0, 600), "pytest-benchmark"),
  empty: () => printing("", "go-bench"),
});

describe("formats, in nanoseconds", () => {
  test("go test -bench: repeated runs are samples", () =>
    expect(parseGoBench(GO)).toMatchObject({
      problems: [],
      measurements: [
        {
          benchmark: "BenchmarkJoin",
          metric: "latency",
          summary: { mean: (65.9 + 80.89) / 2, min: 65.9, max: 80.89 },
          samples: [65.9, 80.89],
        },
        { benchmark: "BenchmarkJoin", metric: "memory", summary: { max: 64 } },
        { benchmark: "BenchmarkCopy", metric: "latency", samples: [20.84, 17.37] },
      ],
    }));
  test("go test -bench: a failed run is a problem, packages keep their benchmarks apart", () => {
    expect(parseGoBench(`${GO}--- FAIL: BenchmarkX\n`).problems).toEqual(["go-bench: the run failed: --- FAIL"]);
    expect(parseGoBench(`pkg: a\nBenchmarkX 1 5 ns/op\npkg: b\nBenchmarkX 1 7 ns/op\n`).measurements).toMatchObject([
      { benchmark: "a/BenchmarkX", summary: { mean: 5 } },
      { benchmark: "b/BenchmarkX", summary: { mean: 7 } },
    ]);
  });
  test("pytest-benchmark: seconds", () => {
    const [measurement] = parsePytestBenchmark(PYTEST).measurements;
    expect(measurement).toMatchObject({ benchmark: "test_a.py::test_join", metric: "latency" });
    expect(measurement?.summary.mean).toBeCloseTo(1051.34, 2);
    expect(measurement?.samples).toHaveLength(5);
  });
  test("hyperfine: seconds", () => {
    const results = [
      {
        command: "sleep 0.1",
        mean: 0.1,
        stddev: 0,
        median: 0.1,
        min: 0.09,
        max: 0.2,
        times: [0.09, 0.2],
        exit_codes: [0, 0],
      },
    ];
    expect(parseHyperfine(JSON.stringify({ results })).measurements).toMatchObject([
      { benchmark: "sleep 0.1", summary: { mean: 1e8, min: 9e7, max: 2e8 }, samples: [9e7, 2e8] },
    ]);
  });
  test("vitest bench: milliseconds", () => {
    const benchmark = { name: "sort", mean: 2, min: 1, max: 5, p99: 4, p999: 4.5, samples: [] };
    const report = { files: [{ filepath: "x", groups: [{ fullName: "a.bench.ts > list", benchmarks: [benchmark] }] }] };
    expect(parseVitestBench(JSON.stringify(report)).measurements).toEqual([
      {
        benchmark: "a.bench.ts > list > sort",
        metric: "latency",
        unit: "ns",
        better: "lower",
        summary: { mean: 2e6, min: 1e6, max: 5e6, p99: 4e6, p999: 4.5e6 },
      },
    ]);
  });
  test("JMH: times and rates", () => {
    const entry = (scoreUnit: string, params?: object) => ({
      benchmark: "p.B.m",
      mode: "x",
      params,
      primaryMetric: { score: 3, scoreUnit, scorePercentiles: { "99.0": 4 }, rawData: [[2, 4]] },
    });
    expect(parseJmh(JSON.stringify([entry("us/op", { n: "1" }), entry("ops/ms")])).measurements).toMatchObject([
      { benchmark: "p.B.m/n=1", metric: "latency", summary: { mean: 3000, p99: 4000 }, samples: [2000, 4000] },
      { benchmark: "p.B.m", metric: "throughput", summary: { value: 3000 } },
    ]);
  });
  test("cargo bench: Criterion and the built-in harness", () =>
    expect(
      parseCargoBench(
        "fib 20   time:   [1.00 us 2.50 us 3.00 us]\na/very/long/name\n                        time:   [1.0 ms 2.0 ms 3.0 ms]\ntest old ... bench:       1,234.5 ns/iter (+/- 12)\n",
      ).measurements,
    ).toMatchObject([
      { benchmark: "fib 20", summary: { mean: 2500 } },
      { benchmark: "a/very/long/name", summary: { mean: 2e6 } },
      { benchmark: "old", summary: { mean: 1234.5 } },
    ]));
  test("a name that comes twice is a problem", () =>
    expect(parseCargoBench("x time: [1 ns 2 ns 3 ns]\nx time: [1 ns 2 ns 3 ns]").problems).toHaveLength(1));
});

test("without a format there is nothing to read", async () =>
  expect(statusOf(await printing("", "other"))).toMatchObject({ outcome: "errored" }));

fuzzParser("benchmarks as text", {
  samples: [GO, "fib 20   time:   [1.00 us 2.50 us 3.00 us]\ntest old ... bench:       1,234.5 ns/iter (+/- 12)\n"],
  reported: (text) => parseGoBench(text).measurements.length + parseCargoBench(text).measurements.length,
});
fuzzParser("benchmarks as JSON", {
  samples: [PYTEST, JSON.stringify({ results: [{ command: "x", mean: 1 }] })],
  reported: (text) =>
    [parsePytestBenchmark, parseHyperfine, parseVitestBench, parseJmh].reduce(
      (sum, parse) => sum + parse(text).measurements.length,
      0,
    ),
});
