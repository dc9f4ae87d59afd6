import { describe, expect, test } from "vitest";
import type { ClosedTrade } from "../portfolio/portfolio.ts";
import { metricsOf } from "./metrics.ts";

const DAY_MS = 86_400_000;
const trade = (netUnits: number): ClosedTrade => ({
  side: "long",
  openedBar: 0,
  closedBar: 1,
  peakLots: 1,
  grossUnits: netUnits,
  feeUnits: 0,
  netUnits,
});
const metrics = (equity: readonly number[], trades: readonly ClosedTrade[] = []) =>
  metricsOf({
    startUnits: 1_000,
    equityUnits: Float64Array.from(equity),
    closeTimeMs: (index) => index * DAY_MS,
    trades,
    feeUnits: 7,
  });

describe("metrics", () => {
  test("measure profit and the deepest fall from a peak, the start included", () => {
    expect(metrics([1_100, 880, 1_200, 1_140])).toMatchObject({
      netProfitUnits: 140,
      netProfitRatio: 0.14,
      maxDrawdownRatio: 0.2,
      feeUnits: 7,
    });
    expect(metrics([900, 950]).maxDrawdownRatio).toBe(0.1);
  });

  test("compute Sharpe as the textbook does", () => {
    const equity = [1_010, 1_000, 1_030, 1_020];
    const returns = equity.map((value, index) => value / (equity[index - 1] ?? 1_000) - 1);
    const mean = returns.reduce((sum, value) => sum + value, 0) / returns.length;
    const variance = returns.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (returns.length - 1);
    expect(metrics(equity).sharpeRatio).toBeCloseTo((mean / Math.sqrt(variance)) * Math.sqrt(365.25), 10);
  });

  test("say null where there is no value", () => {
    expect(metrics([1_000, 1_000, 1_000])).toMatchObject({
      sharpeRatio: null,
      winRate: null,
      profitFactor: null,
      averageTradeUnits: null,
    });
  });

  test("count trades", () => {
    expect(metrics([1_000, 1_010], [trade(30), trade(-10), trade(0), trade(-10)])).toMatchObject({
      trades: 4,
      wins: 1,
      winRate: 0.25,
      profitFactor: 1.5,
      averageTradeUnits: 2.5,
    });
  });
});
