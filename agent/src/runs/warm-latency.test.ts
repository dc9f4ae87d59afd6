import { describe, expect, test } from "vitest";
import { LatencyBook } from "./warm-latency.ts";

const slow = { ms: 400, budgetMs: 300 };
const quick = { ms: 20, budgetMs: 300 };

function after(...answers: readonly { ms: number; budgetMs: number }[]) {
  const book = new LatencyBook();
  const moves = answers.map((answer) => book.record("eslint", answer));
  return { book, moves };
}

describe("a check", () => {
  test("that is over budget three times in a row waits for the others, and says so once", () => {
    const { book, moves } = after(slow, slow, slow, slow);
    expect(moves).toEqual([false, false, true, false]);
    expect(book.isDemoted("eslint")).toBe(true);
    expect(book.isDemoted("oxlint")).toBe(false);
  });

  test("that is slow now and then keeps its place", () => {
    expect(after(slow, slow, quick, slow, slow, quick).book.isDemoted("eslint")).toBe(false);
  });

  test("comes back after five quick answers in a row", () => {
    const { book, moves } = after(
      slow,
      slow,
      slow,
      quick,
      quick,
      quick,
      quick,
      slow,
      quick,
      quick,
      quick,
      quick,
      quick,
    );
    expect(moves.lastIndexOf(true)).toBe(12);
    expect(book.isDemoted("eslint")).toBe(false);
  });
});

test("tells how long answers took lately: the last hundred count", () => {
  const book = new LatencyBook();
  for (let ms = 1; ms <= 250; ms++) book.record("ruff", { ms, budgetMs: 200 });
  expect(book.all()).toEqual([
    { check: "ruff", count: 100, p50Ms: 201, p95Ms: 246, budgetMs: 200, over: 50, demoted: true },
  ]);
});
