import { createRequire } from "node:module";
import {
  ABI_VERSION,
  ANSWER_WORDS,
  type Backend,
  type BookPort,
  type BookShape,
  COMMAND_WORDS,
  type Columns,
  FILL_WORDS,
  type IndicatorSpec,
  type StreamPort,
} from "./backend.ts";
import { NativeError } from "./errors.ts";

interface AddonExports {
  abi: number;
  batch(...args: [number, number, number, number, ...Float64Array[]]): number;
  openStream(kind: number, p0: number, p1: number, p2: number, slots: Float64Array): (() => number) | number;
  openBook(
    minPriceTicks: bigint,
    levels: number,
    maxOrders: number,
    ...arrays: object[]
  ): ((n: number) => number) | number;
}

function isAddon(value: unknown): value is AddonExports {
  return (
    typeof value === "object" &&
    value !== null &&
    "abi" in value &&
    value.abi === ABI_VERSION &&
    ["batch", "openStream", "openBook"].every((name) => typeof Reflect.get(value, name) === "function")
  );
}

/** Loads the addon at `file`; throws what Node says, or an Error when its shape is another version's. */
export function loadAddon(file: string): Backend {
  const addon: unknown = createRequire(import.meta.url)(file);
  if (!isAddon(addon)) throw new Error("it was built from other sources; run node native/build.mjs --addon");
  return {
    path: "addon",
    batch: (spec: IndicatorSpec, inputs: Columns, outputs: Columns) =>
      addon.batch(spec.kind, ...spec.periods, ...inputs, ...outputs),
    openStream: (spec) => openStream(addon, spec),
    openBook: (shape) => openBook(addon, shape),
  };
}

function openStream(addon: AddonExports, { kind, periods }: IndicatorSpec): StreamPort | number {
  // Never handed out: a caller who transferred this buffer away would leave the addon a dangling pointer.
  const slots = new Float64Array(6);
  const opened = addon.openStream(kind, ...periods, slots);
  if (typeof opened === "number") return opened;
  let step: (() => number) | undefined = opened;
  return {
    step(first, second, third) {
      if (step === undefined) throw new NativeError("native/closed", { what: "stream" });
      slots[0] = first;
      slots[1] = second;
      slots[2] = third;
      return step();
    },
    output: (column) => slots[3 + column] ?? Number.NaN,
    close() {
      step = undefined; // The addon frees its part when the function is collected.
    },
  };
}

function openBook(addon: AddonExports, shape: BookShape): BookPort | number {
  // These stay inside as well; the ones handed out are copied from and to.
  const commands = new BigInt64Array(shape.batchSize * COMMAND_WORDS);
  const answers = new BigInt64Array(shape.batchSize * ANSWER_WORDS);
  const fills = new BigInt64Array(shape.maxOrders * FILL_WORDS);
  const progress = new Float64Array(2);
  const { minPriceTicks, levels, maxOrders } = shape;
  const opened = addon.openBook(minPriceTicks, levels, maxOrders, commands, answers, fills, progress);
  if (typeof opened === "number") return opened;
  let run: ((count: number) => number) | undefined = opened;
  const port = {
    commands: new BigInt64Array(commands.length),
    answers: new BigInt64Array(answers.length),
    fills: new BigInt64Array(fills.length),
    progress: new Float64Array(2),
    run(count: number) {
      if (run === undefined) throw new NativeError("native/closed", { what: "book" });
      commands.set(port.commands.subarray(0, count * COMMAND_WORDS));
      const fault = run(count);
      port.progress.set(progress);
      port.answers.set(answers.subarray(0, (progress[0] ?? 0) * ANSWER_WORDS));
      port.fills.set(fills.subarray(0, (progress[1] ?? 0) * FILL_WORDS));
      return fault;
    },
    close() {
      run = undefined;
    },
  };
  return port;
}
