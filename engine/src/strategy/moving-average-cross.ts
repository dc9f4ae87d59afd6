import { z } from "zod";
import { kernels, type ScalarStream } from "../indicators/index.ts";
import { type Account, type Adjustment, type ClosedCandle, type Entry, Strategy } from "./strategy.ts";

/** Parameters of a moving-average cross. */
export const CrossParameters = z
  .strictObject({
    /** Candles of the fast average. */
    fast: z.number().int().min(1).max(100_000).default(8),
    /** Candles of the slow average, more than `fast`. */
    slow: z.number().int().min(2).max(100_000).default(21),
    /** The share of the equity that a position is worth. */
    share: z.number().positive().max(1).default(0.95),
    /** Also trade the downward cross. */
    short: z.boolean().default(false),
    /** Distance of the stop-loss from the entry candle's close, as a fraction of it; 0 for none. */
    stopLoss: z.number().min(0).lt(1).default(0),
    /** Distance of the take-profit from the entry candle's close, as a fraction of it; 0 for none. */
    takeProfit: z.number().min(0).default(0),
  })
  .refine(({ fast, slow }) => fast < slow, { message: "must be more than fast", path: ["slow"] });
export type CrossParameters = z.output<typeof CrossParameters>;

/** Is long while the fast average is above the slow one; with `short` it is short while it is below. */
export class MovingAverageCross extends Strategy {
  readonly name: string;
  readonly #parameters: CrossParameters;
  readonly #fast: ScalarStream;
  readonly #slow: ScalarStream;
  // NaN until both averages are warm; every comparison with NaN is false, so nothing happens before.
  #gap = Number.NaN;

  constructor(kind: "sma" | "ema", parameters: CrossParameters) {
    super();
    this.name = `${kind}-cross`;
    this.#parameters = parameters;
    const open = (period: number) => (kind === "sma" ? kernels().openSma(period) : kernels().openEma(period));
    this.#fast = open(parameters.fast);
    this.#slow = open(parameters.slow);
  }

  override onCandle({ close }: ClosedCandle): void {
    this.#gap = this.#fast.update(close) - this.#slow.update(close);
  }

  override shouldLong(): boolean {
    return this.#gap > 0;
  }

  override shouldShort(): boolean {
    return this.#parameters.short && this.#gap < 0;
  }

  override goLong(candle: ClosedCandle, account: Account): Entry | undefined {
    return this.#enter(candle, account, 1);
  }

  override goShort(candle: ClosedCandle, account: Account): Entry | undefined {
    return this.#enter(candle, account, -1);
  }

  override updatePosition(_candle: ClosedCandle, { lots }: Account): Adjustment | undefined {
    return lots * this.#gap < 0 ? { exit: true } : undefined;
  }

  override close(): void {
    this.#fast.close();
    this.#slow.close();
  }

  #enter({ close }: ClosedCandle, account: Account, direction: 1 | -1): Entry | undefined {
    const { share, stopLoss, takeProfit } = this.#parameters;
    const lots = account.lotsFor(share);
    if (lots === 0) return undefined;
    return {
      lots,
      ...(stopLoss > 0 && { stopLossTicks: account.ticksOf(close * (1 - direction * stopLoss)) }),
      ...(takeProfit > 0 && { takeProfitTicks: account.ticksOf(close * (1 + direction * takeProfit)) }),
    };
  }
}
