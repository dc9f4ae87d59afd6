import { exactProduct, exactSum, feeOn, type Lots, type MoneyUnits, type PriceTicks } from "../model/decimal.ts";
import { type Execution, type Side, signOf } from "../model/order.ts";

/** A position from its first lot to its last. */
export interface ClosedTrade {
  readonly side: "long" | "short";
  readonly openedBar: number;
  readonly closedBar: number;
  /** The most lots it held. */
  readonly peakLots: Lots;
  /** Sold minus bought, before fees. */
  readonly grossUnits: MoneyUnits;
  readonly feeUnits: MoneyUnits;
  /** grossUnits - feeUnits. */
  readonly netUnits: MoneyUnits;
}

/** A fill as the portfolio books it. */
export interface Booking {
  readonly side: Side;
  readonly lots: Lots;
  readonly priceTicks: PriceTicks;
  readonly feePips: number;
  readonly bar: number;
}

interface OpenTrade {
  readonly side: "long" | "short";
  readonly openedBar: number;
  peakLots: Lots;
  cashFlowUnits: MoneyUnits;
  feeUnits: MoneyUnits;
}

/**
 * Cash and one position, in whole money units: nothing is rounded but fees, and those upward. Equity is always cash plus
 * position times price. Every method that adds up throws model/overflow rather than lose a unit.
 */
export class Portfolio {
  #cashUnits: MoneyUnits;
  #lots: Lots = 0;
  #costUnits: MoneyUnits = 0;
  #feeUnits: MoneyUnits = 0;
  #open: OpenTrade | undefined;

  constructor(cashUnits: MoneyUnits) {
    this.#cashUnits = cashUnits;
  }

  get cashUnits(): MoneyUnits {
    return this.#cashUnits;
  }
  /** The position: positive is long, negative short. */
  get lots(): Lots {
    return this.#lots;
  }
  /** All fees paid so far. */
  get feeUnits(): MoneyUnits {
    return this.#feeUnits;
  }
  /** The mean price of the lots held, in ticks, not rounded; undefined when flat. For strategies, never for accounts. */
  get averageEntryTicks(): number | undefined {
    return this.#lots === 0 ? undefined : this.#costUnits / this.#lots;
  }

  /** What everything is worth at a price. */
  equityUnits(priceTicks: PriceTicks): MoneyUnits {
    return exactSum(this.#cashUnits, exactProduct(this.#lots, priceTicks, "the position"), "equity");
  }

  /**
   * The first price, coming from the present, at which nothing is left; undefined when no positive price does that, as for
   * a position without borrowed money.
   */
  get ruinTicks(): PriceTicks | undefined {
    if (this.#lots === 0) return undefined;
    const ruin = -this.#cashUnits / this.#lots;
    const ticks = this.#lots > 0 ? Math.floor(ruin) : Math.ceil(ruin);
    return ticks >= 1 ? ticks : undefined;
  }

  /**
   * Whether a booking may happen: afterwards the position must not be worth more than equity times `leverage`. What makes
   * the position smaller is always allowed.
   */
  affords(booking: Booking, leverage: number): boolean {
    const after = this.#lots + signOf(booking.side) * booking.lots;
    if (Math.abs(after) <= Math.abs(this.#lots) && after * this.#lots >= 0) return true;
    const fee = feeOn(exactProduct(booking.lots, booking.priceTicks, "an order"), booking.feePips);
    const exposure = exactProduct(Math.abs(after), booking.priceTicks, "the position");
    return exposure <= (this.equityUnits(booking.priceTicks) - fee) * leverage;
  }

  /** Books a fill; gives the trade that it closes, if any. A fill through zero closes one trade and opens the next. */
  book(booking: Booking): ClosedTrade | undefined {
    const sign = signOf(booking.side);
    const toFlat = sign * this.#lots < 0 ? Math.min(booking.lots, Math.abs(this.#lots)) : booking.lots;
    const closed = this.#bookPart({ ...booking, lots: toFlat });
    if (toFlat < booking.lots) this.#bookPart({ ...booking, lots: booking.lots - toFlat });
    return closed;
  }

  #bookPart(booking: Booking): ClosedTrade | undefined {
    const sign = signOf(booking.side);
    const notional = exactProduct(booking.lots, booking.priceTicks, "an order");
    const fee = feeOn(notional, booking.feePips);
    this.#cashUnits = exactSum(this.#cashUnits, -sign * notional - fee, "cash");
    this.#feeUnits = exactSum(this.#feeUnits, fee, "fees");
    this.#moveCost(booking, notional);
    this.#lots += sign * booking.lots;
    this.#open ??= {
      side: sign > 0 ? "long" : "short",
      openedBar: booking.bar,
      peakLots: 0,
      cashFlowUnits: 0,
      feeUnits: 0,
    };
    this.#open.peakLots = Math.max(this.#open.peakLots, Math.abs(this.#lots));
    this.#open.cashFlowUnits = exactSum(this.#open.cashFlowUnits, -sign * notional, "a trade");
    this.#open.feeUnits += fee;
    return this.#lots === 0 ? this.#close(booking.bar) : undefined;
  }

  /** Lots that are added bring their price; lots that leave take their share of the cost, the rest staying whole. */
  #moveCost({ side, lots }: Booking, notional: MoneyUnits): void {
    const sign = signOf(side);
    if (sign * this.#lots >= 0) {
      this.#costUnits = exactSum(this.#costUnits, sign * notional, "cost");
      return;
    }
    const share = (BigInt(this.#costUnits) * BigInt(lots)) / BigInt(Math.abs(this.#lots));
    this.#costUnits -= Number(share);
  }

  #close(bar: number): ClosedTrade | undefined {
    const open = this.#open;
    this.#open = undefined;
    if (open === undefined) return undefined;
    const { side, openedBar, peakLots, cashFlowUnits, feeUnits } = open;
    const netUnits = cashFlowUnits - feeUnits;
    return { side, openedBar, closedBar: bar, peakLots, grossUnits: cashFlowUnits, feeUnits, netUnits };
  }
}

/** The booking of an execution. */
export function bookingOf(execution: Execution, lots: Lots, details: { feePips: number; bar: number }): Booking {
  return { side: execution.order.side, lots, priceTicks: execution.priceTicks, ...details };
}
