import type { TickCandle } from "../model/candles.ts";
import type { PriceTicks } from "../model/decimal.ts";
import type { Execution, Order } from "../model/order.ts";

/**
 * The points that a candle's price is taken to pass: open, then the extreme nearer to the start of its direction, then the
 * other, then close. A rising candle (close at or above open) falls first, a falling one rises first. The first leg stands
 * still at the open, so that gaps are met before any movement.
 */
export function pathOf(candle: TickCandle): readonly [PriceTicks, PriceTicks, PriceTicks, PriceTicks, PriceTicks] {
  const { openTicks, highTicks, lowTicks, closeTicks } = candle;
  return closeTicks >= openTicks
    ? [openTicks, openTicks, lowTicks, highTicks, closeTicks]
    : [openTicks, openTicks, highTicks, lowTicks, closeTicks];
}

/**
 * The price at which an order trades while the market moves in a line from `from` to `to`, undefined when it does not.
 * An order that is already through at `from` trades there; a touch of its price is enough.
 */
export function triggerPrice(order: Order, from: PriceTicks, to: PriceTicks): PriceTicks | undefined {
  if (order.type === "market") return from;
  const waitsBelow = (order.side === "buy") === (order.type === "limit");
  const reached = (at: PriceTicks) => (waitsBelow ? at <= order.priceTicks : at >= order.priceTicks);
  if (reached(from)) return from;
  return reached(to) ? order.priceTicks : undefined;
}

/** Receives each execution as it happens; may submit and cancel orders, which then take part in the rest of the candle. */
export type ExecutionHandler = (execution: Execution) => void;

/** Orders waiting for a market that is known only as candles. */
export class SimulatedVenue {
  #orders: Order[] = [];

  /** Lets an order wait. It can trade from the next movement on. */
  submit(order: Order): void {
    this.#orders.push(order);
  }

  /** Takes an order back; false when it is not waiting. */
  cancel(id: number): boolean {
    const index = this.#orders.findIndex((order) => order.id === id);
    if (index < 0) return false;
    this.#orders.splice(index, 1);
    return true;
  }

  /** The orders that wait, oldest first. */
  get waiting(): readonly Order[] {
    return this.#orders;
  }

  /** Moves the market through a candle and executes what it meets, in the order in which it meets it. */
  walk(candle: TickCandle, onExecution: ExecutionHandler): void {
    if (this.#orders.length === 0) return;
    const path = pathOf(candle);
    let at = path[0];
    for (const next of path) {
      for (let met = this.#take(at, next); met !== undefined; met = this.#take(at, next)) {
        at = met.priceTicks;
        onExecution(met);
      }
      at = next;
    }
  }

  /** Removes and gives the order that a movement meets first: the nearest price, then the oldest order. */
  #take(from: PriceTicks, to: PriceTicks): Execution | undefined {
    let nearest: Order | undefined;
    let priceTicks = 0;
    for (const order of this.#orders) {
      const trigger = triggerPrice(order, from, to);
      if (trigger === undefined) continue;
      if (nearest !== undefined && Math.abs(trigger - from) >= Math.abs(priceTicks - from)) continue;
      nearest = order;
      priceTicks = trigger;
    }
    if (nearest === undefined) return undefined;
    this.cancel(nearest.id);
    return { order: nearest, priceTicks, maker: nearest.type === "limit" };
  }
}
