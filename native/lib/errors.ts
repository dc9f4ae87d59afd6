/** What each error of the native core carries. Codes never change; compare codes, not messages. */
export interface NativeErrorDetails {
  /** An argument is outside the range that its documentation states. */
  "native/bad-argument": { argument: string; expected: string; actual: string };
  /** Memory ran out while something was opened. */
  "native/out-of-memory": { what: string };
  /** A capacity fixed at opening is used up. */
  "native/full": { what: string };
  /** No live order has this id: never given, filled or cancelled. */
  "native/unknown-order": { id: bigint };
  /** A price lies outside the ladder of the book. */
  "native/price-out-of-range": { priceTicks: bigint };
  /** A post-only order would have traded at once. */
  "native/would-cross": { priceTicks: bigint };
  /** A fill-or-kill order found too few lots within its limit. */
  "native/unfillable": { lots: bigint };
  /** A sample is NaN, infinite, or above 1e100 in size. `row` is 0-based; -1 in a stream. */
  "native/not-finite": { row: number };
  /** Columns that belong together differ in length. */
  "native/length-mismatch": { lengths: readonly number[] };
  /** A candle's low is above its high. `row` is 0-based; -1 in a stream. */
  "native/bad-candle": { row: number };
  /** A stream or book was used after close(). */
  "native/closed": { what: string };
  /** Neither the addon nor the WebAssembly module could be loaded. */
  "native/load-failed": { tried: readonly string[] };
}

/** The stable names of the native core's errors. */
export type NativeErrorCode = keyof NativeErrorDetails;

const sample = (row: number) => (row < 0 ? "the sample" : `row ${row}`);

const MESSAGES: { readonly [C in NativeErrorCode]: (details: NativeErrorDetails[C]) => string } = {
  "native/bad-argument": (d) => `${d.argument} must be ${d.expected}, got ${d.actual}`,
  "native/out-of-memory": (d) => `no memory for ${d.what}; make it smaller`,
  "native/full": (d) => `${d.what} is full; open it with more room or remove something first`,
  "native/unknown-order": (d) => `no live order has the id ${d.id}; it is filled, cancelled or of another book`,
  "native/price-out-of-range": (d) =>
    `the price of ${d.priceTicks} ticks lies outside the book; open it with more levels`,
  "native/would-cross": (d) => `a post-only order at ${d.priceTicks} ticks would trade at once; move its price away`,
  "native/unfillable": (d) => `${d.lots} lots cannot be filled at once; ask for fewer or let the order rest`,
  "native/not-finite": (d) => `${sample(d.row)} is not a finite number up to 1e100; clean the data first`,
  "native/length-mismatch": (d) => `columns must have the same length, got ${d.lengths.join(", ")}`,
  "native/bad-candle": (d) => `${sample(d.row)} has a low above its high; clean the data first`,
  "native/closed": (d) => `the ${d.what} is closed; open a new one`,
  "native/load-failed": (d) => `no kernels could be loaded: ${d.tried.join("; ")}; run node native/build.mjs`,
};

/** An error of the native core, with a stable code and details typed by it. */
export class NativeError<C extends NativeErrorCode = NativeErrorCode> extends Error {
  readonly code: C;
  readonly details: NativeErrorDetails[C];

  constructor(code: C, details: NativeErrorDetails[C], options?: ErrorOptions) {
    super(MESSAGES[code](details), options);
    this.name = "NativeError";
    this.code = code;
    this.details = details;
  }
}
