import { EngineError } from "../errors/errors.ts";
import { withSlippage } from "../execution/costs.ts";
import { SimulatedVenue } from "../execution/simulated-venue.ts";
import { Journal } from "../journal/journal.ts";
import type { Candles, TickCandle } from "../model/candles.ts";
import { candleCount } from "../model/candles.ts";
import { exactProduct, feeOn, type MoneyUnits, type PriceTicks } from "../model/decimal.ts";
import { type Execution, type Order, type OrderPurpose, type OrderType, opposite, type Side } from "../model/order.ts";
import { bookingOf, type ClosedTrade, Portfolio } from "../portfolio/portfolio.ts";
import { type Random, seededRandom } from "../platform/random.ts";
import type { Adjustment, ClosedCandle, Entry, Strategy } from "../strategy/strategy.ts";
import { AccountView } from "./account-view.ts";
import { cashUnitsOf, type Settings } from "./settings.ts";

/** The raw outcome of a run; metrics and reports are made from it. */
export interface RunResult {
  readonly startUnits: MoneyUnits;
  /** Equity at the close of each candle. */
  readonly equityUnits: Float64Array;
  readonly trades: readonly ClosedTrade[];
  readonly journal: Journal;
  readonly feeUnits: MoneyUnits;
  /** Lots still held at the end, valued at the last close. */
  readonly openLots: number;
}

interface Protection {
  stopLossTicks: PriceTicks | undefined;
  takeProfitTicks: PriceTicks | undefined;
}

interface Guard {
  readonly purpose: OrderPurpose;
  readonly side: Side;
  /** Undefined for none. */
  readonly priceTicks: PriceTicks | undefined;
}

/** A candle and the time at which something was decided. */
interface Moment {
  readonly index: number;
  readonly closeTimeMs: number;
}

/**
 * A backtest in progress. `advance` moves it on by some candles, so that a host can stay responsive and stop it.
 *
 * Each candle is first walked by the orders that were decided before it, then closed, then shown to the strategy. Nothing
 * that is decided at a close can trade before the next candle's open.
 */
export class Backtest {
  readonly #candles: Candles;
  readonly #strategy: Strategy;
  readonly #settings: Settings;
  readonly #venue = new SimulatedVenue();
  readonly #journal = new Journal();
  readonly #portfolio: Portfolio;
  readonly #random: Random;
  readonly #account: AccountView;
  readonly #equity: Float64Array;
  readonly #trades: ClosedTrade[] = [];
  readonly #scale: number;
  readonly #startUnits: MoneyUnits;
  #protection: Protection = { stopLossTicks: undefined, takeProfitTicks: undefined };
  #orders = 0;
  #bar = 0;

  /** Errors: model/bad-decimal (the cash does not fit the units). */
  constructor(candles: Candles, strategy: Strategy, settings: Settings) {
    this.#candles = candles;
    this.#strategy = strategy;
    this.#settings = settings;
    this.#startUnits = cashUnitsOf(settings, candles.tickDecimals);
    this.#portfolio = new Portfolio(this.#startUnits);
    this.#random = seededRandom(settings.seed);
    this.#scale = 10 ** candles.tickDecimals;
    this.#account = new AccountView(this.#portfolio, { takerFeePips: settings.takerFeePips, scale: this.#scale });
    this.#equity = new Float64Array(candleCount(candles));
  }

  /** How many candles are done. */
  get done(): number {
    return this.#bar;
  }

  /** Moves on by at most `count` candles; true while some are left. Errors: model/overflow, strategy/bad-order, strategy/failed. */
  advance(count: number): boolean {
    const end = Math.min(this.#bar + count, this.#equity.length);
    for (; this.#bar < end; this.#bar++) this.#step(this.#bar);
    return this.#bar < this.#equity.length;
  }

  /** The outcome so far. Ends the run: waiting orders are cancelled and the strategy is closed. */
  finish(): RunResult {
    const last = Math.max(0, this.#bar - 1);
    this.#cancelAll(last, "the data ended");
    this.#strategy.close();
    return {
      startUnits: this.#startUnits,
      equityUnits: this.#equity.subarray(0, this.#bar),
      trades: this.#trades,
      journal: this.#journal,
      feeUnits: this.#portfolio.feeUnits,
      openLots: this.#portfolio.lots,
    };
  }

  #step(bar: number): void {
    const ticks = this.#tickCandle(bar);
    this.#venue.walk(ticks, (execution) => this.#execute(execution, bar));
    this.#account.closeTicks = ticks.closeTicks;
    this.#equity[bar] = this.#portfolio.equityUnits(ticks.closeTicks);
    this.#ask(this.#closedCandle(bar, ticks));
  }

  /** Shows the strategy a candle and does what it decides. What its code throws is named as its own. */
  #ask(candle: ClosedCandle): void {
    try {
      this.#strategy.onCandle(candle);
      this.#decide(candle);
    } catch (error) {
      if (error instanceof EngineError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      const { name: strategy } = this.#strategy;
      throw new EngineError("strategy/failed", { strategy, bar: candle.index, reason }, { cause: error });
    }
  }

  #tickCandle(bar: number): TickCandle {
    const { openTicks, highTicks, lowTicks, closeTicks } = this.#candles;
    return {
      openTicks: openTicks[bar] ?? 0,
      highTicks: highTicks[bar] ?? 0,
      lowTicks: lowTicks[bar] ?? 0,
      closeTicks: closeTicks[bar] ?? 0,
    };
  }

  #closedCandle(index: number, ticks: TickCandle): ClosedCandle {
    const openTimeMs = this.#candles.openTimeMs[index] ?? 0;
    return {
      index,
      openTimeMs,
      closeTimeMs: openTimeMs + this.#candles.timeframeMs,
      open: ticks.openTicks / this.#scale,
      high: ticks.highTicks / this.#scale,
      low: ticks.lowTicks / this.#scale,
      close: ticks.closeTicks / this.#scale,
      closeTicks: ticks.closeTicks,
      volume: this.#candles.volume[index] ?? 0,
    };
  }

  #decide(candle: ClosedCandle): void {
    if (this.#portfolio.lots !== 0) {
      const adjustment = this.#strategy.updatePosition(candle, this.#account);
      if (adjustment !== undefined) this.#adjust(adjustment, candle);
      return;
    }
    const entry = this.#venue.waiting.find(({ purpose }) => purpose === "entry");
    if (entry !== undefined) {
      if (!this.#strategy.shouldCancelEntry(candle, this.#account)) return;
      this.#cancel(entry, candle.index, "the strategy took it back");
    }
    if (this.#strategy.shouldLong(candle, this.#account)) {
      this.#enter("buy", this.#strategy.goLong(candle, this.#account), candle);
    } else if (this.#strategy.shouldShort(candle, this.#account)) {
      this.#enter("sell", this.#strategy.goShort(candle, this.#account), candle);
    }
  }

  #enter(side: Side, entry: Entry | undefined, candle: ClosedCandle): void {
    if (entry === undefined) return;
    this.#checkEntry(side, entry, candle);
    const { lots, stopLossTicks, takeProfitTicks } = entry;
    this.#protection = { stopLossTicks, takeProfitTicks };
    const { type, priceTicks } = entryOrder(side, entry.priceTicks, candle.closeTicks);
    this.#submit({ side, type, purpose: "entry", lots, priceTicks }, candle);
  }

  /** Throws strategy/bad-order for numbers that are none and for protection on the wrong side. */
  #checkEntry(side: Side, { lots, priceTicks, stopLossTicks, takeProfitTicks }: Entry, candle: ClosedCandle): void {
    this.#check("lots", lots);
    for (const price of [priceTicks, stopLossTicks, takeProfitTicks]) {
      if (price !== undefined) this.#check("a price in ticks", price);
    }
    const at = priceTicks ?? candle.closeTicks;
    const [below, above] = side === "buy" ? [stopLossTicks, takeProfitTicks] : [takeProfitTicks, stopLossTicks];
    if ((below !== undefined && below >= at) || (above !== undefined && above <= at)) {
      this.#refuse(`stop-loss and take-profit must lie on their sides of ${at} ticks`);
    }
  }

  #adjust(adjustment: Adjustment, candle: ClosedCandle): void {
    const side: Side = this.#portfolio.lots > 0 ? "sell" : "buy";
    const lots = Math.abs(this.#portfolio.lots);
    if (adjustment.exit === true) {
      this.#cancelAll(candle.index, "the position is being left");
      this.#submit({ side, type: "market", purpose: "exit", lots, priceTicks: 0 }, candle);
      return;
    }
    this.#protect({ purpose: "stop-loss", side, priceTicks: adjustment.stopLossTicks }, candle);
    this.#protect({ purpose: "take-profit", side, priceTicks: adjustment.takeProfitTicks }, candle);
  }

  /** Puts an order that guards the position in the place of the one before. */
  #protect(guard: Guard, at: Moment): void {
    const { purpose, side, priceTicks } = guard;
    if (priceTicks === undefined) return;
    this.#check("a price in ticks", priceTicks);
    const before = this.#venue.waiting.find((order) => order.purpose === purpose);
    if (before !== undefined) this.#cancel(before, at.index, "replaced");
    const type: OrderType = purpose === "take-profit" ? "limit" : "stop";
    this.#submit({ side, type, purpose, lots: Math.abs(this.#portfolio.lots), priceTicks }, at);
  }

  #submit(draft: Omit<Order, "id" | "decidedAtMs">, at: Moment): void {
    this.#orders += 1;
    const order: Order = { id: this.#orders, ...draft, decidedAtMs: at.closeTimeMs };
    this.#venue.submit(order);
    this.#journal.append({ kind: "ordered", bar: at.index, order });
  }

  #cancelAll(bar: number, reason: string): void {
    const waiting = [...this.#venue.waiting]; // Cancelling changes the list itself.
    for (const order of waiting) this.#cancel(order, bar, reason);
  }

  #cancel(order: Order, bar: number, reason: string): void {
    if (this.#venue.cancel(order.id)) this.#journal.append({ kind: "cancelled", bar, orderId: order.id, reason });
  }

  #execute(met: Execution, bar: number): void {
    const { order } = met;
    const execution = withSlippage(met, this.#settings, this.#random);
    const feePips = execution.maker ? this.#settings.makerFeePips : this.#settings.takerFeePips;
    // Whatever is no entry only ever makes a position smaller.
    const lots = order.purpose === "entry" ? order.lots : Math.min(order.lots, Math.abs(this.#portfolio.lots));
    const booking = bookingOf(execution, lots, { feePips, bar });
    if (!this.#portfolio.affords(booking, this.#settings.leverage)) {
      this.#journal.append({ kind: "rejected", bar, orderId: order.id, reason: "not enough equity" });
      return;
    }
    const trade = this.#portfolio.book(booking);
    const feeUnits = feeOn(exactProduct(lots, execution.priceTicks, "an order"), feePips);
    const { priceTicks, maker } = execution;
    const { cashUnits } = this.#portfolio;
    this.#journal.append({ kind: "executed", bar, orderId: order.id, lots, priceTicks, maker, feeUnits, cashUnits });
    if (trade !== undefined) this.#closeTrade(trade, bar);
    else if (order.purpose === "entry") this.#protectEntry(order.side, bar);
  }

  #protectEntry(entrySide: Side, bar: number): void {
    // Decided with the entry, hence before this candle; the order's own time is this candle's, since it exists only now.
    const at: Moment = { index: bar, closeTimeMs: this.#candles.openTimeMs[bar] ?? 0 };
    const side = opposite(entrySide);
    this.#protect({ purpose: "stop-loss", side, priceTicks: this.#protection.stopLossTicks }, at);
    this.#protect({ purpose: "take-profit", side, priceTicks: this.#protection.takeProfitTicks }, at);
    // The venue closes what is worth nothing any more. A gap can still leave less than nothing, and the report shows it.
    this.#protect({ purpose: "liquidation", side, priceTicks: this.#portfolio.ruinTicks }, at);
  }

  #closeTrade(trade: ClosedTrade, bar: number): void {
    this.#trades.push(trade);
    this.#journal.append({ kind: "closed", bar, trade });
    this.#cancelAll(bar, "the position is closed");
    this.#strategy.onClosePosition(trade);
  }

  #check(what: string, value: number): void {
    if (!Number.isSafeInteger(value) || value < 1) this.#refuse(`${what} must be a whole number from 1, got ${value}`);
  }

  #refuse(problem: string): never {
    throw new EngineError("strategy/bad-order", { strategy: this.#strategy.name, problem });
  }
}

/** The order that enters at a price: at the market when that is where it is, else waiting on the better or the worse side. */
function entryOrder(
  side: Side,
  wantedTicks: PriceTicks | undefined,
  closeTicks: PriceTicks,
): { type: OrderType; priceTicks: PriceTicks } {
  if (wantedTicks === undefined || wantedTicks === closeTicks) return { type: "market", priceTicks: 0 };
  const isBetter = side === "buy" ? wantedTicks < closeTicks : wantedTicks > closeTicks;
  return { type: isBetter ? "limit" : "stop", priceTicks: wantedTicks };
}

/** Runs a backtest from the first candle to the last. Errors: as Backtest. */
export function runBacktest(candles: Candles, strategy: Strategy, settings: Settings): RunResult {
  const backtest = new Backtest(candles, strategy, settings);
  backtest.advance(Number.POSITIVE_INFINITY);
  return backtest.finish();
}
