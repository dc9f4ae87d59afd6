import type { KernelPath } from "./backend.ts";
import { type Indicators, indicatorsOf } from "./indicators.ts";
import { loadBackend } from "./load.ts";
import { type OrderBook, type OrderBookConfig, openBook } from "./order-book.ts";

export type { KernelPath } from "./backend.ts";
export { NativeError, type NativeErrorCode, type NativeErrorDetails } from "./errors.ts";
export {
  type CandleStream,
  type HighLowClose,
  type Indicators,
  MAX_MAGNITUDE,
  MAX_PERIOD,
  type MacdLines,
  type MacdPeriods,
  type MacdStream,
  type ScalarStream,
} from "./indicators.ts";
export {
  type BestLevel,
  BOOK,
  type BookProgress,
  type Fill,
  type LimitOrder,
  OrderBook,
  type OrderBookConfig,
  type RestingOrder,
  type Side,
  type Submitted,
  type TimeInForce,
} from "./order-book.ts";

/** The native core: five indicators and the order book, whichever build does the work. */
export interface Kernels extends Indicators {
  /** Which build that is. Results are the same bits either way; reports carry it because times are not. */
  readonly kernelPath: KernelPath;
  /** Opens a limit-order book. Errors: native/bad-argument, native/out-of-memory. */
  openBook(config: OrderBookConfig): OrderBook;
}

/**
 * Loads the core: the addon when it is built, else the WebAssembly module that comes with the package. `only` asks for one
 * of them. Error: native/load-failed.
 */
export function loadKernels(options: { readonly only?: KernelPath } = {}): Kernels {
  const backend = loadBackend(options.only === undefined ? ["addon", "wasm"] : [options.only]);
  return {
    kernelPath: backend.path,
    ...indicatorsOf(backend),
    openBook: (config) => openBook(backend, config),
  };
}
