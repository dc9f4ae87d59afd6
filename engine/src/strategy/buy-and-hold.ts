import { z } from "zod";
import { type Account, type ClosedCandle, type Entry, Strategy } from "./strategy.ts";

/** Parameters of buy-and-hold. */
export const HoldParameters = z.strictObject({
  /** The share of the equity to put in. */
  share: z.number().positive().max(1).default(0.95),
});
export type HoldParameters = z.output<typeof HoldParameters>;

/** Buys once, after the first candle, and keeps it: what every other strategy has to beat. */
export class BuyAndHold extends Strategy {
  readonly name = "buy-and-hold";
  readonly #share: number;
  #done = false;

  constructor({ share }: HoldParameters) {
    super();
    this.#share = share;
  }

  override shouldLong(): boolean {
    return !this.#done;
  }

  override goLong(_candle: ClosedCandle, account: Account): Entry | undefined {
    const lots = account.lotsFor(this.#share);
    this.#done = true;
    return lots === 0 ? undefined : { lots };
  }

  override shouldCancelEntry(): boolean {
    return false;
  }
}
