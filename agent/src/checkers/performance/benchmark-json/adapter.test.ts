import { describe, expect, test } from "vitest";
import { statusOf } from "../../../core/check-status.ts";
import { isTrigateError } from "../../../errors/trigate-error.ts";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { runChecker } from "../../testing/run-checker.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { benchmarkJsonChecker } from "./adapter.ts";
import { parseBenchmarkJson } from "./parse.ts";

const testdata = testdataOf(import.meta.url);

/** Runs a program of Node's in a temporary workspace. */
const run = (
  program: string,
  { report = {}, settings = {} }: { report?: Record<string, string>; settings?: Record<string, unknown> } = {},
) =>
  runChecker(benchmarkJsonChecker, {
    workspace: { "bench.mjs": program, "old.json": testdata("found-node-24.json") },
    settings,
    options: { command: [process.execPath, "bench.mjs"], report },
  });

const ENTRIES = JSON.stringify([{ name: "parse", unit: "us", value: 12 }]);
const PRINTS = `console.log(${JSON.stringify(ENTRIES)});`;

describe("a command", () => {
  test("that prints its benchmarks", async () => {
    const output = await run(PRINTS, { settings: { statistic: "p99" } });
    expect(statusOf(output).outcome).toBe("passed");
    expect(output.measurements).toMatchObject([{ benchmark: "parse", metric: "latency", summary: { p99: 12_000 } }]);
    expect(output.evidence).toMatchObject({ exitCode: 0, summary: "1 measurements" });
  });

  test.each([
    { better: "smaller", outcome: "passed" },
    { better: "lower", outcome: "passed" },
    { better: "bigger", outcome: "errored" },
    { better: "higher", outcome: "errored" },
  ])("whose times are better when $better is $outcome", async ({ better, outcome }) =>
    expect(statusOf(await run(PRINTS, { settings: { better } })).outcome).toBe(outcome));

  test("that leaves them in a file", async () => {
    const program = `import { writeFileSync } from "node:fs";\nwriteFileSync("new.json", ${JSON.stringify(ENTRIES)});\nconsole.log("done");`;
    const output = await run(program, { report: { "benchmark-json": "new.json" } });
    expect(statusOf(output).outcome).toBe("passed");
  });

  test.each([
    { what: "a report of before the run", program: "", report: { "benchmark-json": "old.json" } },
    { what: "no report", program: "", report: { "benchmark-json": "none.json" } },
    { what: "nothing", program: "", report: {} },
    { what: "an empty list", program: 'console.log("[]")', report: {} },
    { what: "half a report", program: `process.stdout.write(${JSON.stringify(ENTRIES.slice(0, 20))})`, report: {} },
  ])("that gives $what is errored", async ({ program, report }) => {
    const output = await run(program, { report });
    expect(statusOf(output).outcome).toBe("errored");
    expect(output.evidence).toBeUndefined();
  });

  test("that fails is errored, whatever it printed", async () => {
    await expect(run(`${PRINTS}\nprocess.exitCode = 3;`)).rejects.toSatisfy((error) =>
      isTrigateError(error, "checker/tool-failed"),
    );
  });
});

requiredCases(benchmarkJsonChecker, {
  limit: { metric: "latency", written: "value < 10us" },
  red: () => run(PRINTS),
  clean: () => run(PRINTS.replace("12", "2")),
  truncated: () => run(`process.stdout.write(${JSON.stringify(ENTRIES.slice(0, 20))})`),
  empty: () => run(""),
});

fuzzParser("benchmark-json", {
  samples: [testdata("found-node-24.json"), ENTRIES],
  reported: (text) =>
    parseBenchmarkJson(text, { metric: undefined, better: undefined, statistic: undefined }).measurements.length,
});
