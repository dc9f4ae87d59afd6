import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { EngineError } from "../errors/errors.ts";
import { decimalsOf, exactProduct, exactSum, feeOn, formatDecimal, parseDecimal } from "./decimal.ts";

describe("decimal texts", () => {
  test.each([
    { text: "104.06", decimals: 2, value: 10_406 },
    { text: "100", decimals: 2, value: 10_000 },
    { text: "100.500", decimals: 1, value: 1_005 },
    { text: "-0.00", decimals: 2, value: 0 },
    { text: "0.00000001", decimals: 8, value: 1 },
    { text: "9007199254740991", decimals: 0, value: 9_007_199_254_740_991 },
  ])("$text with $decimals decimals is $value", ({ text, decimals, value }) => {
    expect(parseDecimal(text, decimals)).toBe(value);
  });

  test.each([
    { text: "1.005", decimals: 2, why: "more decimals than allowed, never rounded away" },
    { text: "9007199254740992", decimals: 0, why: "above what is exact" },
    { text: "1e3", decimals: 2, why: "no plain number" },
    { text: "", decimals: 2, why: "empty" },
    { text: ".5", decimals: 2, why: "no digit before the point" },
    { text: "NaN", decimals: 2, why: "no number" },
  ])('"$text" is refused: $why', ({ text, decimals }) => {
    expect(parseDecimal(text, decimals)).toBeUndefined();
  });

  test("come back as they were written", () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.integer({ min: 0, max: 10 }), (value, decimals) => {
        expect(parseDecimal(formatDecimal(value, decimals), decimals)).toBe(value);
      }),
      { seed: 1 },
    );
  });

  test("show only the decimals that matter", () => {
    expect(decimalsOf("1.2300")).toBe(2);
    expect(decimalsOf("7")).toBe(0);
    expect(decimalsOf("x")).toBeUndefined();
  });
});

describe("exact arithmetic", () => {
  test("refuses what it could not hold", () => {
    expect(exactProduct(3, 4, "x")).toBe(12);
    expect(() => exactProduct(2 ** 30, 2 ** 30, "the position")).toThrow(EngineError);
    expect(() => exactSum(Number.MAX_SAFE_INTEGER, 1, "cash")).toThrow(/cash is too large/);
  });

  test("rounds fees upward, and only when there is something to round", () => {
    expect(feeOn(1_000_000, 1_000)).toBe(1_000);
    expect(feeOn(1_000_001, 1_000)).toBe(1_001);
    expect(feeOn(-1, 1)).toBe(1);
    expect(feeOn(123, 0)).toBe(0);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
        fc.integer({ min: 0, max: 999_999 }),
        (n, pips) => {
          const fee = BigInt(feeOn(n, pips)) * 1_000_000n;
          const exact = BigInt(n) * BigInt(pips);
          expect(fee >= exact && fee - exact < 1_000_000n).toBe(true);
        },
      ),
      { seed: 2 },
    );
  });
});
