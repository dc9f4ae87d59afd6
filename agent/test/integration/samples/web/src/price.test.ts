import { expect, test } from "vitest";
import { discounted } from "./price.ts";

test("takes the discount off", () => {
  expect(discounted(999, 10)).toBe(899);
});

test("refuses what is no discount", () => {
  expect(() => discounted(100, 101)).toThrow(RangeError);
});
