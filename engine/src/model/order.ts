import type { Lots, PriceTicks } from "./decimal.ts";

/** Which way an order trades. */
export type Side = "buy" | "sell";

/** `market` fills at the next price there is, `limit` at its price or better, `stop` becomes a market order at its price. */
export type OrderType = "market" | "limit" | "stop";

/** Why an order exists: to open a position, to protect it, to take its profit, to leave it, or because the venue forces it. */
export type OrderPurpose = "entry" | "stop-loss" | "take-profit" | "exit" | "liquidation";

/** An order that waits at the simulated venue. */
export interface Order {
  /** Counts orders of a run from 1. */
  readonly id: number;
  readonly side: Side;
  readonly type: OrderType;
  readonly purpose: OrderPurpose;
  readonly lots: Lots;
  /** The limit or stop price; 0 for market orders. */
  readonly priceTicks: PriceTicks;
  /** When the decision for it was made: the close of a candle. It cannot trade before. */
  readonly decidedAtMs: number;
}

/** A trade of an order. */
export interface Execution {
  readonly order: Order;
  readonly priceTicks: PriceTicks;
  /** False when the order took the price it found (market, stop), true when it waited for its own (limit). */
  readonly maker: boolean;
}

/** The sign that a side gives to a position: +1 or -1. */
export function signOf(side: Side): 1 | -1 {
  return side === "buy" ? 1 : -1;
}

/** The other side. */
export function opposite(side: Side): Side {
  return side === "buy" ? "sell" : "buy";
}
