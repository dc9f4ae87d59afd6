import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { statusOf } from "../../../core/check-status.ts";
import { isTrigateError } from "../../../errors/trigate-error.ts";
import { exists } from "../../../platform/files.ts";
import { fakeContext } from "../../testing/fake-context.ts";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { keptWorkspace } from "../../testing/kept-workspace.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { runChecker } from "../../testing/run-checker.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { googleBenchmarkChecker } from "./adapter.ts";
import { parseGoogleBenchmark } from "./parse.ts";

const testdata = testdataOf(import.meta.url);
const accepting = { acceptDebugLibrary: true };

const BENCHMARK = `#include <benchmark/benchmark.h>
#include <string>
static void Copy(benchmark::State& state) {
  std::string text(64, 'a');
  for (auto _ : state) { std::string copy(text); benchmark::DoNotOptimize(copy); }
  state.counters["p99_ns"] = 250;
}
BENCHMARK(Copy)->Iterations(1000);
static void Broken(benchmark::State& state) {
  state.SkipWithError("no data");
  for (auto _ : state) {}
}
BENCHMARK(Broken);
BENCHMARK_MAIN();
`;

const runKept = keptWorkspace();

/** Runs the program above, which is built the first time. */
async function measure(args: readonly string[], report: Readonly<Record<string, string>> = {}) {
  return runKept(googleBenchmarkChecker, {
    workspace: { "bench.cc": BENCHMARK },
    settings: accepting,
    options: { command: ["./bench", ...args], report },
    prepare: async (folder, run) => {
      if (await exists(join(folder, "bench"))) return;
      const built = await run(["c++", "-O1", "bench.cc", "-lbenchmark", "-lpthread", "-o", "bench"]);
      if (built.exitCode !== 0) throw new Error(`libbenchmark-dev is needed: ${built.stderr}`);
    },
  });
}

describe("a program made with Google Benchmark", { timeout: 60_000 }, () => {
  test("gives measurements", async () => {
    const output = await measure(["--benchmark_format=json", "--benchmark_filter=Copy"]);
    expect(statusOf(output).outcome).toBe("passed");
    expect(output.measurements).toMatchObject([{ benchmark: "Copy", metric: "latency", summary: { p99: 250 } }]);
    expect(output.evidence?.summary).toContain("1 benchmarks");
  });

  test("is errored when one of its benchmarks gave up, though it exits with 0", async () => {
    const output = await measure(["--benchmark_format=json"]);
    expect(statusOf(output)).toMatchObject({ outcome: "errored", reason: "unreadable-report" });
    expect(output.problems).toEqual(["google-benchmark: Broken failed: no data"]);
  });

  test("may leave its report in a file", async () => {
    const args = ["--benchmark_out=out.json", "--benchmark_out_format=json", "--benchmark_filter=Copy"];
    const output = await measure(args, { "google-benchmark": "out.json" });
    expect(statusOf(output).outcome).toBe("passed");
    expect(output.measurements).toHaveLength(1);
  });

  test("that runs no benchmark is errored", async () => {
    const output = await measure(["--benchmark_format=json", "--benchmark_filter=nothing"]);
    expect(statusOf(output).outcome).toBe("errored");
    expect(output.problems[0]).toContain("Failed to match");
  });
});

const check = async (stdout: string, request: { exitCode?: number; settings?: Record<string, unknown> } = {}) =>
  googleBenchmarkChecker.check(
    fakeContext(googleBenchmarkChecker, {
      settings: request.settings ?? {},
      answers: [{ exitCode: request.exitCode ?? 0, stdout, stderr: "" }],
    }),
  );

describe("recordings", () => {
  test("a debug library is a problem until it is accepted", async () => {
    const text = testdata("clean-1.7.1.json");
    expect(statusOf(await check(text))).toMatchObject({ outcome: "errored" });
    expect(statusOf(await check(text, { settings: accepting })).outcome).toBe("passed");
    expect(statusOf(await check(text.replace('"debug"', '"release"'))).outcome).toBe("passed");
  });

  test.each([
    { recorded: "truncated-1.7.1.json", reason: "unreadable-report" },
    { recorded: "error-1.7.1.json", reason: "unreadable-report" },
  ])("$recorded is errored", async ({ recorded, reason }) =>
    expect(statusOf(await check(testdata(recorded), { settings: accepting }))).toMatchObject({
      outcome: "errored",
      reason,
    }));

  test("a program that died is errored, whatever it had printed", async () => {
    const run = check(testdata("crash-1.7.1.json"), { exitCode: 134 });
    await expect(run).rejects.toSatisfy((error) => isTrigateError(error, "checker/tool-failed"));
  });

  test("a report of before the run does not count", async () => {
    const output = await runChecker(googleBenchmarkChecker, {
      workspace: { "old.json": testdata("clean-1.7.1.json") },
      settings: accepting,
      options: { command: ["true"], report: { "google-benchmark": "old.json" } },
    });
    expect(statusOf(output).outcome).toBe("errored");
  });
});

test("has no program of its own: without a command it is missing", async () => {
  const none = async () => undefined;
  expect(await googleBenchmarkChecker.locate({ npm: none, npmFolder: none, python: none, path: none })).toBeUndefined();
});

const CLEAN = testdata("clean-1.7.1.json");
requiredCases(googleBenchmarkChecker, {
  limit: { metric: "latency", written: "mean < 100ms" },
  red: () => check(CLEAN.replaceAll('"real_time": ', '"real_time": 99999999'), { settings: accepting }),
  clean: () => check(CLEAN, { settings: accepting }),
  truncated: () => check(testdata("truncated-1.7.1.json"), { settings: accepting }),
  empty: () => check("", { settings: accepting }),
});

fuzzParser("Google Benchmark's JSON", {
  samples: [CLEAN, testdata("repetitions-1.7.1.json"), testdata("aggregates-1.7.1.json"), testdata("error-1.7.1.json")],
  reported: (text) => parseGoogleBenchmark(text).measurements.length,
});
