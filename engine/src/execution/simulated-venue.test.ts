import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TickCandle } from "../model/candles.ts";
import type { Execution, Order, OrderType, Side } from "../model/order.ts";
import { seededRandom } from "../platform/random.ts";
import { withSlippage } from "./costs.ts";
import { pathOf, SimulatedVenue } from "./simulated-venue.ts";

const rising: TickCandle = { openTicks: 100, highTicks: 120, lowTicks: 90, closeTicks: 110 };
const falling: TickCandle = { openTicks: 110, highTicks: 120, lowTicks: 90, closeTicks: 100 };

type Draft = readonly [id: number, side: Side, type: OrderType, priceTicks?: number];
const order = (...[id, side, type, priceTicks = 0]: Draft): Order => ({
  id,
  side,
  type,
  priceTicks,
  purpose: "entry",
  lots: 1,
  decidedAtMs: 0,
});

function walk(candle: TickCandle, orders: readonly Order[]): Execution[] {
  const venue = new SimulatedVenue();
  const executions: Execution[] = [];
  for (const each of orders) venue.submit(each);
  venue.walk(candle, (execution) => executions.push(execution));
  return executions;
}

describe("the simulated venue", () => {
  test.each([
    { what: "market at the open", candle: rising, of: order(1, "buy", "market"), at: 100 },
    { what: "buy limit at its price", candle: rising, of: order(1, "buy", "limit", 95), at: 95 },
    { what: "buy limit at the touch of the low", candle: rising, of: order(1, "buy", "limit", 90), at: 90 },
    { what: "buy limit at the better open of a gap", candle: rising, of: order(1, "buy", "limit", 105), at: 100 },
    { what: "sell limit at its price", candle: rising, of: order(1, "sell", "limit", 115), at: 115 },
    { what: "sell limit at the better open of a gap", candle: rising, of: order(1, "sell", "limit", 95), at: 100 },
    { what: "buy stop at its price", candle: rising, of: order(1, "buy", "stop", 105), at: 105 },
    { what: "buy stop at the worse open of a gap", candle: rising, of: order(1, "buy", "stop", 95), at: 100 },
    { what: "sell stop at its price", candle: rising, of: order(1, "sell", "stop", 95), at: 95 },
    { what: "sell stop at the worse open of a gap", candle: rising, of: order(1, "sell", "stop", 105), at: 100 },
    { what: "no buy limit below the low", candle: rising, of: order(1, "buy", "limit", 89), at: undefined },
    { what: "no sell limit above the high", candle: rising, of: order(1, "sell", "limit", 121), at: undefined },
    { what: "no buy stop above the high", candle: falling, of: order(1, "buy", "stop", 121), at: undefined },
    { what: "no sell stop below the low", candle: falling, of: order(1, "sell", "stop", 89), at: undefined },
  ])("executes: $what", ({ candle, of, at }) => {
    expect(walk(candle, [of]).map(({ priceTicks }) => priceTicks)).toEqual(at === undefined ? [] : [at]);
  });

  test("meets orders along the candle's path", () => {
    const both = [order(1, "sell", "limit", 115), order(2, "sell", "stop", 95)];
    expect(walk(rising, both).map((e) => e.order.id)).toEqual([2, 1]);
    expect(walk(falling, both).map((e) => e.order.id)).toEqual([1, 2]);
    expect(pathOf(rising)).toEqual([100, 100, 90, 120, 110]);
    expect(pathOf(falling)).toEqual([110, 110, 120, 90, 100]);
  });

  test("executes the nearer price first, then the older order", () => {
    const limits = [order(3, "buy", "limit", 92), order(1, "buy", "limit", 98), order(2, "buy", "limit", 98)];
    expect(walk(rising, limits).map((e) => e.order.id)).toEqual([1, 2, 3]);
  });

  test("lets orders that are submitted meanwhile meet only the rest of the candle", () => {
    const venue = new SimulatedVenue();
    const seen: (readonly [number, number])[] = [];
    venue.submit(order(1, "buy", "stop", 115)); // Met on the way up, when the low lies behind.
    venue.walk(rising, ({ order: { id }, priceTicks }) => {
      seen.push([id, priceTicks]);
      if (id === 1) {
        venue.submit(order(2, "sell", "stop", 95));
        venue.submit(order(3, "sell", "limit", 118));
      }
    });
    expect(seen).toEqual([
      [1, 115],
      [3, 118],
    ]);
    expect(venue.waiting.map(({ id }) => id)).toEqual([2]);
    expect(venue.cancel(2)).toBe(true);
    expect(venue.cancel(2)).toBe(false);
  });

  const ticks = fc.integer({ min: 1, max: 60 });
  const candle = fc.tuple(ticks, ticks, ticks, ticks).map(([a, b, c, d]) => ({
    openTicks: a,
    closeTicks: b,
    highTicks: Math.max(a, b, c, d),
    lowTicks: Math.min(a, b, c, d),
  }));
  const side = fc.constantFrom<Side[]>("buy", "sell");
  const type = fc.constantFrom<OrderType[]>("market", "limit", "stop");

  test("never trades outside the candle, never worse than a limit, never better than a stop, never twice", () => {
    fc.assert(
      fc.property(candle, fc.array(fc.tuple(side, type, ticks), { maxLength: 8 }), (at, drafts) => {
        const orders = drafts.map(([s, t, p], index) => order(index + 1, s, t, t === "market" ? 0 : p));
        const executions = walk(at, orders);
        expect(new Set(executions.map((e) => e.order.id)).size).toBe(executions.length);
        for (const { order: each, priceTicks, maker } of executions) {
          expect(priceTicks).toBeGreaterThanOrEqual(at.lowTicks);
          expect(priceTicks).toBeLessThanOrEqual(at.highTicks);
          const sign = each.side === "buy" ? 1 : -1;
          if (each.type === "limit") expect(sign * priceTicks).toBeLessThanOrEqual(sign * each.priceTicks);
          if (each.type === "stop") expect(sign * priceTicks).toBeGreaterThanOrEqual(sign * each.priceTicks);
          expect(maker).toBe(each.type === "limit");
        }
        // What did not trade could not: its price lies outside the candle on the far side.
        const traded = new Set(executions.map((e) => e.order.id));
        for (const each of orders.filter(({ id }) => !traded.has(id))) {
          const waitsBelow = (each.side === "buy") === (each.type === "limit");
          expect(waitsBelow ? each.priceTicks < at.lowTicks : each.priceTicks > at.highTicks).toBe(true);
        }
      }),
      { seed: 1, numRuns: 2_000 },
    );
  });
});

describe("slippage", () => {
  const costs = { makerFeePips: 0, takerFeePips: 0, slippageTicks: 3 };

  test("makes takers' prices worse, never makers' and never below one tick", () => {
    const random = seededRandom(1);
    const taken = (s: Side, priceTicks: number) =>
      withSlippage({ order: order(1, s, "market"), priceTicks, maker: false }, costs, random);
    const buys = Array.from({ length: 200 }, () => taken("buy", 100).priceTicks);
    expect(new Set(buys)).toEqual(new Set([100, 101, 102, 103]));
    expect(Math.min(...Array.from({ length: 50 }, () => taken("sell", 2).priceTicks))).toBe(1);
    const maker: Execution = { order: order(1, "buy", "limit", 100), priceTicks: 100, maker: true };
    expect(withSlippage(maker, costs, random)).toBe(maker);
  });
});
