import { kernels } from "../indicators/index.ts";
import { type Metrics, metricsOf } from "../metrics/metrics.ts";
import { type Candles, candleCount } from "../model/candles.ts";
import { formatDecimal } from "../model/decimal.ts";
import { codeHash, engineVersion } from "../platform/engine-code.ts";
import type { RunResult } from "./run.ts";
import type { Settings } from "./settings.ts";

/** What a run was made of: enough to repeat it, or to see why a repetition differs. */
export interface Manifest {
  readonly engineVersion: string;
  /** SHA-256 over the engine's own sources, tests left out. */
  readonly codeHash: string;
  /** SHA-256 of the candle file. */
  readonly dataHash: string;
  readonly dataSource: string;
  readonly strategy: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly settings: Settings;
  readonly seed: number;
  /** Which build of the native core computed the indicators. Results do not depend on it. */
  readonly kernelPath: "addon" | "wasm";
  readonly nodeVersion: string;
}

/** The report of a run. Amounts are decimal texts in the quote currency, exact; times are ISO texts in UTC. */
export interface BacktestReport {
  readonly schemaVersion: 1;
  readonly manifest: Manifest;
  readonly candles: number;
  readonly firstOpen: string;
  readonly lastClose: string;
  readonly start: string;
  readonly end: string;
  readonly netProfit: string;
  readonly fees: string;
  readonly metrics: Metrics;
  /** Lots still held at the end, as a decimal text. */
  readonly openPosition: string;
  readonly rejectedOrders: number;
  /** SHA-256 over the journal: two runs with the same fingerprint did the same, order by order. */
  readonly fingerprint: string;
}

/** What a report needs besides the result. */
export interface ReportInput {
  readonly candles: Candles;
  readonly settings: Settings;
  readonly strategy: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Makes the report of a finished run. */
export function reportOf(result: RunResult, { candles, settings, strategy, parameters }: ReportInput): BacktestReport {
  const { openTimeMs, timeframeMs, tickDecimals } = candles;
  const closeTimeMs = (index: number) => (openTimeMs[index] ?? 0) + timeframeMs;
  const metrics = metricsOf({ ...result, closeTimeMs });
  const money = (units: number) => formatDecimal(units, tickDecimals + settings.lotDecimals);
  const count = candleCount(candles);
  return {
    schemaVersion: 1,
    manifest: {
      engineVersion: engineVersion(),
      codeHash: codeHash(),
      dataHash: candles.dataHash,
      dataSource: candles.source,
      strategy,
      parameters,
      settings,
      seed: settings.seed,
      kernelPath: kernels().kernelPath,
      nodeVersion: process.version,
    },
    candles: count,
    firstOpen: new Date(openTimeMs[0] ?? 0).toISOString(),
    lastClose: new Date(closeTimeMs(count - 1)).toISOString(),
    start: money(metrics.startUnits),
    end: money(metrics.endUnits),
    netProfit: money(metrics.netProfitUnits),
    fees: money(metrics.feeUnits),
    metrics,
    openPosition: formatDecimal(result.openLots, settings.lotDecimals),
    rejectedOrders: result.journal.entries.filter(({ kind }) => kind === "rejected").length,
    fingerprint: result.journal.fingerprint(),
  };
}
