/** Which build of the core does the work: the compiled Node-API addon or the WebAssembly module. */
export type KernelPath = "addon" | "wasm";

/** Numbers of trigate::IndicatorKind. */
export const INDICATOR = { sma: 0, ema: 1, rsi: 2, atr: 3, macd: 4 } as const;

/** Numbers of trigate::Error. */
export const FAULT = {
  none: 0,
  badArgument: 1,
  outOfMemory: 2,
  full: 3,
  unknownOrder: 4,
  outOfRange: 5,
  wouldCross: 6,
  unfillable: 7,
  notFinite: 8,
  tooShort: 9,
  late: 10,
  badCandle: 11,
} as const;

/** An indicator and up to three periods, as trigate::IndicatorSpec. */
export interface IndicatorSpec {
  readonly kind: number;
  readonly periods: readonly [number, number, number];
}

/** Three columns; those that an indicator does not have are empty. */
export type Columns = readonly [Float64Array, Float64Array, Float64Array];

/** An open stream: `step` takes a sample and gives a fault number, then `output` reads a result column. */
export interface StreamPort {
  step(first: number, second: number, third: number): number;
  output(column: number): number;
  close(): void;
}

/** The fixed size of a book and of its batches. */
export interface BookShape {
  readonly minPriceTicks: bigint;
  readonly levels: number;
  readonly maxOrders: number;
  readonly batchSize: number;
}

/** An open book bound to its arrays of records. `run` gives a fault number and fills `progress`: commands done, fills. */
export interface BookPort {
  readonly commands: BigInt64Array;
  readonly answers: BigInt64Array;
  readonly fills: BigInt64Array;
  readonly progress: Float64Array;
  run(count: number): number;
  close(): void;
}

/** Eight-byte words in a record of each array of a book. */
export const COMMAND_WORDS = 6;
export const ANSWER_WORDS = 5;
export const FILL_WORDS = 4;

/** What both builds of the core offer; numbers only, since naming errors and checking arguments is done once above. */
export interface Backend {
  readonly path: KernelPath;
  batch(spec: IndicatorSpec, inputs: Columns, outputs: Columns): number;
  openStream(spec: IndicatorSpec): StreamPort | number;
  openBook(shape: BookShape): BookPort | number;
}

/** The shape version that lib/ speaks; see kAbiVersion in src/addon/addon.cc and tg_abi in src/wasm/exports.cc. */
export const ABI_VERSION = 1;
