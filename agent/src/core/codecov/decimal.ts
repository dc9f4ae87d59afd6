/** How a number is shown: always towards minus infinity, always towards plus infinity, or to the nearest, ties to the even digit. */
export const ROUNDINGS = ["down", "up", "nearest"] as const;
export type Rounding = (typeof ROUNDINGS)[number];

/**
 * An exact decimal number, `units / 10^scale`. The verdict of a status hangs on the fifth digit behind the point, which
 * binary fractions do not keep. `minusZero` is a zero that was rounded from below: it is shown with its sign.
 */
export interface Decimal {
  readonly units: bigint;
  readonly scale: number;
  readonly minusZero?: boolean;
}

export const ZERO: Decimal = { units: 0n, scale: 0 };
export const HUNDRED: Decimal = { units: 100n, scale: 0 };

/** Digits behind the point that hold any product of a percentage with a power of two that matters here. */
const BINARY_DIGITS = 60;

/** Reads `12`, `-0.5` or `1e-7`; `undefined` for anything else. */
export function parseDecimal(text: string): Decimal | undefined {
  const match = /^\s*([+-]?)(?=\.?\d)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?\s*$/.exec(text);
  if (match === null) return undefined;
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match;
  const units = BigInt(whole + fraction) * (sign === "-" ? -1n : 1n);
  const scale = fraction.length - Number(exponent);
  return scale >= 0 ? { units, scale } : { units: units * 10n ** BigInt(-scale), scale: 0 };
}

/** The shortest decimal that means this number. */
export function decimalOf(value: number): Decimal {
  return parseDecimal(String(value)) ?? ZERO;
}

/** The digits that a binary fraction really has, `places` to the left moved. */
function exactDecimal(value: number, places = 0): Decimal {
  const exact = parseDecimal(value.toFixed(BINARY_DIGITS)) ?? ZERO;
  return { units: exact.units * 10n ** BigInt(places), scale: exact.scale };
}

/** `hits / lines` as a percentage in the exact digits of the binary quotient, not rounded. */
export function exactPercent(hits: number, lines: number): Decimal {
  return exactDecimal(hits / lines, 2);
}

/** `hits / lines` as a percentage with five digits behind the point: what reports keep. `lines` must not be 0. */
export function percentOfFive(hits: number, lines: number): Decimal {
  if (hits === lines) return HUNDRED;
  if (hits === 0) return ZERO;
  return round(exactDecimal((hits / lines) * 100), 5, "nearest");
}

function add(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return { units: unitsAt(a, scale) + unitsAt(b, scale), scale };
}

export function subtract(a: Decimal, b: Decimal): Decimal {
  return add(a, { units: -b.units, scale: b.scale });
}

/** Less than 0, 0 or more than 0, as `a` is less than, the same as or more than `b`. */
export function compare(a: Decimal, b: Decimal): number {
  const { units } = subtract(a, b);
  return units < 0n ? -1 : units > 0n ? 1 : 0;
}

/** The number with `places` digits behind the point. */
export function round(value: Decimal, places: number, rounding: Rounding): Decimal {
  if (value.scale <= places) return { units: unitsAt(value, places), scale: places };
  const step = 10n ** BigInt(value.scale - places);
  const floor = floorDivide(value.units, step);
  const rest = value.units - floor * step;
  const units = floor + (roundsUp(rest, { step, floor, rounding }) ? 1n : 0n);
  return { units, scale: places, ...(units === 0n && value.units < 0n ? { minusZero: true } : {}) };
}

function roundsUp(
  rest: bigint,
  { step, floor, rounding }: { step: bigint; floor: bigint; rounding: Rounding },
): boolean {
  if (rounding === "down") return false;
  if (rounding === "up") return rest > 0n;
  return rest * 2n > step || (rest * 2n === step && floor % 2n !== 0n);
}

/** With all its digits behind the point, as in `85.00`; `signed` puts a `+` before what is not negative. */
export function formatDecimal(value: Decimal, { signed = false }: { signed?: boolean } = {}): string {
  const negative = value.units < 0n || value.minusZero === true;
  const digits = String(value.units < 0n ? -value.units : value.units).padStart(value.scale + 1, "0");
  const cut = digits.length - value.scale;
  const text = value.scale === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`;
  return `${negative ? "-" : signed ? "+" : ""}${text}`;
}

export function toNumber(value: Decimal): number {
  return Number(formatDecimal(value));
}

function unitsAt({ units, scale }: Decimal, wanted: number): bigint {
  return units * 10n ** BigInt(wanted - scale);
}

function floorDivide(units: bigint, step: bigint): bigint {
  const quotient = units / step;
  return units < 0n && quotient * step !== units ? quotient - 1n : quotient;
}
