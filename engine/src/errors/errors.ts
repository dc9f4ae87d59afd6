/** One complaint about a row of a data file. `line` counts from 1, the header included. */
export interface RowProblem {
  readonly line: number;
  readonly problem: string;
}

/** What each error of the engine carries. Codes never change; compare codes, not messages. */
export interface EngineErrorDetails {
  /** A number cannot be held exactly: above 2^53 - 1 units. */
  "model/overflow": { readonly what: string };
  /** A decimal text is no number, or has more decimals than its unit allows. */
  "model/bad-decimal": { readonly what: string; readonly text: string; readonly decimals: number };
  /** A data file could not be opened. */
  "data/unreadable-file": { readonly file: string; readonly reason: string };
  /** A file that was asked for could not be written. */
  "data/unwritable-file": { readonly file: string; readonly reason: string };
  /** The first line does not name the columns that candles need. */
  "data/bad-header": { readonly file: string; readonly missing: readonly string[]; readonly found: readonly string[] };
  /** Rows are malformed, out of order or contradict themselves; up to 20 are listed. */
  "data/bad-rows": { readonly file: string; readonly problems: readonly RowProblem[]; readonly total: number };
  /** A file has fewer candles than a run needs. */
  "data/too-few-candles": { readonly file: string; readonly found: number; readonly needed: number };
  /** A strategy asked for something that cannot be an order. */
  "strategy/bad-order": { readonly strategy: string; readonly problem: string };
  /** A strategy's own code threw; the cause is attached. `bar` counts candles from 0. */
  "strategy/failed": { readonly strategy: string; readonly bar: number; readonly reason: string };
  /** Parameters do not fit the strategy. */
  "strategy/bad-parameters": { readonly strategy: string; readonly problems: readonly string[] };
  /** No strategy has this name and no module could be loaded from it. */
  "strategy/not-found": { readonly name: string; readonly known: readonly string[]; readonly reason: string };
  /** Settings of a run are out of range. */
  "backtest/bad-settings": { readonly problems: readonly string[] };
  /** A run was stopped from outside. */
  "backtest/interrupted": { readonly barsDone: number; readonly bars: number };
  /** A run gave other results than the ones asked for. */
  "backtest/fingerprint-differs": { readonly expected: string; readonly actual: string };
}

/** The stable names of the engine's errors. */
export type EngineErrorCode = keyof EngineErrorDetails;

const listRows = (problems: readonly RowProblem[], total: number) =>
  problems.map(({ line, problem }) => `  line ${line}: ${problem}`).join("\n") +
  (total > problems.length ? `\n  and ${total - problems.length} more` : "");

const MESSAGES: { readonly [C in EngineErrorCode]: (details: EngineErrorDetails[C]) => string } = {
  "model/overflow": (d) => `${d.what} is too large to be exact; use fewer decimals or a smaller amount`,
  "model/bad-decimal": (d) => `${d.what} must be a plain number with at most ${d.decimals} decimals, got "${d.text}"`,
  "data/unreadable-file": (d) => `cannot read ${d.file}: ${d.reason}`,
  "data/unwritable-file": (d) => `cannot write ${d.file}: ${d.reason}`,
  "data/bad-header": (d) =>
    `${d.file} lacks the column${d.missing.length > 1 ? "s" : ""} ${d.missing.join(", ")}; its first line names ${d.found.join(", ") || "nothing"}`,
  "data/bad-rows": (d) =>
    `${d.file} has ${d.total} bad row${d.total > 1 ? "s" : ""}:\n${listRows(d.problems, d.total)}`,
  "data/too-few-candles": (d) => `${d.file} has ${d.found} candles, a run needs at least ${d.needed}`,
  "strategy/bad-order": (d) => `${d.strategy} asked for an impossible order: ${d.problem}`,
  "strategy/failed": (d) => `${d.strategy} failed at candle ${d.bar}: ${d.reason}`,
  "strategy/bad-parameters": (d) => `parameters of ${d.strategy}: ${d.problems.join("; ")}`,
  "strategy/not-found": (d) =>
    `no strategy "${d.name}" (${d.reason}); built in are ${d.known.join(", ")}, or give the path of a module`,
  "backtest/bad-settings": (d) => `settings of the run: ${d.problems.join("; ")}`,
  "backtest/interrupted": (d) => `stopped after ${d.barsDone} of ${d.bars} candles`,
  "backtest/fingerprint-differs": (d) =>
    `the run gave ${d.actual}, expected ${d.expected}: data, settings or engine differ`,
};

/** An error of the engine, with a stable code and details typed by it. */
export class EngineError<C extends EngineErrorCode = EngineErrorCode> extends Error {
  readonly code: C;
  readonly details: EngineErrorDetails[C];

  constructor(code: C, details: EngineErrorDetails[C], options?: ErrorOptions) {
    super(MESSAGES[code](details), options);
    this.name = "EngineError";
    this.code = code;
    this.details = details;
  }
}
