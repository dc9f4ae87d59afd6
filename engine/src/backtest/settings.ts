import { z } from "zod";
import { EngineError } from "../errors/errors.ts";
import { PIPS_PER_WHOLE, parseDecimal } from "../model/decimal.ts";

const MAX_SEED = 2 ** 32 - 1;

/** Settings of a run as a person writes them; everything has a default but the cash. */
export const Settings = z.strictObject({
  /** Starting cash in the quote currency, as a decimal text such as "10000" or "10000.50". */
  cash: z.string().regex(/^\d{1,15}(\.\d{1,10})?$/, 'must be a plain positive amount such as "10000.50"'),
  /** Decimals of one lot: 0 trades whole pieces, 3 thousandths. */
  lotDecimals: z.number().int().min(0).max(8).default(0),
  /** Fee of limit orders in pips (100 = 0.01 %). */
  makerFeePips: z.number().int().min(0).lt(PIPS_PER_WHOLE).default(0),
  /** Fee of market and stop orders in pips. */
  takerFeePips: z.number().int().min(0).lt(PIPS_PER_WHOLE).default(0),
  /** Market and stop orders come out worse by 0 to this many ticks at random. */
  slippageTicks: z.number().int().min(0).max(1_000_000).default(0),
  /** A position may be worth this many times the equity. */
  leverage: z.number().min(1).max(125).default(1),
  /** Seed of all random numbers of the run. */
  seed: z.number().int().min(0).max(MAX_SEED).default(1),
});
export type SettingsInput = z.input<typeof Settings>;
export type Settings = z.output<typeof Settings>;

/** Checks settings, naming all that is wrong at once. Error: backtest/bad-settings. */
export function resolveSettings(input: SettingsInput): Readonly<Settings> {
  const result = Settings.safeParse(input);
  if (result.success) return Object.freeze(result.data);
  const problems = result.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`);
  throw new EngineError("backtest/bad-settings", { problems });
}

/** The starting cash in money units. Error: model/bad-decimal when it has more decimals than a unit. */
export function cashUnitsOf(settings: Settings, tickDecimals: number): number {
  const decimals = tickDecimals + settings.lotDecimals;
  const units = parseDecimal(settings.cash, decimals);
  if (units !== undefined && units > 0) return units;
  throw new EngineError("model/bad-decimal", { what: "the starting cash", text: settings.cash, decimals });
}
