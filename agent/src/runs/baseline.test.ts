import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sampleFinding } from "../core/testing/samples.ts";
import { fuzzParser } from "../checkers/testing/fuzz-parser.ts";
import { TrigateError } from "../errors/trigate-error.ts";
import { type BaselineEntry, entryOf, formatBaseline, parseBaseline } from "./baseline.ts";

const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789abcdef".split("")), minLength: length, maxLength: length });
const entry: fc.Arbitrary<BaselineEntry> = fc.record({
  file: fc.string(),
  check: fc.string({ minLength: 1 }),
  rule: fc.string(),
  fingerprint: hex(32),
  near: fc.tuple(hex(8), hex(8)).map((both) => both.join(":")),
  hint: fc.string(),
});
const entries = fc.uniqueArray(entry, { selector: ({ fingerprint }) => fingerprint });
const sample = formatBaseline([
  entryOf(sampleFinding()),
  entryOf(sampleFinding({ file: "b.ts", fingerprint: "f".repeat(32) })),
]);

describe("the baseline's file", () => {
  test("is read as it was written, one line an entry, in an order of its own", () => {
    fc.assert(
      fc.property(entries, (all) => {
        const text = formatBaseline(all);
        expect(text.split("\n").length).toBe(all.length + 1);
        expect(formatBaseline(parseBaseline(text, "x"))).toBe(text);
        expect(formatBaseline(all.toReversed())).toBe(text);
      }),
      { numRuns: 100 },
    );
  });

  test("may hold a line twice, as a merge by union leaves it", () => {
    expect(parseBaseline(sample + sample, "x").length).toBe(2);
  });

  test.each([
    { text: `${sample}<<<<<<< HEAD\n`, line: 3, problem: /unfinished merge/ },
    { text: `${sample}{"file":"a"}\n`, line: 3, problem: /fingerprint/ },
    { text: `\n${sample.slice(0, 40)}`, line: 2, problem: /./ },
  ])("is refused with its line: $problem", ({ text, line, problem }) => {
    const read = () => parseBaseline(text, "trigate-baseline.jsonl");
    expect(read).toThrow(
      expect.objectContaining({ code: "baseline/unreadable", details: expect.objectContaining({ line }) }),
    );
    expect(read).toThrow(problem);
  });

  test("holds what the tool said, not the source, shortened and on one line", () => {
    const { hint } = entryOf(sampleFinding({ message: `two\nlines ${"x".repeat(500)}` }));
    expect(hint).toMatch(/^two lines x+$/);
    expect(hint.length).toBe(100);
  });
});

fuzzParser("the baseline", {
  samples: [sample],
  reported: (text) => {
    try {
      return parseBaseline(text, "x").length;
    } catch (error) {
      if (error instanceof TrigateError && error.code === "baseline/unreadable") return 0;
      throw error;
    }
  },
});
