import { readFileSync } from "node:fs";
import {
  ABI_VERSION,
  ANSWER_WORDS,
  type Backend,
  type BookPort,
  type BookShape,
  COMMAND_WORDS,
  type Columns,
  FAULT,
  FILL_WORDS,
  type IndicatorSpec,
  type StreamPort,
} from "./backend.ts";
import { NativeError } from "./errors.ts";

type Address = number;

interface WasmExports {
  memory: { readonly buffer: ArrayBuffer };
  tg_abi(): number;
  tg_alloc(bytes: number): Address;
  tg_free(address: Address): void;
  tg_batch(kind: number, p0: number, p1: number, p2: number, columns: Address, length: number): number;
  tg_stream_open(kind: number, p0: number, p1: number, p2: number): Address;
  tg_stream_status(stream: Address): number;
  tg_stream_slots(stream: Address): Address;
  tg_stream_step(stream: Address): number;
  tg_stream_close(stream: Address): void;
  tg_book_open(minPriceTicks: bigint, levels: number, maxOrders: number): Address;
  tg_book_status(book: Address): number;
  tg_book_run(...args: [Address, Address, number, Address, Address, number, Address]): void;
  tg_book_close(book: Address): void;
}

const FUNCTIONS = [
  "abi",
  "alloc",
  "free",
  "batch",
  "stream_open",
  "stream_status",
  "stream_slots",
  "stream_step",
  "stream_close",
  "book_open",
  "book_status",
  "book_run",
  "book_close",
].map((name) => `tg_${name}`);

/** The part of the WebAssembly global used here: Node's types do not declare it and the DOM's would come with all else. */
interface WasmHost {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: object };
}

function isHost(value: unknown): value is WasmHost {
  return (
    typeof value === "object" &&
    value !== null &&
    ["Module", "Instance"].every((name) => typeof Reflect.get(value, name) === "function")
  );
}

function isModule(exports: object): exports is WasmExports {
  const memory: unknown = Reflect.get(exports, "memory");
  return (
    typeof memory === "object" &&
    memory !== null &&
    Reflect.get(memory, "buffer") instanceof ArrayBuffer &&
    FUNCTIONS.every((name) => typeof Reflect.get(exports, name) === "function")
  );
}

/** Loads the WebAssembly module at `file`; throws what Node says, or an Error when its shape is another version's. */
export function loadWasm(file: string): Backend {
  const host: unknown = Reflect.get(globalThis, "WebAssembly");
  if (!isHost(host)) throw new Error("this JavaScript engine has no WebAssembly");
  const { exports } = new host.Instance(new host.Module(readFileSync(file)));
  if (!isModule(exports) || exports.tg_abi() !== ABI_VERSION) {
    throw new Error("it was built from other sources; run node native/build.mjs --wasm --accept");
  }
  const core = exports;
  // A backstop for streams and books that nobody closed.
  const forgotten = new FinalizationRegistry((free: () => void) => free());
  return {
    path: "wasm",
    batch: (spec, inputs, outputs) => batch(core, spec, [inputs, outputs]),
    openStream: (spec) => openStream(core, spec, forgotten),
    openBook: (shape) => openBook(core, shape, forgotten),
  };
}

function batch(core: WasmExports, spec: IndicatorSpec, [inputs, outputs]: readonly [Columns, Columns]): number {
  const length = inputs[0].length;
  const mismatch = [...inputs, ...outputs].some((column) => column.length !== 0 && column.length !== length);
  if (mismatch) return FAULT.tooShort;
  const address = core.tg_alloc(6 * length * 8);
  if (address === 0) return FAULT.outOfMemory;
  try {
    const columns = new Float64Array(core.memory.buffer, address, 6 * length);
    for (const [index, input] of inputs.entries()) columns.set(input, index * length);
    const fault = core.tg_batch(spec.kind, ...spec.periods, address, length);
    for (const [index, output] of outputs.entries()) {
      if (fault === FAULT.none)
        output.set(columns.subarray((3 + index) * length, (3 + index) * length + output.length));
    }
    return fault;
  } finally {
    core.tg_free(address);
  }
}

function openStream(
  core: WasmExports,
  { kind, periods }: IndicatorSpec,
  forgotten: FinalizationRegistry<() => void>,
): StreamPort | number {
  const stream = core.tg_stream_open(kind, ...periods);
  if (stream === 0) return FAULT.outOfMemory;
  const status = core.tg_stream_status(stream);
  if (status !== FAULT.none) {
    core.tg_stream_close(stream);
    return status;
  }
  const address = core.tg_stream_slots(stream);
  let slots = new Float64Array(core.memory.buffer, address, 6);
  const free = once(() => core.tg_stream_close(stream));
  const port: StreamPort = {
    step(first, second, third) {
      if (free.done) throw new NativeError("native/closed", { what: "stream" });
      // Growth of the memory detaches all views of it; a detached one has length 0.
      if (slots.length === 0) slots = new Float64Array(core.memory.buffer, address, 6);
      slots[0] = first;
      slots[1] = second;
      slots[2] = third;
      return core.tg_stream_step(stream);
    },
    output: (column) => slots[3 + column] ?? Number.NaN,
    close: free,
  };
  forgotten.register(port, free);
  return port;
}

function openBook(core: WasmExports, shape: BookShape, forgotten: FinalizationRegistry<() => void>): BookPort | number {
  const book = core.tg_book_open(shape.minPriceTicks, shape.levels, shape.maxOrders);
  if (book === 0) return FAULT.outOfMemory;
  const status = core.tg_book_status(book);
  const words = [shape.batchSize * COMMAND_WORDS, shape.batchSize * ANSWER_WORDS, shape.maxOrders * FILL_WORDS, 1];
  const [commandWords = 0, answerWords = 0, fillWords = 0] = words;
  const commands = status === FAULT.none ? core.tg_alloc(words.reduce((sum, count) => sum + count, 0) * 8) : 0;
  if (commands === 0) {
    core.tg_book_close(book);
    return status === FAULT.none ? FAULT.outOfMemory : status;
  }
  const answers = commands + commandWords * 8;
  const fills = answers + answerWords * 8;
  const progress = fills + fillWords * 8;
  const free = once(() => {
    core.tg_book_close(book);
    core.tg_free(commands);
  });
  const port: BookPort = {
    commands: new BigInt64Array(commandWords),
    answers: new BigInt64Array(answerWords),
    fills: new BigInt64Array(fillWords),
    progress: new Float64Array(2),
    run(count) {
      if (free.done) throw new NativeError("native/closed", { what: "book" });
      if (!Number.isInteger(count) || count < 0 || count > shape.batchSize) return FAULT.badArgument;
      const { buffer } = core.memory; // Running commands allocates nothing, so these views stay valid.
      new BigInt64Array(buffer, commands, commandWords).set(this.commands.subarray(0, count * COMMAND_WORDS));
      core.tg_book_run(book, commands, count, answers, fills, shape.maxOrders, progress);
      const [done = 0, filled = 0] = new Uint32Array(buffer, progress, 2);
      this.progress.set([done, filled]);
      this.answers.set(new BigInt64Array(buffer, answers, done * ANSWER_WORDS));
      this.fills.set(new BigInt64Array(buffer, fills, filled * FILL_WORDS));
      return FAULT.none;
    },
    close: free,
  };
  forgotten.register(port, free);
  return port;
}

/** An action that happens at most once and tells whether it has. */
interface Once {
  (): void;
  readonly done: boolean;
}

function once(action: () => void): Once {
  let done = false;
  const wrapped = () => {
    if (!done) action();
    done = true;
  };
  return Object.defineProperty(Object.assign(wrapped, { done: false }), "done", { get: () => done });
}
