import type { Lots, MoneyUnits, PriceTicks } from "../model/decimal.ts";
import type { ClosedTrade } from "../portfolio/portfolio.ts";

/** A candle that has closed: all that a strategy ever sees of the market, so looking ahead is not possible. */
export interface ClosedCandle {
  /** Counts the candles of a run from 0. */
  readonly index: number;
  readonly openTimeMs: number;
  /** When the candle became known. */
  readonly closeTimeMs: number;
  /** Prices as numbers, for indicators. */
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** The same close as a whole number of ticks, for orders. */
  readonly closeTicks: PriceTicks;
  readonly volume: number;
}

/** What a strategy may know of its own account. The object is the same at every call: read it, do not keep it. */
export interface Account {
  readonly cashUnits: MoneyUnits;
  /** Cash plus position at the last close. */
  readonly equityUnits: MoneyUnits;
  /** Positive is long, negative short. */
  readonly lots: Lots;
  /** Mean price of the lots held, in ticks; undefined when flat. */
  readonly averageEntryTicks: number | undefined;
  /** How many lots a share (0 to 1) of the equity buys at the last close, taker fee included, rounded down. */
  lotsFor(share: number): Lots;
  /** The nearest whole number of ticks to a price. */
  ticksOf(price: number): PriceTicks;
}

/** How to enter a position. */
export interface Entry {
  /** At least 1. */
  readonly lots: Lots;
  /** Where to enter. Not given: at the next price there is. Better than the last close: a limit order; worse: a stop order. */
  readonly priceTicks?: PriceTicks;
  /** Leave at a loss here; on the losing side of the entry. */
  readonly stopLossTicks?: PriceTicks;
  /** Leave with a profit here; on the winning side of the entry. */
  readonly takeProfitTicks?: PriceTicks;
}

/** What to do with an open position; absent parts stay as they are. */
export interface Adjustment {
  /** Leave everything at the next price there is. */
  readonly exit?: boolean;
  readonly stopLossTicks?: PriceTicks;
  readonly takeProfitTicks?: PriceTicks;
}

/**
 * A trading strategy. At each candle's close the engine calls `onCandle`, then, when flat without a waiting entry,
 * `shouldLong` and `shouldShort` (the first that says yes is asked for its entry); with a waiting entry
 * `shouldCancelEntry`; in a position `updatePosition`. Orders decided at a close can trade from the next candle's open on.
 */
export abstract class Strategy {
  /** Named in reports. */
  abstract readonly name: string;

  /** Takes in a candle, before any decision about it: the place to update indicators. */
  onCandle(_candle: ClosedCandle): void {}

  shouldLong(_candle: ClosedCandle, _account: Account): boolean {
    return false;
  }
  shouldShort(_candle: ClosedCandle, _account: Account): boolean {
    return false;
  }

  /** The entry that `shouldLong` wants; undefined changes its mind. */
  goLong(_candle: ClosedCandle, _account: Account): Entry | undefined {
    return undefined;
  }
  /** The entry that `shouldShort` wants; undefined changes its mind. */
  goShort(_candle: ClosedCandle, _account: Account): Entry | undefined {
    return undefined;
  }

  /** Whether an entry that did not trade during this candle is taken back. */
  shouldCancelEntry(_candle: ClosedCandle, _account: Account): boolean {
    return true;
  }

  /** What to do with the open position. */
  updatePosition(_candle: ClosedCandle, _account: Account): Adjustment | undefined {
    return undefined;
  }

  /** Told when a position is closed. */
  onClosePosition(_trade: ClosedTrade): void {}

  /** Gives back what the strategy opened (indicator streams). Called once, after the last candle. */
  close(): void {}
}
