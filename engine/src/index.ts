/**
 * The trading engine as a library: read candles, write a strategy, run it, read the report.
 *
 * Money, prices and quantities are whole numbers of stated units throughout; only indicators work on ordinary numbers.
 */

export { type BacktestReport, type Manifest, type ReportInput, reportOf } from "./backtest/report.ts";
export { Backtest, type RunResult, runBacktest } from "./backtest/run.ts";
export { resolveSettings, Settings, type SettingsInput } from "./backtest/settings.ts";
export { EXIT, main, type Output } from "./cli/main.ts";
export { type CsvOptions, parseCsvCandles, readCsvCandles } from "./data/csv-candles.ts";
export { EngineError, type EngineErrorCode, type EngineErrorDetails, type RowProblem } from "./errors/errors.ts";
export { type Costs, withSlippage } from "./execution/costs.ts";
export { type ExecutionHandler, pathOf, SimulatedVenue, triggerPrice } from "./execution/simulated-venue.ts";
export { type CandleStream, type Kernels, kernels, type MacdStream, type ScalarStream } from "./indicators/index.ts";
export { Journal, type JournalEntry } from "./journal/journal.ts";
export { type Metrics, type MetricsInput, metricsOf } from "./metrics/metrics.ts";
export { type Candles, candleCount, type TickCandle } from "./model/candles.ts";
export {
  exactProduct,
  exactSum,
  feeOn,
  formatDecimal,
  type Lots,
  type MoneyUnits,
  PIPS_PER_WHOLE,
  type Precision,
  type PriceTicks,
  parseDecimal,
} from "./model/decimal.ts";
export type { Execution, Order, OrderPurpose, OrderType, Side } from "./model/order.ts";
export { type Clock, fixedClock, systemClock } from "./platform/clock.ts";
export { codeHash, engineVersion } from "./platform/engine-code.ts";
export { type Files, nodeFiles } from "./platform/files.ts";
export { type Random, seededRandom } from "./platform/random.ts";
export { type Booking, type ClosedTrade, Portfolio } from "./portfolio/portfolio.ts";
export { BuyAndHold, HoldParameters } from "./strategy/buy-and-hold.ts";
export { findStrategy, type StrategyFactory, strategyNames } from "./strategy/catalogue.ts";
export { CrossParameters, MovingAverageCross } from "./strategy/moving-average-cross.ts";
export { type Account, type Adjustment, type ClosedCandle, type Entry, Strategy } from "./strategy/strategy.ts";
