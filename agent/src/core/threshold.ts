import type { MetricDefinition, Unit } from "./metrics.ts";
import { STATISTICS, type Statistic } from "./statistic.ts";

export const OPERATORS = ["<", "<=", ">", ">=", "=="] as const;
export type Operator = (typeof OPERATORS)[number];

/** A limit as written by people, made exact: `p99 < 100us` is `{ statistic: "p99", operator: "<", value: 100_000, unit: "ns" }`. */
export interface Threshold {
  readonly statistic?: Statistic | undefined;
  readonly operator: Operator;
  /** In the metric's own unit: percent, count, nanoseconds, bytes, per second, gas or ratio. */
  readonly value: number;
  readonly unit: Unit;
  /** As it was written, for messages. */
  readonly written: string;
}

export type ThresholdResult =
  | { readonly ok: true; readonly threshold: Threshold }
  | { readonly ok: false; readonly problem: string };

const SCALES: Readonly<Record<Unit, Readonly<Record<string, number>>>> = {
  percent: { "%": 1, "": 1 },
  count: { "": 1 },
  ns: { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, sec: 1e9, min: 60e9, h: 3600e9 },
  bytes: { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 },
  "per-second": { "/s": 1 },
  gas: { "": 1, gas: 1 },
  ratio: { "": 1, x: 1 },
};

const EXAMPLES: Readonly<Record<Unit, string>> = {
  percent: '">= 90%"',
  count: '"< 10"',
  ns: '"p99 < 100us"',
  bytes: '"< 2GB"',
  "per-second": '"> 10000/s"',
  gas: '"<= 150000"',
  ratio: '">= 3"',
};

const FORM = /^(?:([a-z][a-z0-9]*)\s+)?(<=|>=|==|<|>)?\s*([0-9][0-9_]*(?:\.[0-9]+)?)\s*(\S*)$/;

/**
 * Reads a limit such as `100%`, `"< 10"`, `"p99 < 100us"` or `0`. Without an operator the limit is inclusive in the
 * metric's better direction. Never throws: a text that says nothing clear comes back as a problem that shows the form.
 */
export function parseThreshold(
  written: string | number,
  metric: Pick<MetricDefinition, "unit" | "better">,
): ThresholdResult {
  const { unit, better } = metric;
  const text = String(written).trim();
  const match = FORM.exec(text);
  if (match === null) return { ok: false, problem: `"${text}" is not a limit; write it like ${EXAMPLES[unit]}` };
  const [, statisticText, operatorText, digits = "", suffix = ""] = match;
  const statistic = STATISTICS.find((name) => name === statisticText);
  if (statisticText !== undefined && statistic === undefined) {
    return { ok: false, problem: `"${statisticText}" is no statistic; allowed: ${STATISTICS.join(", ")}` };
  }
  const scale = scaleOf(suffix, unit);
  if (scale === undefined) return { ok: false, problem: `"${text}" has ${wrongUnit(suffix, unit)}` };
  const operator = OPERATORS.find((name) => name === operatorText) ?? (better === "higher" ? ">=" : "<=");
  const value = Number(digits.replaceAll("_", "")) * scale;
  return { ok: true, threshold: { statistic, operator, value, unit, written: text } };
}

/** A plain look-up would also find what every object inherits, such as "constructor". */
function scaleOf(suffix: string, unit: Unit): number | undefined {
  return Object.hasOwn(SCALES[unit], suffix) ? SCALES[unit][suffix] : undefined;
}

function wrongUnit(suffix: string, unit: Unit): string {
  const allowed = Object.keys(SCALES[unit]).filter((name) => name !== "");
  const units = allowed.length > 0 ? `allowed units: ${allowed.join(", ")}` : "no unit is allowed";
  const found = suffix === "" ? "no unit" : `the unit "${suffix}"`;
  return `${found}; ${units}; write it like ${EXAMPLES[unit]}`;
}

/** Whether a value keeps to the limit. `NaN` keeps to none. */
export function meets(value: number, { operator, value: limit }: Threshold): boolean {
  switch (operator) {
    case "<":
      return value < limit;
    case "<=":
      return value <= limit;
    case ">":
      return value > limit;
    case ">=":
      return value >= limit;
    case "==":
      return value === limit;
  }
}
