import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EngineError } from "../errors/errors.ts";
import type { Side } from "../model/order.ts";
import { type Booking, type ClosedTrade, Portfolio } from "./portfolio.ts";

type Draft = readonly [side: Side, lots: number, priceTicks: number, feePips?: number];
const booking = (...[side, lots, priceTicks, feePips = 0]: Draft): Booking => ({
  side,
  lots,
  priceTicks,
  feePips,
  bar: 0,
});

describe("the portfolio", () => {
  test("books a round trip to the unit", () => {
    const portfolio = new Portfolio(100_000);
    expect(portfolio.book(booking("buy", 10, 1_000, 1_000))).toBeUndefined();
    expect(portfolio.cashUnits).toBe(100_000 - 10_000 - 10);
    expect(portfolio.averageEntryTicks).toBe(1_000);
    expect(portfolio.equityUnits(1_100)).toBe(100_990);
    const trade = portfolio.book(booking("sell", 10, 1_100, 1_000));
    expect(trade).toMatchObject({ side: "long", peakLots: 10, grossUnits: 1_000, feeUnits: 21, netUnits: 979 });
    expect(portfolio.cashUnits).toBe(100_979);
  });

  test("closes one trade and opens the next when a fill goes through zero", () => {
    const portfolio = new Portfolio(100_000);
    portfolio.book(booking("sell", 5, 100));
    const trade = portfolio.book(booking("buy", 8, 90));
    expect(trade).toMatchObject({ side: "short", netUnits: 50, peakLots: 5 });
    expect(portfolio.lots).toBe(3);
    expect(portfolio.averageEntryTicks).toBe(90);
  });

  test("allows only what equity covers, and always what makes a position smaller", () => {
    const portfolio = new Portfolio(1_000);
    expect(portfolio.affords(booking("buy", 10, 100), 1)).toBe(true);
    expect(portfolio.affords(booking("buy", 10, 100, 1), 1)).toBe(false);
    expect(portfolio.affords(booking("buy", 20, 100), 2)).toBe(true);
    portfolio.book(booking("sell", 10, 100));
    expect(portfolio.affords(booking("sell", 1, 100), 1)).toBe(false);
    expect(portfolio.affords(booking("buy", 10, 10_000), 1)).toBe(true);
    expect(portfolio.affords(booking("buy", 21, 100), 1)).toBe(false);
  });

  test("knows the price that ruins it", () => {
    const long = new Portfolio(1_000);
    expect(long.ruinTicks).toBeUndefined();
    long.book(booking("buy", 20, 100));
    expect(long.ruinTicks).toBe(50);
    const short = new Portfolio(1_000);
    short.book(booking("sell", 10, 100));
    expect(short.ruinTicks).toBe(200);
    expect(short.equityUnits(200)).toBe(0);
  });

  test("stops rather than lose a unit", () => {
    const portfolio = new Portfolio(Number.MAX_SAFE_INTEGER);
    expect(() => portfolio.book(booking("sell", 1, 10))).toThrow(EngineError);
  });

  test("reconciles: cash and position always equal the sum of all fills, and trades the change of cash", () => {
    const fill = fc.record({
      side: fc.constantFrom<Side[]>("buy", "sell"),
      lots: fc.integer({ min: 1, max: 50 }),
      priceTicks: fc.integer({ min: 1, max: 5_000 }),
      feePips: fc.integer({ min: 0, max: 20_000 }),
    });
    fc.assert(
      fc.property(fc.array(fill, { maxLength: 40 }), (fills) => {
        const portfolio = new Portfolio(1_000_000);
        const trades: ClosedTrade[] = [];
        let flow = 0n;
        let position = 0n;
        for (const [bar, each] of fills.entries()) {
          const trade = portfolio.book({ ...each, bar });
          if (trade !== undefined) trades.push(trade);
          const sign = each.side === "buy" ? 1n : -1n;
          flow -= sign * BigInt(each.lots) * BigInt(each.priceTicks);
          position += sign * BigInt(each.lots);
          expect(BigInt(portfolio.cashUnits)).toBe(1_000_000n + flow - BigInt(portfolio.feeUnits));
          expect(BigInt(portfolio.lots)).toBe(position);
          expect((portfolio.averageEntryTicks ?? 1) > 0).toBe(true);
        }
        if (position === 0n) {
          const net = trades.reduce((sum, trade) => sum + trade.netUnits, 0);
          expect(net).toBe(portfolio.cashUnits - 1_000_000);
        }
      }),
      { seed: 1, numRuns: 500 },
    );
  });
});
