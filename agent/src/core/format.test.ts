import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatValue } from "./format.ts";
import { UNITS, type Unit } from "./metrics.ts";

describe("formatValue", () => {
  test.each<[number, Unit, string]>([
    [99.996, "percent", "99.99 %"],
    [100, "percent", "100 %"],
    [0, "ns", "0 ns"],
    [123, "ns", "123 ns"],
    [4200, "ns", "4.2 µs"],
    [1.5e6, "ns", "1.5 ms"],
    [90e9, "ns", "1.5 min"],
    [2e9, "bytes", "2 GB"],
    [12_345, "per-second", "12 345 /s"],
    [1_234_567, "gas", "1 234 567 gas"],
    [2.71234, "ratio", "2.71 ×"],
    [7, "count", "7"],
  ])("%d %s is %j", (value, unit, text) => expect(formatValue(value, unit)).toBe(text));

  test("never shows less than 100 % as 100 %", () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 100, maxExcluded: true, noNaN: true }), (value) => {
        expect(formatValue(value, "percent")).not.toBe("100 %");
      }),
    );
  });

  test("says something about every number in every unit", () => {
    fc.assert(
      fc.property(fc.double(), fc.constantFrom(...UNITS), (value, unit) => {
        expect(formatValue(value, unit)).toMatch(/\S/);
      }),
    );
  });
});
