import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  compare,
  decimalOf,
  formatDecimal,
  parseDecimal,
  percentOfFive,
  round,
  ROUNDINGS,
  toNumber,
} from "./decimal.ts";
import { untouchedLines } from "./diff.ts";
import { judgeStatuses } from "./statuses.ts";
import { comparisonOf, configOf } from "./testing/scenes.ts";

const RUNS = { numRuns: 200 };
const line = fc.constantFrom("h", "m", "p", ".");
const lines = fc.array(line, { minLength: 1, maxLength: 30 }).map((letters) => letters.join(""));
const tenths = fc.integer({ min: 0, max: 1000 }).map((value) => value / 10);
const kind = fc.constantFrom("project" as const, "patch" as const);

interface Push {
  readonly kind: "project" | "patch";
  readonly head: string;
  readonly base: string;
  readonly target: number;
  readonly threshold: number;
  readonly settings?: string;
}
const push: fc.Arbitrary<Push> = fc.record({ kind, head: lines, base: lines, target: tenths, threshold: tenths });

function stateOf({ kind: type, head, base, target, threshold, settings = "" }: Push): string {
  const config = configOf(
    `coverage: {${settings} status: {project: off, patch: off, ${type}: {default: {target: ${target}, threshold: ${threshold}, removed_code_behavior: off}}}}`.replace(
      `${type}: off, `,
      "",
    ),
  );
  const added = Array.from({ length: head.length }, (_, at) => at + 1);
  const comparison = comparisonOf(
    { head: { "a.py": head }, base: { "a.py": `${base}h` }, diff: [{ path: "a.py", added }] },
    config,
  );
  const [status] = judgeStatuses(config, comparison);
  if (status === undefined) throw new Error("there is one status");
  return status.state;
}

describe("the verdict", () => {
  test("does not fail at a lower target that passed at a higher one", () => {
    fc.assert(
      fc.property(push, tenths, (one, lower) => {
        fc.pre(lower <= one.target && stateOf(one) === "success");
        expect(stateOf({ ...one, target: lower })).toBe("success");
      }),
      RUNS,
    );
  });

  test("does not fail at a higher threshold that passed at a lower one", () => {
    fc.assert(
      fc.property(push, tenths, (one, higher) => {
        fc.pre(higher >= one.threshold && stateOf(one) === "success");
        expect(stateOf({ ...one, threshold: higher })).toBe("success");
      }),
      RUNS,
    );
  });

  test("does not fail when one more line is hit", () => {
    fc.assert(
      fc.property(push, fc.nat(29), (one, at) => {
        const better =
          one.head.slice(0, at) +
          (/[mp]/.test(one.head[at] ?? "") ? "h" : (one.head[at] ?? "")) +
          one.head.slice(at + 1);
        fc.pre(stateOf(one) === "success");
        expect(stateOf({ ...one, head: better })).toBe("success");
      }),
      RUNS,
    );
  });

  test("is the same however numbers are shown", () => {
    fc.assert(
      fc.property(push, fc.constantFrom(...ROUNDINGS), fc.nat(6), (one, rounding, precision) => {
        expect(stateOf({ ...one, settings: `round: ${rounding}, precision: ${precision},` })).toBe(stateOf(one));
      }),
      RUNS,
    );
  });
});

describe("decimals", () => {
  test.each([
    [1, 3, "33.33333"],
    [2, 3, "66.66667"],
    [3, 3, "100"],
    [0, 3, "0"],
    // 0.015625: a tie goes to the even digit.
    [1, 6400, "0.01562"],
    [1974, 2094, "94.26934"],
  ])("%d of %d is %s", (hits, of, wanted) => {
    expect(formatDecimal(percentOfFive(hits, of))).toBe(wanted);
  });

  test.each([
    ["-0.001", "down", "-0.01"],
    ["-0.001", "up", "-0.00"],
    ["-0.001", "nearest", "-0.00"],
    ["0.001", "up", "0.01"],
    ["2.345", "nearest", "2.34"],
    ["2.355", "nearest", "2.36"],
    ["-2.345", "nearest", "-2.34"],
  ] as const)("%s rounded %s is %s", (written, rounding, wanted) => {
    const value = parseDecimal(written);
    expect(value && formatDecimal(round(value, 2, rounding))).toBe(wanted);
  });

  test("down is never more, up never less, and both lie less than a step away", () => {
    fc.assert(
      fc.property(fc.double({ min: -200, max: 200, noNaN: true }), fc.nat(5), (number, places) => {
        const value = decimalOf(number);
        const [down, up] = [round(value, places, "down"), round(value, places, "up")];
        expect(compare(down, value)).toBeLessThanOrEqual(0);
        expect(compare(up, value)).toBeGreaterThanOrEqual(0);
        expect(toNumber(up) - toNumber(down)).toBeLessThanOrEqual(10 ** -places * 1.000001);
      }),
      RUNS,
    );
  });
});

test("untouched lines keep their order, and none is told twice", () => {
  const some = fc.uniqueArray(fc.integer({ min: 1, max: 40 }), { maxLength: 20 });
  fc.assert(
    fc.property(some, some, (added, removed) => {
      const diff = { path: "a", type: "modified" as const, added, removed };
      const pairs = [...untouchedLines(diff, { lastBefore: 40, lastAfter: 40 })];
      const isAscending = (numbers: readonly number[]) =>
        numbers.every((one, at) => at === 0 || one > (numbers[at - 1] ?? 0));
      expect(isAscending(pairs.map(([before]) => before))).toBe(true);
      expect(isAscending(pairs.map(([, after]) => after))).toBe(true);
      expect(pairs.some(([before, after]) => removed.includes(before) || added.includes(after))).toBe(false);
      const kept = Array.from({ length: 40 }, (_, at) => at + 1).filter((one) => !removed.includes(one));
      expect(pairs.map(([before]) => before).filter((before) => before <= 40)).toEqual(kept);
    }),
    RUNS,
  );
});
