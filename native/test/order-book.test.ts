import { describe, expect, test } from "vitest";
import { BOOK } from "../lib/index.ts";
import { builds, codeOf } from "./kernels.ts";

describe.each(builds)("order book of the $kernelPath build", (kernels) => {
  const open = () => kernels.openBook({ minPriceTicks: 100n, levels: 64, maxOrders: 4 });

  test("trades at the maker's price, best and oldest first", () => {
    const book = open();
    const first = book.addLimit({ side: "sell", priceTicks: 111n, lots: 5n });
    const best = book.addLimit({ side: "sell", priceTicks: 110n, lots: 5n });
    expect(book.best("sell")).toEqual({ priceTicks: 110n, lots: 5n, orders: 1 });
    const taken = book.addLimit({ side: "buy", priceTicks: 111n, lots: 12n });
    expect(taken).toMatchObject({ filledLots: 10n, openLots: 2n });
    expect(taken.fills).toEqual([
      { maker: best.id, priceTicks: 110n, lots: 5n, makerOpenLots: 0n },
      { maker: first.id, priceTicks: 111n, lots: 5n, makerOpenLots: 0n },
    ]);
    expect(book.find(taken.id)).toEqual({ side: "buy", priceTicks: 111n, openLots: 2n });
    expect(book.best("sell")).toBeUndefined();
  });

  test("replaces, executes and cancels by id", () => {
    const book = open();
    const { id } = book.addLimit({ side: "buy", priceTicks: 105n, lots: 8n });
    expect(book.replace(id, { priceTicks: 104n, lots: 6n })).toMatchObject({ id, openLots: 6n });
    expect(book.execute(id, 2n)).toBe(4n);
    book.cancel(id);
    expect(codeOf(() => book.find(id))).toBe("native/unknown-order");
    expect(codeOf(() => book.cancel(id))).toBe("native/unknown-order");
  });

  test("names every refusal and changes nothing", () => {
    const book = open();
    const offer = book.addLimit({ side: "sell", priceTicks: 110n, lots: 5n });
    const add = (priceTicks: bigint, lots: bigint, timeInForce?: "fill-or-kill" | "post-only") => () =>
      book.addLimit({ side: "buy", priceTicks, lots, ...(timeInForce && { timeInForce }) });
    expect(codeOf(add(99n, 1n))).toBe("native/price-out-of-range");
    expect(codeOf(add(164n, 1n))).toBe("native/price-out-of-range");
    expect(codeOf(add(110n, 0n))).toBe("native/bad-argument");
    expect(codeOf(add(110n, 2n ** 63n))).toBe("native/bad-argument");
    expect(codeOf(add(110n, 6n, "fill-or-kill"))).toBe("native/unfillable");
    expect(codeOf(add(110n, 1n, "post-only"))).toBe("native/would-cross");
    expect(codeOf(() => book.execute(offer.id, 6n))).toBe("native/bad-argument");
    for (let i = 0; i < 3; i++) book.addLimit({ side: "sell", priceTicks: 120n, lots: 1n });
    expect(codeOf(() => book.addLimit({ side: "sell", priceTicks: 120n, lots: 1n }))).toBe("native/full");
    expect(book.find(offer.id).openLots).toBe(5n);
  });

  test("runs a batch of commands in one call", () => {
    const book = open();
    const { operation, side } = BOOK;
    book.commands.set([operation.addLimit, 0n, side.sell, 0n, 110n, 5n, operation.addMarket, 0n, side.buy, 0n, 0n, 3n]);
    expect(book.run(2)).toEqual({ commands: 2, fills: 1 });
    expect([...book.answers.subarray(5, 10)]).toEqual([0n, 0n, 3n, 0n, 1n]);
    expect(book.fills[2]).toBe(3n);
    expect(codeOf(() => book.run(257))).toBe("native/bad-argument");
    expect(codeOf(() => book.run(-1))).toBe("native/bad-argument");
  });

  test.each([
    { minPriceTicks: 0n, levels: 0, maxOrders: 1 },
    { minPriceTicks: 0n, levels: 1.5, maxOrders: 1 },
    { minPriceTicks: 0n, levels: 1, maxOrders: 2 ** 22 + 1 },
    { minPriceTicks: 2n ** 60n, levels: 1, maxOrders: 1 },
    { minPriceTicks: 0n, levels: 1, maxOrders: 1, batchSize: 0 },
  ])("refuses the size $minPriceTicks / $levels / $maxOrders", (config) => {
    expect(codeOf(() => kernels.openBook(config))).toBe("native/bad-argument");
  });

  test("refuses a closed book", () => {
    const book = open();
    book.close();
    book.close();
    expect(codeOf(() => book.best("buy"))).toBe("native/closed");
  });
});
