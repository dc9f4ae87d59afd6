import { ANSWER_WORDS, type Backend, type BookPort, COMMAND_WORDS, FAULT, FILL_WORDS } from "./backend.ts";
import { NativeError } from "./errors.ts";

/** Which way an order trades. */
export type Side = "buy" | "sell";

/** What happens to the part of a limit order that does not trade at once: rest, drop, all-or-nothing, rest-or-refuse. */
export type TimeInForce = "good-till-cancel" | "immediate-or-cancel" | "fill-or-kill" | "post-only";

/** Numbers that a command carries, for those who write whole batches. */
export const BOOK = {
  operation: { addLimit: 0n, addMarket: 1n, cancel: 2n, replace: 3n, execute: 4n, find: 5n, best: 6n },
  side: { buy: 0n, sell: 1n },
  timeInForce: { "good-till-cancel": 0n, "immediate-or-cancel": 1n, "fill-or-kill": 2n, "post-only": 3n },
} as const;

/** The fixed size of a book. */
export interface OrderBookConfig {
  /** The lowest price, in ticks, within ±2^52. */
  readonly minPriceTicks: bigint;
  /** How many prices there are from there upward: 1 to 16,777,216. */
  readonly levels: number;
  /** How many orders may rest at the same time: 1 to 4,194,304. */
  readonly maxOrders: number;
  /** How many commands one run() may take: 1 to 1,048,576; 256 unless given. */
  readonly batchSize?: number;
}

/** A limit order. */
export interface LimitOrder {
  readonly side: Side;
  /** The worst price accepted, in ticks. */
  readonly priceTicks: bigint;
  /** 1 to 2^40. */
  readonly lots: bigint;
  /** "good-till-cancel" unless given. */
  readonly timeInForce?: TimeInForce;
}

/** One trade with an order that rested. */
export interface Fill {
  readonly maker: bigint;
  readonly priceTicks: bigint;
  readonly lots: bigint;
  /** What the maker has left; at 0 its id is dead. */
  readonly makerOpenLots: bigint;
}

/** What became of an order. Lots that are neither filled nor open were dropped. */
export interface Submitted {
  /** The resting order; 0n when nothing rests. */
  readonly id: bigint;
  readonly filledLots: bigint;
  readonly openLots: bigint;
  readonly fills: readonly Fill[];
}

/** A resting order. */
export interface RestingOrder {
  readonly side: Side;
  readonly priceTicks: bigint;
  readonly openLots: bigint;
}

/** The best price of a side with its total. */
export interface BestLevel {
  readonly priceTicks: bigint;
  readonly lots: bigint;
  readonly orders: number;
}

/** How far a batch came. Fewer commands than asked means that `fills` is to be emptied before the rest is run. */
export interface BookProgress {
  readonly commands: number;
  readonly fills: number;
}

interface Command {
  readonly operation: bigint;
  readonly id?: bigint;
  readonly side?: Side;
  readonly timeInForce?: TimeInForce;
  readonly priceTicks?: bigint;
  readonly lots?: bigint;
}

/**
 * A limit-order book in the native core: integer ticks and lots, price-time priority, look-up by id in O(1).
 *
 * `addLimit` and its siblings run one command and make objects; the hot way is to write many commands into `commands`
 * (operation, id, side, time in force, price, lots: BOOK has the numbers), call `run` once, and read `answers` (fault, id,
 * filled lots, open lots, number of fills) and `fills` (maker, price, lots, maker's open lots).
 */
export class OrderBook {
  readonly #port: BookPort;

  constructor(port: BookPort) {
    this.#port = port;
  }

  get commands(): BigInt64Array {
    return this.#port.commands;
  }
  get answers(): BigInt64Array {
    return this.#port.answers;
  }
  get fills(): BigInt64Array {
    return this.#port.fills;
  }

  /** Runs the first `count` (0 to the batch size) commands in order. Error: native/bad-argument. */
  run(count: number): BookProgress {
    const room = this.commands.length / COMMAND_WORDS;
    if (!Number.isInteger(count) || count < 0 || count > room) {
      throw badArgument("count", `a whole number from 0 to ${room}`, count);
    }
    this.#port.run(count);
    const [commands = 0, fills = 0] = this.#port.progress;
    return { commands, fills };
  }

  /** Errors, before anything changes: native/full, price-out-of-range, would-cross, unfillable, bad-argument. */
  addLimit(order: LimitOrder): Submitted {
    return this.#submit({ operation: BOOK.operation.addLimit, ...order });
  }

  /** Trades up to `lots` at the best prices there are; the rest is dropped. Error: native/bad-argument. */
  addMarket(side: Side, lots: bigint): Submitted {
    return this.#submit({ operation: BOOK.operation.addMarket, side, lots });
  }

  /** Error: native/unknown-order. */
  cancel(id: bigint): void {
    this.#one({ operation: BOOK.operation.cancel, id });
  }

  /** New price and size under the same id; only fewer lots at the same price keep the place in the queue. */
  replace(id: bigint, change: { readonly priceTicks: bigint; readonly lots: bigint }): Submitted {
    return this.#submit({ operation: BOOK.operation.replace, id, ...change });
  }

  /** Takes lots off an order because its venue reported a trade; gives what is left. No matching. */
  execute(id: bigint, lots: bigint): bigint {
    return this.#one({ operation: BOOK.operation.execute, id, lots }).openLots;
  }

  /** Error: native/unknown-order. */
  find(id: bigint): RestingOrder {
    const { filledLots: priceTicks, openLots, detail } = this.#one({ operation: BOOK.operation.find, id });
    return { side: detail === BOOK.side.buy ? "buy" : "sell", priceTicks, openLots };
  }

  /** The best price of a side, undefined when it is empty. */
  best(side: Side): BestLevel | undefined {
    this.#write({ operation: BOOK.operation.best, side });
    this.run(1);
    const { fault, filledLots: priceTicks, openLots: lots, detail } = this.#answer();
    return fault === FAULT.unknownOrder ? undefined : { priceTicks, lots, orders: Number(detail) };
  }

  /** Gives the memory back at once; any later use gives native/closed. */
  close(): void {
    this.#port.close();
  }

  #submit(command: Command): Submitted {
    const { id, filledLots, openLots, detail } = this.#one(command);
    return { id, filledLots, openLots, fills: Array.from({ length: Number(detail) }, (_, index) => this.#fill(index)) };
  }

  #one(command: Command) {
    this.#write(command);
    this.run(1);
    const answer = this.#answer();
    if (answer.fault !== FAULT.none) throw faultOf(answer.fault, command);
    return answer;
  }

  #write({ operation, id = 0n, side = "buy", timeInForce = "good-till-cancel", priceTicks = 0n, lots = 0n }: Command) {
    const words = [operation, BOOK.side[side], BOOK.timeInForce[timeInForce], priceTicks, lots];
    const tooWide = words.some((word) => typeof word !== "bigint" || BigInt.asIntN(64, word) !== word);
    if (tooWide || BigInt.asUintN(64, id) !== id) {
      throw badArgument(
        "order",
        "known words, and bigints of 64 bits",
        [id, side, timeInForce, priceTicks, lots].join(" "),
      );
    }
    this.commands.set([operation, BigInt.asIntN(64, id), ...words.slice(1)]);
  }

  #answer() {
    const [fault = 0n, id = 0n, filledLots = 0n, openLots = 0n, detail = 0n] = this.answers.subarray(0, ANSWER_WORDS);
    return { fault: Number(fault), id: BigInt.asUintN(64, id), filledLots, openLots, detail };
  }

  #fill(index: number): Fill {
    const [maker = 0n, priceTicks = 0n, lots = 0n, makerOpenLots = 0n] = this.fills.subarray(index * FILL_WORDS);
    return { maker: BigInt.asUintN(64, maker), priceTicks, lots, makerOpenLots };
  }
}

/** Opens a book. Errors: native/bad-argument, native/out-of-memory. */
export function openBook(backend: Backend, config: OrderBookConfig): OrderBook {
  const { minPriceTicks, levels, maxOrders, batchSize = 256 } = config;
  checkWhole("levels", levels, 2 ** 24);
  checkWhole("maxOrders", maxOrders, 2 ** 22);
  checkWhole("batchSize", batchSize, 2 ** 20);
  checkPrices(minPriceTicks, levels);
  const port = backend.openBook({ minPriceTicks, levels, maxOrders, batchSize });
  if (typeof port === "number") throw new NativeError("native/out-of-memory", { what: "the book" });
  return new OrderBook(port);
}

function checkWhole(argument: string, value: number, most: number): void {
  if (!Number.isInteger(value) || value < 1 || value > most) {
    throw badArgument(argument, `a whole number from 1 to ${most}`, value);
  }
}

function checkPrices(minPriceTicks: bigint, levels: number): void {
  const farthest = 2n ** 52n;
  if (typeof minPriceTicks !== "bigint" || minPriceTicks < -farthest || minPriceTicks > farthest - BigInt(levels)) {
    throw badArgument("minPriceTicks", "a bigint that keeps all prices within ±2^52", minPriceTicks);
  }
}

function badArgument(argument: string, expected: string, actual: unknown): NativeError {
  return new NativeError("native/bad-argument", { argument, expected, actual: String(actual) });
}

function faultOf(fault: number, { id = 0n, priceTicks = 0n, lots = 0n }: Command): NativeError {
  switch (fault) {
    case FAULT.full:
      return new NativeError("native/full", { what: "the book" });
    case FAULT.unknownOrder:
      return new NativeError("native/unknown-order", { id });
    case FAULT.outOfRange:
      return new NativeError("native/price-out-of-range", { priceTicks });
    case FAULT.wouldCross:
      return new NativeError("native/would-cross", { priceTicks });
    case FAULT.unfillable:
      return new NativeError("native/unfillable", { lots });
    default:
      return badArgument("lots", "1 to 2^40, and for execute at most what is open", lots);
  }
}
