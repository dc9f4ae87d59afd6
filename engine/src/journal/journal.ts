import { createHash, type Hash } from "node:crypto";
import type { MoneyUnits, PriceTicks } from "../model/decimal.ts";
import type { Order } from "../model/order.ts";
import type { ClosedTrade } from "../portfolio/portfolio.ts";

/** What happened in a run, in the order in which it happened. `bar` counts candles from 0. */
export type JournalEntry =
  | { readonly kind: "ordered"; readonly bar: number; readonly order: Order }
  | {
      readonly kind: "executed";
      readonly bar: number;
      readonly orderId: number;
      readonly lots: number;
      readonly priceTicks: PriceTicks;
      readonly maker: boolean;
      readonly feeUnits: MoneyUnits;
      readonly cashUnits: MoneyUnits;
    }
  | { readonly kind: "cancelled"; readonly bar: number; readonly orderId: number; readonly reason: string }
  | { readonly kind: "rejected"; readonly bar: number; readonly orderId: number; readonly reason: string }
  | { readonly kind: "closed"; readonly bar: number; readonly trade: ClosedTrade };

/** The record of a run: all entries, and one hash over them that two equal runs share. */
export class Journal {
  readonly #entries: JournalEntry[] = [];
  readonly #hash: Hash = createHash("sha256");

  append(entry: JournalEntry): void {
    this.#entries.push(entry);
    this.#hash.update(`${JSON.stringify(entry)}\n`);
  }

  get entries(): readonly JournalEntry[] {
    return this.#entries;
  }

  /** SHA-256 over the entries so far, in hex. */
  fingerprint(): string {
    return this.#hash.copy().digest("hex");
  }

  /** All entries, one JSON object a line. */
  toJsonLines(): string {
    return this.#entries.map((entry) => `${JSON.stringify(entry)}\n`).join("");
  }
}
