import type { Unit } from "../core/metrics.ts";

const TIME: Readonly<Record<string, number>> = {
  ns: 1,
  nsec: 1,
  nanosecond: 1,
  us: 1e3,
  usec: 1e3,
  microsecond: 1e3,
  ms: 1e6,
  msec: 1e6,
  millisecond: 1e6,
  s: 1e9,
  sec: 1e9,
  second: 1e9,
  min: 60e9,
  minute: 60e9,
};

/** Upper and lower case tell `Mb` from `MB`; only the second is a size. */
const SIZE: Readonly<Record<string, number>> = {
  B: 1,
  byte: 1,
  kB: 1e3,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  kilobyte: 1e3,
  megabyte: 1e6,
  gigabyte: 1e9,
};

const RATE_PREFIX: Readonly<Record<string, number>> = { k: 1e3, K: 1e3, M: 1e6, G: 1e9 };
/** What a rate may count with a prefix before it. Other words are taken whole, so that `Messages/s` is no `M` of anything. */
const COUNTED = "(?:ops?|operations?|iter(?:ation)?s?|req(?:uest)?s?|events?|items?|tx|msgs?|B)";
const RATE = /^(.*?)\s*(?:\/|\bper\s+)\s*(?:s|sec|second)s?$/;

/**
 * A value in the unit that a tool wrote, such as `us/iter`, `MiB` or `ops/sec`, in the unit that a metric is kept in.
 * `undefined` when the written unit is unknown or does not measure that kind of thing, or the result is no finite number.
 */
export function convertTo(target: Unit, value: number, written: string): number | undefined {
  const scale = SCALES[target](written.trim());
  const converted = scale === undefined ? undefined : value * scale;
  return Number.isFinite(converted) ? converted : undefined;
}

/** What a written unit is in the unit of the metric; `undefined` for a unit of something else. */
const SCALES: { readonly [U in Unit]: (written: string) => number | undefined } = {
  ns: (written) => lookUp(TIME, withoutOccasion(written).replace(/^[µμ]/, "u").toLowerCase()),
  bytes: (written) => lookUp(SIZE, withoutOccasion(written)) ?? lookUp(SIZE, withoutOccasion(written).toLowerCase()),
  "per-second": rateScale,
  gas: (written) => oneIf(["", "gas"], withoutOccasion(written)),
  ratio: (written) => oneIf(["", "x", "×", "ratio", "times"], written),
  percent: (written) => oneIf(["%", "percent"], written),
  count: (written) => oneIf(["", "count"], written),
};

function oneIf(names: readonly string[], written: string): number | undefined {
  return names.includes(written.toLowerCase()) ? 1 : undefined;
}

/** `ns/iter` and `ns per call` are times as `ns` is; a rate keeps its `/s`. */
function withoutOccasion(written: string): string {
  return written.replace(/\s*(?:\/|\bper\s+)\s*(?:iter(?:ation)?|op(?:eration)?|call|run|tx)s?$/i, "");
}

function rateScale(written: string): number | undefined {
  if (written.toLowerCase() === "hz") return 1;
  const counted = RATE.exec(written)?.[1];
  if (counted === undefined || /\d/.test(counted)) return undefined;
  const size = lookUp(SIZE, counted);
  if (size !== undefined) return size;
  const prefixed = new RegExp(`^([kKMG])\\s*${COUNTED}?$`).exec(counted)?.[1];
  return prefixed === undefined ? 1 : lookUp(RATE_PREFIX, prefixed);
}

/** Also finds the singular of a unit written in the plural. */
function lookUp(scales: Readonly<Record<string, number>>, name: string): number | undefined {
  const singular = name.replace(/s$/, "");
  if (Object.hasOwn(scales, name)) return scales[name];
  return singular.length > 2 && Object.hasOwn(scales, singular) ? scales[singular] : undefined;
}
