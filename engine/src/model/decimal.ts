import { EngineError } from "../errors/errors.ts";

/** A whole number of ticks: the price times 10^tickDecimals. */
export type PriceTicks = number;
/** A whole number of lots: the quantity times 10^lotDecimals. Positive is long, negative short where it has a sign. */
export type Lots = number;
/** A whole number of money units: one tick times one lot, that is 10^-(tickDecimals + lotDecimals) of the quote currency. */
export type MoneyUnits = number;

/** Where the decimal points of an instrument lie. Everything counted is a whole number up to 2^53 - 1, hence exact. */
export interface Precision {
  /** Decimals of one price tick: 2 means 0.01. 0 to 10. */
  readonly tickDecimals: number;
  /** Decimals of one lot: 0 means whole pieces. 0 to 10. */
  readonly lotDecimals: number;
}

const PLAIN = /^-?\d+(?:\.\d+)?$/;

/** How many decimals a plain decimal text shows, trailing zeros not counted; undefined when it is none. */
export function decimalsOf(text: string): number | undefined {
  if (!PLAIN.test(text)) return undefined;
  const point = text.indexOf(".");
  if (point < 0) return 0;
  let end = text.length;
  while (text[end - 1] === "0") end--;
  return end - point - 1;
}

/**
 * Reads a plain decimal text as a whole number of 10^-decimals. Undefined when it is no such text, has more decimals
 * (nothing is ever rounded away), or exceeds 2^53 - 1.
 */
export function parseDecimal(text: string, decimals: number): number | undefined {
  const shown = decimalsOf(text);
  if (shown === undefined || shown > decimals) return undefined;
  const point = text.indexOf(".");
  const digits = point < 0 ? text : text.slice(0, point) + text.slice(point + 1, point + 1 + shown);
  const value = Number(digits + "0".repeat(decimals - shown));
  return Number.isSafeInteger(value) ? value + 0 : undefined;
}

/** Shows a whole number of 10^-decimals as a plain decimal text, all decimals written. */
export function formatDecimal(value: number, decimals: number): string {
  const digits = Math.abs(value)
    .toFixed(0)
    .padStart(decimals + 1, "0");
  const sign = value < 0 ? "-" : "";
  if (decimals === 0) return sign + digits;
  return `${sign}${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
}

/** The product of two whole numbers. Error: model/overflow when it is above 2^53 - 1 and so might not be exact. */
export function exactProduct(left: number, right: number, what: string): number {
  const product = left * right;
  if (!Number.isSafeInteger(product)) throw new EngineError("model/overflow", { what });
  return product;
}

/** The sum of two whole numbers. Error: model/overflow. */
export function exactSum(left: number, right: number, what: string): number {
  const sum = left + right;
  if (!Number.isSafeInteger(sum)) throw new EngineError("model/overflow", { what });
  return sum;
}

/** Parts per million: 1 pip here is a hundredth of a basis point, as fees of venues are quoted (3000 = 0.30 %). */
export const PIPS_PER_WHOLE = 1_000_000;

/** The fee on a traded amount, rounded up: a venue never rounds in its customer's favour. Both are money units. */
export function feeOn(notional: MoneyUnits, feePips: number): MoneyUnits {
  const exact = BigInt(Math.abs(notional)) * BigInt(feePips);
  const whole = BigInt(PIPS_PER_WHOLE);
  return Number((exact + whole - 1n) / whole);
}
