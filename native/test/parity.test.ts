import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Kernels } from "../lib/index.ts";
import { BOOK } from "../lib/index.ts";
import { addon, bitsOf, wasm } from "./kernels.ts";

const price = fc.double({ min: -1e6, max: 1e6, noNaN: true });
const column = fc.array(price, { minLength: 1, maxLength: 300 }).map((values) => Float64Array.from(values));
const wild = fc
  .array(fc.double({ min: -1e100, max: 1e100, noNaN: true }), { minLength: 1, maxLength: 100 })
  .map((values) => Float64Array.from(values));
const period = fc.integer({ min: 2, max: 60 });

type Run = (kernels: Kernels, values: Float64Array, length: number) => readonly Float64Array[];

const candlesOf = (close: Float64Array) => ({
  high: close.map((value, row) => value + ((row * 7) % 5)),
  low: close.map((value, row) => value - ((row * 3) % 4)),
  close,
});

const batches: Readonly<Record<string, Run>> = {
  sma: (kernels, values, length) => [kernels.sma(values, length)],
  ema: (kernels, values, length) => [kernels.ema(values, length)],
  rsi: (kernels, values, length) => [kernels.rsi(values, length)],
  atr: (kernels, values, length) => [kernels.atr(candlesOf(values), length)],
  macd: (kernels, values, length) =>
    Object.values(kernels.macd(values, { fast: length, slow: length * 2, signal: 1 + (length % 9) })),
};

const streams: Readonly<Record<string, Run>> = {
  sma: (kernels, values, length) => drain(kernels.openSma(length), values),
  ema: (kernels, values, length) => drain(kernels.openEma(length), values),
  rsi: (kernels, values, length) => drain(kernels.openRsi(length), values),
  atr(kernels, values, length) {
    const stream = kernels.openAtr(length);
    const { high, low, close } = candlesOf(values);
    const out = close.map((value, row) => stream.update(high[row] ?? 0, low[row] ?? 0, value));
    stream.close();
    return [out];
  },
  macd(kernels, values, length) {
    const stream = kernels.openMacd({ fast: length, slow: length * 2, signal: 1 + (length % 9) });
    const [signal, histogram] = [new Float64Array(values.length), new Float64Array(values.length)];
    const macd = values.map((value, row) => {
      const line = stream.update(value);
      signal[row] = stream.signal;
      histogram[row] = stream.histogram;
      return line;
    });
    stream.close();
    return [macd, signal, histogram];
  },
};

function drain(stream: ReturnType<Kernels["openSma"]>, values: Float64Array): readonly Float64Array[] {
  const out = values.map((value) => stream.update(value));
  stream.close();
  return [out];
}

describe.skipIf(addon === undefined)("addon and WebAssembly module", () => {
  const native = addon ?? wasm;

  test.each(Object.keys(batches))("%s gives the same bits over columns", (name) => {
    fc.assert(
      fc.property(fc.oneof(column, wild), period, (values, length) => {
        const run = batches[name];
        expect(run?.(native, values, length).map(bitsOf)).toEqual(run?.(wasm, values, length).map(bitsOf));
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  test.each(Object.keys(streams))("%s gives the same bits as a stream and as a column", (name) => {
    fc.assert(
      fc.property(column, period, (values, length) => {
        const expected = batches[name]?.(native, values, length).map(bitsOf);
        expect(streams[name]?.(native, values, length).map(bitsOf)).toEqual(expected);
        expect(streams[name]?.(wasm, values, length).map(bitsOf)).toEqual(expected);
      }),
      { seed: 2, numRuns: 60 },
    );
  });

  test("run the same commands to the same answers and fills", () => {
    const word = (most: number) => fc.bigInt({ min: 0n, max: BigInt(most) });
    const command = fc.tuple(word(7), word(2 ** 33), word(2), word(4), word(33), word(12));
    fc.assert(
      fc.property(fc.array(command, { minLength: 1, maxLength: 120 }), (commands) => {
        const outcomes = [native, wasm].map((kernels) => {
          const book = kernels.openBook({ minPriceTicks: 1n, levels: 32, maxOrders: 16, batchSize: 120 });
          book.commands.set(commands.flat());
          const progress = book.run(commands.length);
          const outcome = { progress, answers: book.answers.slice(), fills: book.fills.slice(), bid: book.best("buy") };
          book.close();
          return outcome;
        });
        expect(outcomes[0]).toEqual(outcomes[1]);
      }),
      { seed: 3, numRuns: 200 },
    );
    expect(BOOK.operation.best).toBe(6n);
  });
});
