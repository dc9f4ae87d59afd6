import type { PriceTicks } from "./decimal.ts";

/** Candles of one instrument as columns of equal length, oldest first. Prices are whole ticks. */
export interface Candles {
  /** Where the data came from, for messages and reports. */
  readonly source: string;
  /** SHA-256 of the bytes that were read, in hex. */
  readonly dataHash: string;
  /** Decimals of one tick. */
  readonly tickDecimals: number;
  /** How long each candle lasts, in milliseconds. A candle is known only at its opening time plus this. */
  readonly timeframeMs: number;
  /** Opening times, milliseconds since 1970 UTC, strictly ascending. */
  readonly openTimeMs: Float64Array;
  readonly openTicks: Float64Array;
  readonly highTicks: Float64Array;
  readonly lowTicks: Float64Array;
  readonly closeTicks: Float64Array;
  /** Traded volume in whatever the source counts; never used for money. */
  readonly volume: Float64Array;
}

/** One candle in ticks: what execution sees. */
export interface TickCandle {
  readonly openTicks: PriceTicks;
  readonly highTicks: PriceTicks;
  readonly lowTicks: PriceTicks;
  readonly closeTicks: PriceTicks;
}

/** How many candles there are. */
export function candleCount(candles: Candles): number {
  return candles.openTimeMs.length;
}
