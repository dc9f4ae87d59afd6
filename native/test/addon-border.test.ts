import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { addon } from "./kernels.ts";

const file = fileURLToPath(new URL("../build/trigate.node", import.meta.url));
const BAD_ARGUMENT = 1;
const TOO_SHORT = 9;

/** The addon's own functions, without lib/ in front of them: whatever is handed in must come back as a number. */
function call(name: string, ...args: readonly unknown[]): unknown {
  const exports: unknown = createRequire(import.meta.url)(file);
  const entry: unknown = typeof exports === "object" && exports !== null ? Reflect.get(exports, name) : undefined;
  if (typeof entry !== "function") throw new Error(`the addon has no ${name}`);
  return Reflect.apply(entry, undefined, args);
}

const column = (length = 4) => new Float64Array(length);
const columns = () => Array.from({ length: 6 }, () => column());
const words = (count: number) => new BigInt64Array(count);

describe.skipIf(addon === undefined)("the border of the addon", () => {
  test.each([
    { what: "nothing", args: [] },
    { what: "too few arguments", args: [0, 3, 0, 0, column()] },
    { what: "a text as kind", args: ["0", 3, 0, 0, ...columns()] },
    { what: "a kind that does not exist", args: [5, 3, 0, 0, ...columns()] },
    { what: "a kind that wraps to a known one", args: [256, 3, 0, 0, ...columns()] },
    { what: "NaN as period", args: [0, Number.NaN, 0, 0, ...columns()] },
    { what: "a negative period", args: [0, -3, 0, 0, ...columns()] },
    { what: "a period that wraps to a good one", args: [0, 2 ** 32 + 3, 0, 0, ...columns()] },
    { what: "half a sample as period", args: [0, 2.5, 0, 0, ...columns()] },
    { what: "an array instead of a column", args: [0, 3, 0, 0, [1, 2], ...columns().slice(1)] },
    { what: "a column of other numbers", args: [0, 3, 0, 0, new Float32Array(4), ...columns().slice(1)] },
    { what: "null", args: [0, 3, 0, 0, null, null, null, null, null, null] },
  ])("batch refuses $what", ({ args }) => {
    expect(call("batch", ...args)).toBe(BAD_ARGUMENT);
  });

  test("batch refuses an output that is too short, or whose memory is gone", () => {
    const rest = [column(), column(), column(3), column(), column()];
    expect(call("batch", 0, 3, 0, 0, column(), ...rest)).toBe(TOO_SHORT);
    const gone = column();
    structuredClone(gone, { transfer: [gone.buffer] });
    expect(call("batch", 0, 3, 0, 0, column(), column(), column(), gone, column(), column())).toBe(TOO_SHORT);
  });

  test.each([
    { what: "slots of another length", args: [0, 3, 0, 0, column(5)] },
    { what: "slots of another type", args: [0, 3, 0, 0, words(6)] },
    { what: "a bad period", args: [0, 0, 0, 0, column(6)] },
  ])("openStream refuses $what", ({ args }) => {
    expect(call("openStream", ...args)).toBe(BAD_ARGUMENT);
  });

  test.each([
    { what: "a number as price", args: [0, 8, 2, words(6), words(5), words(8), column(2)], code: BAD_ARGUMENT },
    {
      what: "a price beyond 64 bits",
      args: [2n ** 64n, 8, 2, words(6), words(5), words(8), column(2)],
      code: BAD_ARGUMENT,
    },
    { what: "half a record", args: [0n, 8, 2, words(7), words(5), words(8), column(2)], code: BAD_ARGUMENT },
    {
      what: "fewer answers than commands",
      args: [0n, 8, 2, words(12), words(5), words(8), column(2)],
      code: BAD_ARGUMENT,
    },
    { what: "too little room for fills", args: [0n, 8, 2, words(6), words(5), words(4), column(2)], code: TOO_SHORT },
  ])("openBook refuses $what", ({ args, code }) => {
    expect(call("openBook", ...args)).toBe(code);
  });

  test("run refuses more commands than there are", () => {
    const run: unknown = call("openBook", 0n, 8, 2, words(6), words(5), words(8), column(2));
    if (typeof run !== "function") throw new Error("the book did not open");
    expect(run(2)).toBe(BAD_ARGUMENT);
    expect(run()).toBe(BAD_ARGUMENT);
    expect(run(1)).toBe(0);
  });

  test("works in several threads at once", async () => {
    const source = `
      const { parentPort, workerData } = require("node:worker_threads");
      const { batch } = require(workerData);
      const [values, none, out] = [Float64Array.of(1, 2, 3, 4), new Float64Array(0), new Float64Array(4)];
      batch(0, 2, 0, 0, values, none, none, out, none, none);
      parentPort.postMessage([...out]);`;
    const means = await Promise.all(
      [1, 2, 3].map(
        () =>
          new Promise((resolve, reject) => {
            new Worker(source, { eval: true, workerData: file }).once("message", resolve).once("error", reject);
          }),
      ),
    );
    expect(means).toEqual([1, 2, 3].map(() => [Number.NaN, 1.5, 2.5, 3.5]));
  });
});
