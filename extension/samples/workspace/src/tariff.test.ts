import { describe, expect, test } from "vitest";
import { discountPercent, priceCents } from "./tariff.ts";

describe("priceCents", () => {
  test.each([
    { weightGrams: 200, destination: "inland", cents: 499 },
    { weightGrams: 501, destination: "inland", cents: 574 },
    { weightGrams: 1500, destination: "europe", cents: 1449 },
    { weightGrams: 500, destination: "world", cents: 2199 },
  ] as const)("$weightGrams g to $destination", ({ cents, ...parcel }) => {
    expect(priceCents(parcel)).toBe(cents);
  });
});

test("tuesday is the quiet day", () => {
  expect(discountPercent("tuesday")).toBe(10);
});
