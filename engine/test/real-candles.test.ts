import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import {
  BuyAndHold,
  type Candles,
  CrossParameters,
  MovingAverageCross,
  nodeFiles,
  readCsvCandles,
  reportOf,
  resolveSettings,
  runBacktest,
  type SettingsInput,
} from "../src/index.ts";
import { bringMarketData } from "./market-data.ts";

const data = bringMarketData();
if (typeof data === "string") process.stderr.write(`SKIPPED: backtests on real candles. ${data}\n`);
const { goog, eurusd } = typeof data === "string" ? { goog: "", eurusd: "" } : data;

/** A CSV column as ordinary numbers, read without the engine. */
function columnOf(file: string, name: string): number[] {
  const [header = "", ...rows] = readFileSync(file, "utf8").trim().split("\n");
  const at = header.split(",").indexOf(name);
  return rows.map((row) => Number(row.split(",")[at]));
}

const settings = (input: Partial<SettingsInput>) => resolveSettings({ cash: "10000", ...input });

/** Exponential averages as the textbook has them: seeded with the mean of the first `period` values, NaN before. */
function textbookEma(values: readonly number[], period: number): number[] {
  const averages: number[] = [];
  for (const [index, value] of values.entries()) {
    const seed = values.slice(0, period).reduce((sum, each) => sum + each, 0) / period;
    const before = averages[index - 1] ?? Number.NaN;
    if (index < period - 1) averages.push(Number.NaN);
    else if (index === period - 1) averages.push(seed);
    else averages.push(before + (2 / (period + 1)) * (value - before));
  }
  return averages;
}

interface Expected {
  readonly equityCents: number[];
  readonly trades: number[];
}

/** The long-only cross over whole cents, written as plainly as possible and without any of the engine's parts. */
function plainCross(file: string, { fast, slow, feePips }: { fast: number; slow: number; feePips: number }): Expected {
  const [opens, closes] = [columnOf(file, "Open"), columnOf(file, "Close")];
  const [quick, lazy] = [textbookEma(closes, fast), textbookEma(closes, slow)];
  const cents = (price: number) => Math.round(price * 100);
  const feeOf = (amount: number) => Math.ceil(amount * (feePips / 1e6) - 1e-9);
  const expected: Expected = { equityCents: [], trades: [] };
  let [cash, shares, paid, wanted] = [1_000_000, 0, 0, 0];
  for (const [bar, close] of closes.entries()) {
    const open = cents(opens[bar] ?? 0);
    if (wanted > 0 && wanted * open + feeOf(wanted * open) <= cash) {
      shares = wanted;
      paid = shares * open + feeOf(shares * open);
      cash -= paid;
    } else if (wanted < 0) {
      const got = shares * open - feeOf(shares * open);
      cash += got;
      expected.trades.push(got - paid);
      shares = 0;
    }
    wanted = 0;
    const equity = cash + shares * cents(close);
    expected.equityCents.push(equity);
    const gap = (quick[bar] ?? Number.NaN) - (lazy[bar] ?? Number.NaN);
    if (shares === 0 && gap > 0) wanted = Math.floor((equity * 0.95) / (cents(close) + feeOf(cents(close))));
    else if (shares > 0 && gap < 0) wanted = -1;
  }
  return expected;
}

describe.skipIf(typeof data === "string")("backtests on real candles", () => {
  const read = (file: string): Promise<Candles> => readCsvCandles(nodeFiles, file);
  const cross = (kind: "sma" | "ema", parameters: object) =>
    new MovingAverageCross(kind, CrossParameters.parse(parameters));

  test("candles are the numbers of the file, exactly", async () => {
    for (const [file, decimals, count] of [
      [goog, 2, 2_148],
      [eurusd, 5, 5_000],
    ] as const) {
      const candles = await read(file);
      expect(candles.tickDecimals).toBe(decimals);
      expect(candles.closeTicks).toHaveLength(count);
      expect([...candles.closeTicks].map((ticks) => ticks / 10 ** decimals)).toEqual(columnOf(file, "Close"));
    }
  });

  test("an EMA cross on Google agrees with a plain recomputation, to the cent, on each of 2,148 days", async () => {
    const result = runBacktest(
      await read(goog),
      cross("ema", { fast: 10, slow: 30 }),
      settings({ takerFeePips: 1_000 }),
    );
    const expected = plainCross(goog, { fast: 10, slow: 30, feePips: 1_000 });
    expect(expected.trades.length).toBeGreaterThan(20);
    expect([...result.equityUnits]).toEqual(expected.equityCents);
    expect(result.trades.map(({ netUnits }) => netUnits)).toEqual(expected.trades);
  });

  test("a recomputation with another fee does not agree", async () => {
    const result = runBacktest(
      await read(goog),
      cross("ema", { fast: 10, slow: 30 }),
      settings({ takerFeePips: 1_000 }),
    );
    const expected = plainCross(goog, { fast: 10, slow: 30, feePips: 1_100 });
    expect([...result.equityUnits]).not.toEqual(expected.equityCents);
  });

  test("buy and hold earns the price ratio", async () => {
    const candles = await read(goog);
    const result = runBacktest(candles, new BuyAndHold({ share: 0.9 }), settings({}));
    const [opens, closes] = [columnOf(goog, "Open"), columnOf(goog, "Close")];
    const [bought = 0, last = 0] = [opens[1], closes.at(-1)];
    const shares = result.openLots;
    expect(shares).toBe(Math.floor(9_000 / (closes[0] ?? 0)));
    const endDollars = 10_000 - shares * bought + shares * bought * (last / bought);
    expect((result.equityUnits.at(-1) ?? 0) / 100).toBeCloseTo(endDollars, 6);
  });

  test("nothing trades before its signal's candle has closed, and everything at a price of its candle", async () => {
    const candles = await read(eurusd);
    const strategy = cross("sma", { fast: 5, slow: 20, short: true, stopLoss: 0.002, takeProfit: 0.004 });
    const result = runBacktest(candles, strategy, settings({ makerFeePips: 20, takerFeePips: 50 }));
    const orders = new Map(
      result.journal.entries.flatMap((entry) => (entry.kind === "ordered" ? [[entry.order.id, entry.order]] : [])),
    );
    const purposes = new Set<string>();
    let executions = 0;
    for (const entry of result.journal.entries) {
      if (entry.kind !== "executed") continue;
      executions += 1;
      const order = orders.get(entry.orderId);
      purposes.add(order?.purpose ?? "none");
      expect(candles.openTimeMs[entry.bar]).toBeGreaterThanOrEqual(order?.decidedAtMs ?? Number.POSITIVE_INFINITY);
      expect(entry.priceTicks).toBeLessThanOrEqual(candles.highTicks[entry.bar] ?? 0);
      expect(entry.priceTicks).toBeGreaterThanOrEqual(candles.lowTicks[entry.bar] ?? Number.POSITIVE_INFINITY);
    }
    expect(executions).toBeGreaterThan(200);
    expect(purposes).toEqual(new Set(["entry", "exit", "stop-loss", "take-profit"]));
    const net = result.trades.reduce((sum, trade) => sum + trade.netUnits, 0);
    if (result.openLots === 0) expect(net).toBe((result.equityUnits.at(-1) ?? 0) - result.startUnits);
    expect(result.trades.reduce((sum, trade) => sum + trade.feeUnits, 0)).toBeLessThanOrEqual(result.feeUnits);
  });

  test("a run repeats to the fingerprint and its report says what it was made of", async () => {
    const candles = await read(eurusd);
    const once = (seed: number) => {
      const chosen = settings({ seed, slippageTicks: 3, takerFeePips: 50 });
      const result = runBacktest(candles, cross("ema", {}), chosen);
      return reportOf(result, { candles, settings: chosen, strategy: "ema-cross", parameters: {} });
    };
    expect(once(1)).toEqual(once(1));
    expect(once(1).fingerprint).not.toBe(once(2).fingerprint);
    expect(once(1).manifest).toMatchObject({
      dataHash: candles.dataHash,
      dataSource: "EURUSD.csv",
      engineVersion: "0.1.0",
      seed: 1,
      codeHash: expect.stringMatching(/^[0-9a-f]{64}$/),
      kernelPath: expect.stringMatching(/^(addon|wasm)$/),
    });
  });
});
