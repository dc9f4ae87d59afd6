import type { MoneyUnits } from "../model/decimal.ts";
import type { ClosedTrade } from "../portfolio/portfolio.ts";

/** What came out of a run. Ratios are fractions (0.1 is 10 %); what has no value, such as the win rate of no trades, is null. */
export interface Metrics {
  readonly startUnits: MoneyUnits;
  readonly endUnits: MoneyUnits;
  /** End minus start, an open position at its last close included. */
  readonly netProfitUnits: MoneyUnits;
  readonly netProfitRatio: number;
  readonly feeUnits: MoneyUnits;
  /** The deepest fall of equity at a close below its highest close before, as a fraction of that. */
  readonly maxDrawdownRatio: number;
  /**
   * Mean over standard deviation (sample) of the returns from close to close, times the square root of the closes in a
   * year of 365.25 days, counted from the data so that nights and weekends need no rule. Risk-free rate 0.
   */
  readonly sharpeRatio: number | null;
  readonly trades: number;
  readonly wins: number;
  readonly winRate: number | null;
  /** Profits of winning trades over losses of losing ones. */
  readonly profitFactor: number | null;
  readonly averageTradeUnits: number | null;
}

/** What the metrics are computed from: equity at each close, when the closes were, and the trades. */
export interface MetricsInput {
  readonly startUnits: MoneyUnits;
  readonly equityUnits: Float64Array;
  readonly closeTimeMs: (index: number) => number;
  readonly trades: readonly ClosedTrade[];
  readonly feeUnits: MoneyUnits;
}

const YEAR_MS = 365.25 * 24 * 3_600 * 1_000;

/** Computes the metrics of a run of at least one candle. */
export function metricsOf(input: MetricsInput): Metrics {
  const { startUnits, equityUnits, trades, feeUnits } = input;
  const endUnits = equityUnits.at(-1) ?? startUnits;
  const net = trades.map((trade) => trade.netUnits);
  const wins = net.filter((units) => units > 0);
  const lost = -sum(net.filter((units) => units < 0));
  return {
    startUnits,
    endUnits,
    netProfitUnits: endUnits - startUnits,
    netProfitRatio: (endUnits - startUnits) / startUnits,
    feeUnits,
    maxDrawdownRatio: maxDrawdown(startUnits, equityUnits),
    sharpeRatio: sharpe(input),
    trades: trades.length,
    wins: wins.length,
    winRate: net.length === 0 ? null : wins.length / net.length,
    profitFactor: lost === 0 ? null : sum(wins) / lost,
    averageTradeUnits: net.length === 0 ? null : sum(net) / net.length,
  };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

function maxDrawdown(start: number, equity: Float64Array): number {
  let peak = start;
  let deepest = 0;
  for (const value of equity) {
    peak = Math.max(peak, value);
    deepest = Math.max(deepest, (peak - value) / peak);
  }
  return deepest;
}

function sharpe({ startUnits, equityUnits, closeTimeMs }: MetricsInput): number | null {
  const count = equityUnits.length;
  const years = (closeTimeMs(count - 1) - closeTimeMs(0)) / YEAR_MS;
  if (count < 3 || years <= 0) return null;
  // Welford's update: the sum of squares minus the square of the sum would cancel for returns this small.
  let mean = 0;
  let squares = 0;
  let before = startUnits;
  for (const [index, value] of equityUnits.entries()) {
    const change = value / before - 1;
    const distance = change - mean;
    mean += distance / (index + 1);
    squares += distance * (change - mean);
    before = value;
  }
  const deviation = Math.sqrt(squares / (count - 1));
  const closesPerYear = (count - 1) / years;
  return Number.isFinite(deviation) && deviation > 0 ? (mean / deviation) * Math.sqrt(closesPerYear) : null;
}
