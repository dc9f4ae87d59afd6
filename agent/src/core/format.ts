import type { Unit } from "./metrics.ts";

const STEPS: Readonly<Partial<Record<Unit, readonly (readonly [number, string])[]>>> = {
  ns: [
    [60e9, "min"],
    [1e9, "s"],
    [1e6, "ms"],
    [1e3, "µs"],
    [1, "ns"],
  ],
  bytes: [
    [1e9, "GB"],
    [1e6, "MB"],
    [1e3, "kB"],
    [1, "B"],
  ],
};

/** A value with its unit for people: `4.2 µs`, `93.7 %`, `12 345 /s`. Percentages are cut, not rounded, so that 99.99 never reads as 100. */
export function formatValue(value: number, unit: Unit): string {
  const steps = STEPS[unit];
  if (steps !== undefined) {
    const [scale, name] = steps.find(([size]) => Math.abs(value) >= size) ?? steps.at(-1) ?? [1, ""];
    return `${shorten(value / scale)} ${name}`;
  }
  switch (unit) {
    case "percent":
      return `${Math.floor(value * 100) / 100} %`;
    case "per-second":
      return `${grouped(value)} /s`;
    case "gas":
      return `${grouped(value)} gas`;
    case "ratio":
      return `${shorten(value)} ×`;
    case "count":
    case "ns":
    case "bytes":
      return grouped(value);
  }
}

function shorten(value: number): string {
  return Number(value.toPrecision(3)).toString();
}

function grouped(value: number): string {
  return Math.round(value)
    .toString()
    .replaceAll(/\B(?=(\d{3})+(?!\d))/g, " ");
}
