import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { STATISTICS } from "./statistic.ts";
import { METRIC_IDS, METRICS, metricDefinition, UNITS } from "./metrics.ts";
import { meets, OPERATORS, parseThreshold } from "./threshold.ts";

const lower = { unit: "ns", better: "lower" } as const;
const anyMetric = fc.record({ unit: fc.constantFrom(...UNITS), better: fc.constantFrom("lower", "higher") });

describe("parseThreshold", () => {
  test.each([
    { written: "100%", metric: METRICS.code_style, operator: ">=", value: 100 },
    { written: 90, metric: METRICS.unit_coverage, operator: ">=", value: 90 },
    { written: ">= 92.5%", metric: METRICS.unit_coverage, operator: ">=", value: 92.5 },
    { written: "0", metric: METRICS.type_errors, operator: "<=", value: 0 },
    { written: "< 10", metric: METRICS.complexity, operator: "<", value: 10 },
    { written: "<5min", metric: METRICS.duration, operator: "<", value: 300e9 },
    { written: "< 100us", metric: METRICS.latency, operator: "<", value: 100e3 },
    { written: "< 100µs", metric: METRICS.latency, operator: "<", value: 100e3 },
    { written: "<= 1.5ms", metric: METRICS.latency, operator: "<=", value: 1.5e6 },
    { written: "< 2GB", metric: METRICS.memory, operator: "<", value: 2e9 },
    { written: "< 2GiB", metric: METRICS.memory, operator: "<", value: 2 * 1024 ** 3 },
    { written: "> 10_000/s", metric: METRICS.throughput, operator: ">", value: 10_000 },
    { written: "3x", metric: METRICS.ratio, operator: ">=", value: 3 },
    { written: "150_000 gas", metric: METRICS.gas, operator: "<=", value: 150_000 },
    { written: " == 7 ", metric: METRICS.complexity, operator: "==", value: 7 },
  ])("reads $written", ({ written, metric, operator, value }) => {
    const parsed = parseThreshold(written, metric);
    expect(parsed).toMatchObject({ ok: true, threshold: { operator, value, unit: metric.unit } });
  });

  test("reads the statistic that a limit is about", () => {
    expect(parseThreshold("p99 < 100us", lower)).toMatchObject({
      threshold: { statistic: "p99", operator: "<", value: 100_000 },
    });
    expect(parseThreshold("p98 < 100us", lower)).toMatchObject({ ok: false });
  });

  test.each([
    "",
    "fast",
    "-1ms",
    "5",
    "5 minutes",
    "< ",
    "p99",
    "< 1e3ms",
    "1ms 2ms",
    "=> 5ms",
    "5 constructor",
    "1 __proto__",
    "1toString",
  ])("refuses %j as a time and shows the form", (written) => {
    const parsed = parseThreshold(written, lower);
    expect(parsed.ok).toBe(false);
    expect(parsed.ok ? "" : parsed.problem).toContain(written.trim());
  });

  test("is total: every text is a limit or a problem, and a limit is a number", () => {
    const anything = fc.oneof(
      fc.string(),
      fc.double(),
      fc
        .tuple(
          fc.constantFrom("", "p99 ", "< ", ">= "),
          fc.nat(),
          fc.constantFrom("constructor", "valueOf", " %", "ns", "hasOwnProperty"),
        )
        .map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(anything, anyMetric, (written, metric) => {
        const parsed = parseThreshold(written, metric);
        if (parsed.ok) expect(parsed.threshold.value).toBeGreaterThanOrEqual(0);
        else expect(parsed.problem).not.toBe("");
      }),
    );
  });

  test("a limit that is put together says the same when it is read", () => {
    const unitOf = {
      percent: "%",
      count: "",
      ns: "ns",
      bytes: "B",
      "per-second": "/s",
      gas: " gas",
      ratio: "x",
    } as const;
    fc.assert(
      fc.property(
        fc.record({
          statistic: fc.option(fc.constantFrom(...STATISTICS), { nil: undefined }),
          operator: fc.constantFrom(...OPERATORS),
          value: fc.oneof(
            fc.nat(),
            fc.nat(1e6).map((thousandths) => thousandths / 1000),
          ),
          unit: fc.constantFrom(...UNITS),
        }),
        ({ statistic, operator, value, unit }) => {
          const written = `${statistic === undefined ? "" : `${statistic} `}${operator} ${value}${unitOf[unit]}`;
          const parsed = parseThreshold(written, { unit, better: "lower" });
          expect(parsed).toEqual({ ok: true, threshold: { statistic, operator, value, unit, written } });
        },
      ),
    );
  });

  test("without an operator the limit itself is good enough", () => {
    fc.assert(
      fc.property(fc.nat(), anyMetric, (value, metric) => {
        const suffix = { percent: "%", count: "", ns: "ns", bytes: "B", "per-second": "/s", gas: "", ratio: "" }[
          metric.unit
        ];
        const parsed = parseThreshold(`${value}${suffix}`, metric);
        if (!parsed.ok) throw new Error(parsed.problem);
        const step = metric.better === "higher" ? 1 : -1;
        expect(meets(value, parsed.threshold)).toBe(true);
        expect(meets(value + step, parsed.threshold)).toBe(true);
        expect(meets(value - step, parsed.threshold)).toBe(false);
      }),
    );
  });

  test("every default limit of the registry can be read", () => {
    const unreadable = METRIC_IDS.filter((id) => {
      const { defaultLimit, ...metric } = metricDefinition(id);
      return defaultLimit !== undefined && !parseThreshold(defaultLimit, metric).ok;
    });
    expect(unreadable).toEqual([]);
  });
});

test("no operator is met by a value that is not a number", () => {
  const met = OPERATORS.filter((operator) => meets(Number.NaN, { operator, value: 1, unit: "count", written: "" }));
  expect(met).toEqual([]);
});
