import { describe, expect, test } from "vitest";
import { NativeError } from "../lib/index.ts";
import { builds, codeOf } from "./kernels.ts";

/** The walk of test/indicators_test.cc; the values expected below come from PyPI's TA-Lib 0.8.2 (core 0.8.1). */
function walk(length: number, start: bigint): Float64Array {
  let seed = start;
  let hundredths = 10_000;
  return new Float64Array(length).map(() => {
    seed = (seed * 1_103_515_245n + 12_345n) % 2_147_483_648n;
    hundredths += (Number(seed >> 16n) % 201) - 100;
    return hundredths / 100;
  });
}

const close = walk(60, 42n);
const high = close.map((value, row) => value + Math.abs((walk(60, 7n)[row] ?? 0) - 100) / 10);
const low = close.map((value, row) => value - Math.abs((walk(60, 9n)[row] ?? 0) - 100) / 10);
const last = (column: Float64Array) => column.at(-1);
const firstValue = (column: Float64Array) => column.findIndex((value) => !Number.isNaN(value));

describe.each(builds)("indicators of the $kernelPath build", (kernels) => {
  const { macd, signal, histogram } = kernels.macd(close, { fast: 12, slow: 26, signal: 9 });

  test.each([
    { name: "SMA 10", column: kernels.sma(close, 10), first: 9, value: 101.42899999999996 },
    { name: "EMA 10", column: kernels.ema(close, 10), first: 9, value: 101.5489430694913 },
    { name: "RSI 14", column: kernels.rsi(close, 14), first: 14, value: 52.75318550820344 },
    { name: "ATR 14", column: kernels.atr({ high, low, close }, 14), first: 14, value: 0.6602501191215583 },
    { name: "MACD line", column: macd, first: 33, value: -0.18740395329375303 },
    { name: "MACD signal", column: signal, first: 33, value: -0.18448303665898297 },
    { name: "MACD histogram", column: histogram, first: 33, value: -0.0029209166347700655 },
  ])("$name agrees with TA-Lib", ({ column, first, value }) => {
    expect(firstValue(column)).toBe(first);
    expect(Math.abs((last(column) ?? 0) - value)).toBeLessThanOrEqual(1e-13 * Math.abs(value));
  });

  test.each([
    { what: "a period of 0", code: "native/bad-argument", run: () => kernels.sma(close, 0) },
    { what: "a period that is no whole number", code: "native/bad-argument", run: () => kernels.ema(close, 2.5) },
    { what: "a period above the limit", code: "native/bad-argument", run: () => kernels.openEma(100_001) },
    { what: "an RSI period of 1", code: "native/bad-argument", run: () => kernels.openRsi(1) },
    {
      what: "a fast period that is not faster",
      code: "native/bad-argument",
      run: () => kernels.macd(close, { fast: 26, slow: 26, signal: 9 }),
    },
    {
      what: "an output that is too short",
      code: "native/length-mismatch",
      run: () => kernels.sma(close, 5, new Float64Array(3)),
    },
    {
      what: "candle columns of different length",
      code: "native/length-mismatch",
      run: () => kernels.atr({ high, low: low.subarray(1), close }, 5),
    },
    { what: "NaN", code: "native/not-finite", run: () => kernels.ema(Float64Array.of(1, Number.NaN), 1) },
    { what: "infinity", code: "native/not-finite", run: () => kernels.openSma(3).update(Number.POSITIVE_INFINITY) },
    { what: "a candle upside down", code: "native/bad-candle", run: () => kernels.openAtr(3).update(1, 2, 1.5) },
  ])("$what is refused as $code", ({ code, run }) => {
    expect(codeOf(run)).toBe(code);
  });

  test("names the row that is not finite", () => {
    try {
      kernels.rsi(Float64Array.of(1, 2, Number.NaN, 4), 2);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(NativeError);
      expect(error).toMatchObject({ code: "native/not-finite", details: { row: 2 } });
    }
  });

  test("goes on after a refused sample as if it had not come", () => {
    const stream = kernels.openSma(2);
    stream.update(1);
    expect(codeOf(() => stream.update(Number.NaN))).toBe("native/not-finite");
    expect(stream.update(4)).toBe(2.5);
  });

  test("refuses a closed stream", () => {
    const stream = kernels.openMacd({ fast: 2, slow: 3, signal: 2 });
    expect(stream.signal).toBeNaN();
    stream.close();
    stream.close();
    expect(codeOf(() => stream.update(1))).toBe("native/closed");
  });

  test("takes empty columns, and writes into the column it is given", () => {
    expect(kernels.ema(new Float64Array(0), 3)).toHaveLength(0);
    const values = Float64Array.of(1, 2, 3);
    expect(kernels.sma(values, 1, values)).toBe(values);
    expect([...values]).toEqual([1, 2, 3]);
  });

  test("keeps many streams apart while memory grows", () => {
    const streams = Array.from({ length: 50 }, (_, index) => kernels.openSma(20_000 + index));
    const means = streams.map((stream, index) => {
      for (let i = 0; i < 20_000 + index - 1; i++) stream.update(index);
      return stream.update(index);
    });
    expect(means).toEqual(streams.map((_, index) => index));
    for (const stream of streams) stream.close();
  });
});
