import type { Unit } from "./metrics.ts";

type Steps = readonly (readonly [scale: number, name: string])[];

const TIMES: Steps = [
  [60e9, "min"],
  [1e9, "s"],
  [1e6, "ms"],
  [1e3, "µs"],
];
const SIZES: Steps = [
  [1e9, "GB"],
  [1e6, "MB"],
  [1e3, "kB"],
];

const FORMATS: Readonly<Record<Unit, (value: number) => string>> = {
  percent: (value) => `${Math.floor(value * 100) / 100} %`,
  count: grouped,
  ns: (value) => stepped(value, TIMES, "ns"),
  bytes: (value) => stepped(value, SIZES, "B"),
  "per-second": (value) => `${grouped(value)} /s`,
  gas: (value) => `${grouped(value)} gas`,
  ratio: (value) => `${shorten(value)} ×`,
};

/** A value with its unit for people: `4.2 µs`, `93.7 %`, `12 345 /s`. Percentages are cut, not rounded, so that 99.99 never reads as 100. */
export function formatValue(value: number, unit: Unit): string {
  return FORMATS[unit](value);
}

/** In the largest step that the value reaches, else in the unit itself. */
function stepped(value: number, steps: Steps, unit: string): string {
  const [scale, name] = steps.find(([size]) => Math.abs(value) >= size) ?? [1, unit];
  return `${shorten(value / scale)} ${name}`;
}

function shorten(value: number): string {
  return Number(value.toPrecision(3)).toString();
}

function grouped(value: number): string {
  return Math.round(value)
    .toString()
    .replaceAll(/\B(?=(\d{3})+(?!\d))/g, " ");
}
