import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EngineError } from "../errors/errors.ts";
import type { Candles } from "../model/candles.ts";
import { feeOn } from "../model/decimal.ts";
import type { Order } from "../model/order.ts";
import { type Account, type Adjustment, type ClosedCandle, type Entry, Strategy } from "../strategy/strategy.ts";
import { type RunResult, runBacktest } from "./run.ts";
import { resolveSettings, type SettingsInput } from "./settings.ts";

type Bar = readonly [open: number, high: number, low: number, close: number];

const MINUTE_MS = 60_000;

function candlesOf(bars: readonly Bar[]): Candles {
  const column = (at: 0 | 1 | 2 | 3) => Float64Array.from(bars, (bar) => bar[at]);
  return {
    source: "test",
    dataHash: "0".repeat(64),
    tickDecimals: 0,
    timeframeMs: MINUTE_MS,
    openTimeMs: Float64Array.from(bars, (_, index) => index * MINUTE_MS),
    openTicks: column(0),
    highTicks: column(1),
    lowTicks: column(2),
    closeTicks: column(3),
    volume: new Float64Array(bars.length),
  };
}

/** Does at each bar what a script says. */
class Scripted extends Strategy {
  readonly name = "scripted";
  readonly seen: ClosedCandle[] = [];
  readonly #script: {
    readonly long?: Record<number, Entry>;
    readonly short?: Record<number, Entry>;
    readonly adjust?: Record<number, Adjustment>;
  };
  readonly #keepEntries: boolean;

  constructor(script: Scripted["script"], keepEntries = false) {
    super();
    this.#script = script;
    this.#keepEntries = keepEntries;
  }
  get script() {
    return this.#script;
  }
  override onCandle(candle: ClosedCandle): void {
    this.seen.push(candle);
  }
  override shouldLong({ index }: ClosedCandle): boolean {
    return this.#script.long?.[index] !== undefined;
  }
  override shouldShort({ index }: ClosedCandle): boolean {
    return this.#script.short?.[index] !== undefined;
  }
  override goLong({ index }: ClosedCandle): Entry | undefined {
    return this.#script.long?.[index];
  }
  override goShort({ index }: ClosedCandle): Entry | undefined {
    return this.#script.short?.[index];
  }
  override shouldCancelEntry(): boolean {
    return !this.#keepEntries;
  }
  override updatePosition({ index }: ClosedCandle): Adjustment | undefined {
    return this.#script.adjust?.[index];
  }
}

const run = (bars: readonly Bar[], strategy: Strategy, settings: Partial<SettingsInput> = {}) =>
  runBacktest(candlesOf(bars), strategy, resolveSettings({ cash: "1000", ...settings }));

const executed = (result: RunResult) =>
  result.journal.entries.flatMap((entry) =>
    entry.kind === "executed" ? [[entry.bar, entry.priceTicks, entry.lots]] : [],
  );

const BARS: readonly Bar[] = [
  [100, 105, 95, 102],
  [103, 110, 101, 108],
  [107, 112, 90, 95],
  [96, 99, 85, 88],
];

describe("a backtest", () => {
  test("fills a market entry at the next open and an exit at the open after that", () => {
    const result = run(BARS, new Scripted({ long: { 0: { lots: 2 } }, adjust: { 1: { exit: true } } }));
    expect(executed(result)).toEqual([
      [1, 103, 2],
      [2, 107, 2],
    ]);
    expect([...result.equityUnits]).toEqual([1_000, 1_010, 1_008, 1_008]);
    expect(result.trades).toMatchObject([{ side: "long", netUnits: 8, openedBar: 1, closedBar: 2 }]);
  });

  test("chooses limit and stop by the side of the price, and takes entries back", () => {
    const types = (entry: Entry, side: "long" | "short") =>
      run(BARS, new Scripted({ [side]: { 0: entry } })).journal.entries.flatMap((e) =>
        e.kind === "ordered" ? [e.order.type] : [],
      )[0];
    expect(types({ lots: 1, priceTicks: 99 }, "long")).toBe("limit");
    expect(types({ lots: 1, priceTicks: 109 }, "long")).toBe("stop");
    expect(types({ lots: 1, priceTicks: 102 }, "long")).toBe("market");
    expect(types({ lots: 1, priceTicks: 109 }, "short")).toBe("limit");
    expect(types({ lots: 1, priceTicks: 99 }, "short")).toBe("stop");
    const entry = { long: { 0: { lots: 1, priceTicks: 92 } } };
    expect(executed(run(BARS, new Scripted(entry)))).toEqual([]);
    expect(executed(run(BARS, new Scripted(entry, true)))).toEqual([[2, 92, 1]]);
  });

  test("protects a position from the moment of its entry, in the same candle", () => {
    const guarded = { lots: 1, priceTicks: 104, stopLossTicks: 92, takeProfitTicks: 111 };
    const result = run(BARS, new Scripted({ long: { 0: guarded } }));
    expect(executed(result)).toEqual([
      [1, 104, 1],
      [2, 111, 1],
    ]);
    const cancelled = result.journal.entries.filter((entry) => entry.kind === "cancelled");
    expect(cancelled).toMatchObject([{ bar: 2, reason: "the position is closed" }]);
    const stopped = run(BARS, new Scripted({ long: { 1: { lots: 1, stopLossTicks: 104 } } }));
    expect(executed(stopped)).toEqual([
      [2, 107, 1],
      [2, 104, 1],
    ]);
  });

  test("moves a stop-loss", () => {
    const script = { long: { 0: { lots: 1, stopLossTicks: 50 } }, adjust: { 1: { stopLossTicks: 106 } } };
    expect(executed(run(BARS, new Scripted(script)))).toEqual([
      [1, 103, 1],
      [2, 106, 1],
    ]);
  });

  test("rejects what equity does not cover and says so", () => {
    const result = run(BARS, new Scripted({ long: { 0: { lots: 10 } } }));
    expect(executed(result)).toEqual([]);
    expect(result.journal.entries).toContainEqual({
      kind: "rejected",
      bar: 1,
      orderId: 1,
      reason: "not enough equity",
    });
    expect(executed(run(BARS, new Scripted({ long: { 0: { lots: 10 } } }), { leverage: 2 }))).toEqual([[1, 103, 10]]);
  });

  test("closes a position by force when nothing is left", () => {
    const soaring: Bar[] = [
      [100, 100, 100, 100],
      [100, 150, 100, 140],
      [140, 260, 140, 250],
    ];
    const result = run(soaring, new Scripted({ short: { 0: { lots: 10 } } }));
    expect(executed(result)).toEqual([
      [1, 100, 10],
      [2, 200, 10],
    ]);
    expect(result.equityUnits.at(-1)).toBe(0);
  });

  test.each([
    { why: "no lots", entry: { lots: 0 } },
    { why: "half a lot", entry: { lots: 0.5 } },
    { why: "a price of 0", entry: { lots: 1, priceTicks: 0 } },
    { why: "a stop-loss above a long entry", entry: { lots: 1, stopLossTicks: 102 } },
    { why: "a take-profit below a long entry", entry: { lots: 1, takeProfitTicks: 102 } },
  ])("refuses an entry with $why", ({ entry }) => {
    expect(() => run(BARS, new Scripted({ long: { 0: entry } }))).toThrow(EngineError);
  });

  test("shows a strategy nothing but closed candles, one after the other", () => {
    const strategy = new Scripted({});
    run(BARS, strategy);
    expect(strategy.seen.map(({ index, close, closeTimeMs }) => [index, close, closeTimeMs])).toEqual(
      BARS.map((bar, index) => [index, bar[3], (index + 1) * MINUTE_MS]),
    );
  });

  test.each([
    { settings: { cash: "-1" }, code: "backtest/bad-settings" },
    { settings: { cash: "0" }, code: "model/bad-decimal" },
    { settings: { cash: "1.5" }, code: "model/bad-decimal" },
    { settings: { leverage: 0.5 }, code: "backtest/bad-settings" },
    { settings: { seed: -1 }, code: "backtest/bad-settings" },
    { settings: { takerFeePips: 1_000_000 }, code: "backtest/bad-settings" },
  ])("refuses the settings $settings as $code", ({ settings, code }) => {
    expect(() => run(BARS, new Scripted({}), settings)).toThrow(expect.objectContaining({ code }));
  });
});

/** Enters and leaves by numbers drawn beforehand, so that runs can be repeated on changed candles. */
class Drawn extends Strategy {
  readonly name = "drawn";
  readonly #draws: readonly number[];
  constructor(draws: readonly number[]) {
    super();
    this.#draws = draws;
  }
  #draw(index: number, salt: number): number {
    return ((this.#draws[index % this.#draws.length] ?? 0) * 31 + salt * 17) % 97;
  }
  override shouldLong({ index }: ClosedCandle): boolean {
    return this.#draw(index, 1) < 30;
  }
  override shouldShort({ index }: ClosedCandle): boolean {
    return this.#draw(index, 2) < 30;
  }
  override goLong(candle: ClosedCandle, account: Account): Entry {
    return this.#enter(candle, account, 1);
  }
  override goShort(candle: ClosedCandle, account: Account): Entry {
    return this.#enter(candle, account, -1);
  }
  override updatePosition({ index }: ClosedCandle): Adjustment | undefined {
    return this.#draw(index, 3) < 20 ? { exit: true } : undefined;
  }
  #enter({ index, closeTicks }: ClosedCandle, account: Account, sign: 1 | -1): Entry {
    const lots = 1 + (this.#draw(index, 4) % Math.max(1, account.lotsFor(1)));
    const at = Math.max(40, closeTicks + ((this.#draw(index, 5) % 11) - 5));
    const guards = { stopLossTicks: at - sign * 12, takeProfitTicks: at + sign * 9 };
    return this.#draw(index, 6) < 50 ? { lots, priceTicks: at, ...guards } : { lots };
  }
}

const step = fc.tuple(fc.integer({ min: -8, max: 8 }), fc.nat(6), fc.nat(6), fc.integer({ min: -3, max: 3 }));
const market = fc.array(step, { minLength: 10, maxLength: 120 }).map((steps) => {
  let before = 100;
  return steps.map(([move, up, down, gap]): Bar => {
    const open = Math.max(50, before + gap);
    const close = Math.max(50, open + move);
    before = close;
    return [open, Math.max(open, close) + up, Math.min(open, close) - down, close];
  });
});
const draws = fc.array(fc.nat(1_000), { minLength: 5, maxLength: 20 });
const FEES = { makerFeePips: 200, takerFeePips: 700 };

describe("any backtest", () => {
  test("has accounts that can be recomputed from its journal", () => {
    let trades = 0;
    fc.assert(
      fc.property(market, draws, (bars, numbers) => {
        const result = run(bars, new Drawn(numbers), { ...FEES, leverage: 3 });
        trades += result.trades.length;
        const orders = new Map<number, Order>();
        const ended = new Set<number>();
        let cash = 1_000;
        let lots = 0;
        let next = 0;
        const { entries } = result.journal;
        for (const [bar, [, , , close]] of bars.entries()) {
          for (let entry = entries[next]; entry !== undefined && entry.bar === bar; entry = entries[++next]) {
            if (entry.kind === "ordered") orders.set(entry.order.id, entry.order);
            if (entry.kind !== "ordered" && entry.kind !== "closed") {
              expect(ended.has(entry.orderId)).toBe(false);
              ended.add(entry.orderId);
            }
            if (entry.kind !== "executed") continue;
            const order = orders.get(entry.orderId);
            const sign = order?.side === "buy" ? 1 : -1;
            const notional = entry.lots * entry.priceTicks;
            expect(entry.feeUnits).toBe(feeOn(notional, entry.maker ? FEES.makerFeePips : FEES.takerFeePips));
            cash -= sign * notional + entry.feeUnits;
            lots += sign * entry.lots;
            expect(entry.cashUnits).toBe(cash);
            // Nothing trades before the candle on whose close it was decided has closed.
            expect(bar * MINUTE_MS).toBeGreaterThanOrEqual(order?.decidedAtMs ?? Number.POSITIVE_INFINITY);
          }
          // Orders decided at this close come after its equity, but they move no money.
          expect(result.equityUnits[bar]).toBe(cash + lots * close);
        }
        expect(result.openLots).toBe(lots);
        expect(ended.size).toBe(orders.size);
        if (lots === 0) {
          expect(result.trades.reduce((sum, trade) => sum + trade.netUnits, 0)).toBe(cash - 1_000);
        }
      }),
      { seed: 1, numRuns: 300 },
    );
    expect(trades).toBeGreaterThan(500);
  });

  test("is the same up to any candle whatever comes after it", () => {
    fc.assert(
      fc.property(market, market, draws, (bars, others, numbers) => {
        const cut = Math.floor(bars.length / 2);
        const prefix = (all: readonly Bar[]) => {
          const result = run(all, new Drawn(numbers), FEES);
          return {
            equity: [...result.equityUnits.subarray(0, cut)],
            entries: result.journal.entries.filter(({ bar }) => bar < cut),
          };
        };
        expect(prefix([...bars.slice(0, cut), ...others])).toEqual(prefix(bars));
      }),
      { seed: 2, numRuns: 100 },
    );
  });

  test("repeats for a seed, and differs with another one where chance plays a part", () => {
    const bars = Array.from(
      { length: 200 },
      (_, i): Bar => [100 + (i % 7), 110 + (i % 7), 90 + (i % 5), 100 + (i % 6)],
    );
    const fingerprint = (seed: number, slippageTicks: number) =>
      run(bars, new Drawn([3, 14, 15, 92, 65]), { seed, slippageTicks, leverage: 5 }).journal.fingerprint();
    expect(fingerprint(1, 5)).toBe(fingerprint(1, 5));
    expect(fingerprint(1, 5)).not.toBe(fingerprint(2, 5));
    expect(fingerprint(1, 0)).toBe(fingerprint(2, 0));
  });
});
