import { setImmediate } from "node:timers/promises";
import { z } from "zod";
import { type BacktestReport, reportOf } from "../backtest/report.ts";
import { Backtest } from "../backtest/run.ts";
import { resolveSettings } from "../backtest/settings.ts";
import { readCsvCandles } from "../data/csv-candles.ts";
import { EngineError } from "../errors/errors.ts";
import { candleCount } from "../model/candles.ts";
import type { Clock } from "../platform/clock.ts";
import type { Files } from "../platform/files.ts";
import { findStrategy } from "../strategy/catalogue.ts";

/** What the command line hands to the command; commander leaves absent options out. */
const BacktestOptions = z.object({
  data: z.string(),
  strategy: z.string(),
  param: z.array(z.string()).default([]),
  cash: z.string(),
  tickDecimals: z.coerce.number("must be a number").int().min(0).max(10).optional(),
  lotDecimals: z.coerce.number("must be a number").optional(),
  makerFeePips: z.coerce.number("must be a number").optional(),
  takerFeePips: z.coerce.number("must be a number").optional(),
  slippageTicks: z.coerce.number("must be a number").optional(),
  leverage: z.coerce.number("must be a number").optional(),
  seed: z.coerce.number("must be a number").optional(),
  journal: z.string().optional(),
  expect: z
    .string()
    .regex(/^[0-9a-f]{64}$/, "must be a fingerprint of 64 hex digits")
    .optional(),
  json: z.boolean().default(false),
});

/** What the command needs of its surroundings. */
export interface CommandPorts {
  readonly files: Files;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly print: (text: string) => void;
}

const CANDLES_BETWEEN_PAUSES = 50_000;

/** Runs `trigate-engine backtest`. Throws EngineError; backtest/fingerprint-differs is the only one that is a verdict. */
export async function backtestCommand(raw: unknown, ports: CommandPorts): Promise<void> {
  const parsed = BacktestOptions.safeParse(raw);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `${issue.path.join(".")} ${issue.message}`);
    throw new EngineError("backtest/bad-settings", { problems });
  }
  const { data, strategy: name, param, tickDecimals, journal, expect, json, ...written } = parsed.data;
  const given = Object.fromEntries(Object.entries(written).filter(([, value]) => value !== undefined));
  const settings = resolveSettings({ cash: written.cash, ...given });
  const parameters = parseParameters(name, param);
  const strategy = (await findStrategy(name))(parameters);
  const candles = await readCsvCandles(ports.files, data, tickDecimals === undefined ? {} : { tickDecimals });

  const startedNs = ports.clock.elapsedNs();
  const backtest = new Backtest(candles, strategy, settings);
  while (backtest.advance(CANDLES_BETWEEN_PAUSES)) {
    await setImmediate(); // Lets an interrupt be seen.
    if (ports.signal.aborted) {
      strategy.close();
      throw new EngineError("backtest/interrupted", { barsDone: backtest.done, bars: candleCount(candles) });
    }
  }
  const result = backtest.finish();
  const tookMs = Number(ports.clock.elapsedNs() - startedNs) / 1e6;
  const report = reportOf(result, { candles, settings, strategy: name, parameters });
  if (journal !== undefined) await writeJournal(ports.files, journal, result.journal.toJsonLines());
  ports.print(json ? `${JSON.stringify(report, null, 2)}\n` : describe(report, tookMs));
  if (expect !== undefined && expect !== report.fingerprint) {
    throw new EngineError("backtest/fingerprint-differs", { expected: expect, actual: report.fingerprint });
  }
}

async function writeJournal(files: Files, file: string, text: string): Promise<void> {
  try {
    await files.write(file, text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new EngineError("data/unwritable-file", { file, reason }, { cause: error });
  }
}

/** Reads `name=value` pairs; values that are JSON numbers or booleans become such, everything else stays text. */
function parseParameters(strategy: string, pairs: readonly string[]): Record<string, unknown> {
  const problems = pairs.filter((pair) => !/^[\w-]+=/.test(pair)).map((pair) => `"${pair}" is not name=value`);
  if (problems.length > 0) throw new EngineError("strategy/bad-parameters", { strategy, problems });
  return Object.fromEntries(
    pairs.map((pair) => {
      const at = pair.indexOf("=");
      return [pair.slice(0, at), valueOf(pair.slice(at + 1))];
    }),
  );
}

function valueOf(text: string): string | number | boolean {
  if (text === "true" || text === "false") return text === "true";
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

const percent = (ratio: number | null) => (ratio === null ? "-" : `${(ratio * 100).toFixed(2)} %`);

function describe(report: BacktestReport, tookMs: number): string {
  const { metrics, manifest } = report;
  const rows: readonly (readonly [string, string])[] = [
    ["strategy", manifest.strategy],
    ["data", `${manifest.dataSource}, ${report.candles} candles, ${report.firstOpen} to ${report.lastClose}`],
    ["start", report.start],
    ["end", report.end],
    ["net profit", `${report.netProfit} (${percent(metrics.netProfitRatio)})`],
    ["fees", report.fees],
    ["max drawdown", percent(metrics.maxDrawdownRatio)],
    ["Sharpe ratio", metrics.sharpeRatio === null ? "-" : metrics.sharpeRatio.toFixed(3)],
    ["trades", `${metrics.trades}, ${percent(metrics.winRate)} won`],
    ["open position", report.openPosition],
    ["rejected orders", String(report.rejectedOrders)],
    ["kernels", manifest.kernelPath],
    ["seed", String(manifest.seed)],
    ["fingerprint", report.fingerprint],
    ["time", `${tookMs.toFixed(1)} ms`],
  ];
  return rows.map(([name, value]) => `${name.padEnd(16)} ${value}\n`).join("");
}
