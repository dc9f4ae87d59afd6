import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { testdataOf } from "../../testing/testdata.ts";
import { JSON_METRICS, parseBenchmarkJson } from "./parse.ts";

const testdata = testdataOf(import.meta.url);
const BY_UNIT = { metric: undefined, better: undefined, statistic: undefined };
const entry = (fields: Readonly<Record<string, unknown>>) => ({ name: "a", unit: "ns", value: 5, ...fields });
const parse = (entries: readonly unknown[], reading: Partial<Parameters<typeof parseBenchmarkJson>[1]> = {}) =>
  parseBenchmarkJson(JSON.stringify(entries), { ...BY_UNIT, ...reading });

test("a recorded report: units tell what the values are", () => {
  const { measurements, problems } = parseBenchmarkJson(testdata("found-node-24.json"), BY_UNIT);
  expect(problems).toEqual([]);
  expect(measurements.map(({ benchmark, metric, unit, better }) => [benchmark, metric, unit, better])).toEqual([
    ["parse", "latency", "ns", "lower"],
    ["parse rate", "throughput", "per-second", "higher"],
    ["stringify", "latency", "ns", "lower"],
    ["stringify rate", "throughput", "per-second", "higher"],
    ["heap", "memory", "bytes", "lower"],
  ]);
  // The program wrote the time of an iteration and the rate of the same run: they must be each other's inverse.
  const [time, rate] = measurements.map(({ summary }) => summary["value"] ?? 0);
  expect(((time ?? 0) * (rate ?? 0)) / 1e9).toBeCloseTo(1, 9);
});

describe("values", () => {
  test.each([
    { written: { unit: "ms", value: 2 }, metric: "latency", summary: { value: 2e6 } },
    { written: { unit: "KiB", value: 2 }, metric: "memory", summary: { value: 2048 } },
    { written: { unit: "kops/s", value: 2 }, metric: "throughput", summary: { value: 2000 } },
    { written: { unit: "gas", value: 21_000 }, metric: "gas", summary: { value: 21_000 } },
    { written: { unit: "x", value: 3 }, metric: "ratio", summary: { speedup: 3 } },
  ])("$written", ({ written, metric, summary }) =>
    expect(parse([entry(written)])).toMatchObject({ measurements: [{ metric, summary }], problems: [] }));

  test("are the statistic that the check says", () =>
    expect(parse([entry({ unit: "us" })], { statistic: "p99" }).measurements[0]?.summary).toEqual({ p99: 5_000 }));

  test("without a unit are what the check says", () =>
    expect(parse([entry({ unit: "" })], { metric: "gas" }).measurements[0]).toMatchObject({
      metric: "gas",
      unit: "gas",
    }));
});

describe("what would be judged wrongly is a problem", () => {
  test.each([
    { what: "no unit and no metric", entries: [entry({ unit: "" })], reading: {} },
    { what: "an unknown unit", entries: [entry({ unit: "apples" })], reading: {} },
    { what: "a unit of another metric", entries: [entry({ unit: "MB" })], reading: { metric: "latency" as const } },
    { what: "the wrong direction", entries: [entry({})], reading: { better: "higher" as const } },
    { what: "a negative time", entries: [entry({ value: -1 })], reading: {} },
    { what: "a value in words", entries: [entry({ value: "5" })], reading: {} },
    { what: "no value", entries: [{ name: "a", unit: "ns" }], reading: {} },
    { what: "no name", entries: [entry({ name: "" })], reading: {} },
    { what: "no benchmark", entries: [], reading: {} },
  ])("$what", ({ entries, reading }) =>
    expect(parse(entries, reading)).toMatchObject({ measurements: [], problems: [expect.any(String)] }));

  test("a name that comes twice", () => {
    const { measurements, problems } = parse([entry({ value: 1 }), entry({ value: 9 })]);
    expect([measurements.length, problems]).toEqual([1, ["benchmark-json: a comes twice"]]);
  });

  test.each([
    testdata("truncated-node-24.json"),
    "",
    "{}",
    "null",
    '{"name":"a","unit":"ns","value":1}',
  ])("%j", (text) =>
    expect(parseBenchmarkJson(text, BY_UNIT)).toMatchObject({ measurements: [], problems: [expect.any(String)] }));
});

test("never throws, and every entry is a measurement or a problem", () => {
  const anyEntry = fc.record({
    name: fc.string({ minLength: 1 }),
    unit: fc.oneof(fc.string(), fc.constantFrom("ns", "x", "ops/s", "MB", "gas")),
    value: fc.double({ noNaN: true, noDefaultInfinity: true }),
  });
  const reading = fc.record({
    metric: fc.constantFrom(undefined, ...JSON_METRICS),
    better: fc.constantFrom(undefined, "lower" as const, "higher" as const),
    statistic: fc.constant(undefined),
  });
  fc.assert(
    fc.property(fc.array(anyEntry, { minLength: 1 }), reading, (entries, how) => {
      const { measurements, problems } = parseBenchmarkJson(JSON.stringify(entries), how);
      expect(measurements.length + problems.length).toBe(entries.length);
    }),
  );
  fc.assert(fc.property(fc.string(), (text) => void parseBenchmarkJson(text, BY_UNIT)));
});
