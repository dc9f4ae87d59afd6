import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matchesPattern } from "./glob.ts";

describe("matchesPattern", () => {
  test.each([
    ["engine/*", "engine/book/lookup", true],
    ["engine/*", "engine", false],
    ["*", "", true],
    ["", "", true],
    ["", "a", false],
    ["a*a", "a", false],
    ["a*a", "aa", true],
    ["*lookup*", "order_lookup/100", true],
    ["a.c", "abc", false],
    ["a*b*c", "aXcXbXc", true],
    ["ab*ba", "aba", false],
  ])("%j on %j is %j", (pattern, name, expected) => expect(matchesPattern(pattern, name)).toBe(expected));

  test("agrees with a regular expression", () => {
    const short = (letters: string) => fc.string({ unit: fc.constantFrom(...letters.split("")), maxLength: 9 });
    fc.assert(
      fc.property(short("ab.*"), short("ab./"), (pattern, name) => {
        const escaped = pattern.split("*").map((part) => part.replaceAll(".", String.raw`\.`));
        expect(matchesPattern(pattern, name)).toBe(new RegExp(`^${escaped.join("[^]*")}$`).test(name));
      }),
      { numRuns: 2000 },
    );
  });

  test("a pattern made to backtrack is answered at once", () => {
    expect(matchesPattern(`${"*a".repeat(1000)}b`, "a".repeat(100_000))).toBe(false);
  });
});
