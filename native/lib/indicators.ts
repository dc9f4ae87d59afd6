import { type Backend, type Columns, FAULT, INDICATOR, type IndicatorSpec } from "./backend.ts";
import { NativeError } from "./errors.ts";

/** The longest period of any indicator, in samples. */
export const MAX_PERIOD = 100_000;

/** Samples above this in size are refused. */
export const MAX_MAGNITUDE = 1e100;

/** Columns of candles, all of the same length, in price units. */
export interface HighLowClose {
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
}

/** Periods of MACD in samples: 1 <= fast < slow <= MAX_PERIOD, 1 <= signal <= MAX_PERIOD. */
export interface MacdPeriods {
  readonly fast: number;
  readonly slow: number;
  readonly signal: number;
}

/** The three lines of MACD, each as long as its input. */
export interface MacdLines {
  readonly macd: Float64Array;
  readonly signal: Float64Array;
  readonly histogram: Float64Array;
}

/** An indicator that takes one sample at a time in O(1) and makes no objects. Use after close() gives native/closed. */
export interface ScalarStream {
  /** Takes one sample and gives the indicator's value, NaN while warming up. Error: native/not-finite, state kept. */
  update(value: number): number;
  /** Gives the memory back at once. Streams that are merely dropped are collected later. */
  close(): void;
}

/** A stream over candles instead of values. */
export interface CandleStream {
  /** Takes one candle and gives the value, NaN while warming up. Errors: native/not-finite, native/bad-candle. */
  update(high: number, low: number, close: number): number;
  close(): void;
}

/** A MACD stream: `update` gives the macd line; the other two lines of the same sample are read from the properties. */
export interface MacdStream extends ScalarStream {
  readonly signal: number;
  readonly histogram: number;
}

/** The five indicators, over whole columns and as streams. Batch and stream give the same bits. */
export interface Indicators {
  /** Simple moving average over `period` (1 to MAX_PERIOD) samples. NaN in the first period - 1 rows. */
  sma(values: Float64Array, period: number, out?: Float64Array): Float64Array;
  /** Exponential moving average, weight 2 / (period + 1), seeded with the mean of the first `period` samples. */
  ema(values: Float64Array, period: number, out?: Float64Array): Float64Array;
  /** Wilder's relative strength index, 0 to 100; `period` is 2 to MAX_PERIOD. NaN in the first `period` rows. */
  rsi(values: Float64Array, period: number, out?: Float64Array): Float64Array;
  /** Wilder's average true range in price units. NaN in the first `period` rows. */
  atr(candles: HighLowClose, period: number, out?: Float64Array): Float64Array;
  /** Moving average convergence / divergence. NaN in the first slow + signal - 2 rows of all three lines. */
  macd(values: Float64Array, periods: MacdPeriods, out?: MacdLines): MacdLines;
  openSma(period: number): ScalarStream;
  openEma(period: number): ScalarStream;
  openRsi(period: number): ScalarStream;
  openAtr(period: number): CandleStream;
  openMacd(periods: MacdPeriods): MacdStream;
}

const NO_COLUMN = new Float64Array(0);

/** Builds the five indicators over one build of the core. */
export function indicatorsOf(backend: Backend): Indicators {
  const single =
    (kind: number, minimum = 1) =>
    (values: Float64Array, period: number, out = new Float64Array(values.length)) => {
      run(backend, specOf(kind, period, minimum), [
        [values, NO_COLUMN, NO_COLUMN],
        [out, NO_COLUMN, NO_COLUMN],
      ]);
      return out;
    };
  const stream =
    (kind: number, minimum = 1) =>
    (period: number) =>
      scalarStream(backend, specOf(kind, period, minimum));
  return {
    sma: single(INDICATOR.sma),
    ema: single(INDICATOR.ema),
    rsi: single(INDICATOR.rsi, 2),
    atr({ high, low, close }, period, out = new Float64Array(high.length)) {
      run(backend, specOf(INDICATOR.atr, period, 1), [
        [high, low, close],
        [out, NO_COLUMN, NO_COLUMN],
      ]);
      return out;
    },
    macd(values, periods, out = linesOf(values.length)) {
      run(backend, macdSpec(periods), [
        [values, NO_COLUMN, NO_COLUMN],
        [out.macd, out.signal, out.histogram],
      ]);
      return out;
    },
    openSma: stream(INDICATOR.sma),
    openEma: stream(INDICATOR.ema),
    openRsi: stream(INDICATOR.rsi, 2),
    openAtr: (period) => candleStream(backend, specOf(INDICATOR.atr, period, 1)),
    openMacd: (periods) => macdStream(backend, macdSpec(periods)),
  };
}

const linesOf = (length: number): MacdLines => ({
  macd: new Float64Array(length),
  signal: new Float64Array(length),
  histogram: new Float64Array(length),
});

function checkPeriod(argument: string, period: number, minimum: number): void {
  if (Number.isInteger(period) && period >= minimum && period <= MAX_PERIOD) return;
  const expected = `a whole number from ${minimum} to ${MAX_PERIOD}`;
  throw new NativeError("native/bad-argument", { argument, expected, actual: String(period) });
}

function specOf(kind: number, period: number, minimum: number): IndicatorSpec {
  checkPeriod("period", period, minimum);
  return { kind, periods: [period, 0, 0] };
}

function macdSpec({ fast, slow, signal }: MacdPeriods): IndicatorSpec {
  checkPeriod("fast", fast, 1);
  checkPeriod("slow", slow, fast + 1);
  checkPeriod("signal", signal, 1);
  return { kind: INDICATOR.macd, periods: [fast, slow, signal] };
}

function run(backend: Backend, spec: IndicatorSpec, [inputs, outputs]: readonly [Columns, Columns]): void {
  for (const column of [...inputs, ...outputs]) {
    if (!(column instanceof Float64Array)) {
      throw new NativeError("native/bad-argument", {
        argument: "column",
        expected: "a Float64Array",
        actual: typeof column,
      });
    }
  }
  const used = [inputs[0], outputs[0], ...(spec.kind === INDICATOR.atr ? [inputs[1], inputs[2]] : [])];
  if (spec.kind === INDICATOR.macd) used.push(outputs[1], outputs[2]);
  const lengths = used.map((column) => column.length);
  if (lengths.some((length) => length !== lengths[0])) throw new NativeError("native/length-mismatch", { lengths });
  if (lengths[0] === 0) return;
  const fault = backend.batch(spec, inputs, outputs);
  if (fault !== FAULT.none) throw faultOf(fault, firstBadRow(fault, inputs));
}

/** Looks for the refused row again, so that the kernels need not carry it across the border on every call. */
function firstBadRow(fault: number, [first, second, third]: Columns): number {
  const isSample = (value = 0) => Math.abs(value) <= MAX_MAGNITUDE;
  return first.findIndex((value, row) =>
    fault === FAULT.badCandle ? (second[row] ?? 0) > value : ![value, second[row], third[row]].every(isSample),
  );
}

function faultOf(fault: number, row: number): NativeError {
  switch (fault) {
    case FAULT.notFinite:
      return new NativeError("native/not-finite", { row });
    case FAULT.badCandle:
      return new NativeError("native/bad-candle", { row });
    case FAULT.outOfMemory:
      return new NativeError("native/out-of-memory", { what: "the indicator" });
    default:
      // Arguments were checked above, so this means that the two sides disagree about a range.
      return new NativeError("native/bad-argument", {
        argument: "indicator",
        expected: "accepted",
        actual: `fault ${fault}`,
      });
  }
}

function open(backend: Backend, spec: IndicatorSpec) {
  const port = backend.openStream(spec);
  if (typeof port === "number") throw faultOf(port, -1);
  return port;
}

function scalarStream(backend: Backend, spec: IndicatorSpec): ScalarStream {
  const port = open(backend, spec);
  return {
    update(value) {
      const fault = port.step(value, 0, 0);
      if (fault !== FAULT.none) throw faultOf(fault, -1);
      return port.output(0);
    },
    close: () => port.close(),
  };
}

function candleStream(backend: Backend, spec: IndicatorSpec): CandleStream {
  const port = open(backend, spec);
  return {
    update(high, low, close) {
      const fault = port.step(high, low, close);
      if (fault !== FAULT.none) throw faultOf(fault, -1);
      return port.output(0);
    },
    close: () => port.close(),
  };
}

function macdStream(backend: Backend, spec: IndicatorSpec): MacdStream {
  const port = open(backend, spec);
  let warm = false;
  return {
    update(value) {
      const fault = port.step(value, 0, 0);
      if (fault !== FAULT.none) throw faultOf(fault, -1);
      warm = true;
      return port.output(0);
    },
    get signal() {
      return warm ? port.output(1) : Number.NaN;
    },
    get histogram() {
      return warm ? port.output(2) : Number.NaN;
    },
    close: () => port.close(),
  };
}
