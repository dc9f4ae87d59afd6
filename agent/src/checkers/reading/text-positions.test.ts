import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { TextPositions } from "./text-positions.ts";

const text = fc.array(fc.constantFrom("a", "é", "😀", "\n", "\r\n", "\t", "€")).map((parts) => parts.join(""));

describe("TextPositions", () => {
  test("byte offsets and byte columns name the same place as UTF-16 offsets", () => {
    fc.assert(
      fc.property(text, fc.nat(), (source, seed) => {
        const characters = Array.from(source);
        const before = characters.slice(0, seed % (characters.length + 1)).join("");
        const positions = new TextPositions(source);
        const expected = positions.ofOffset(before.length);
        expect(positions.ofByteOffset(Buffer.byteLength(before))).toEqual(expected);
        const line = before.slice(before.lastIndexOf("\n") + 1);
        if (!line.includes("\r")) {
          expect(positions.ofByteColumn(expected.line, Buffer.byteLength(line) + 1)).toEqual(expected);
          expect(positions.ofCodePointColumn(expected.line, Array.from(line).length + 1)).toEqual(expected);
        }
        expect(positions.offsetOf(expected)).toBe(before.length);
      }),
    );
  });

  test("whatever is asked, the answer lies in the text", () => {
    fc.assert(
      fc.property(text, fc.integer(), fc.integer(), (source, one, other) => {
        const positions = new TextPositions(source);
        for (const { line, column } of [positions.ofOffset(one), positions.ofByteOffset(other)]) {
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(positions.lineCount);
          expect(column).toBeGreaterThanOrEqual(1);
        }
        expect(positions.offsetOf({ line: one, column: other })).toBeGreaterThanOrEqual(0);
        expect(positions.offsetOf({ line: one, column: other })).toBeLessThanOrEqual(source.length);
      }),
    );
  });

  test("lines come without their ends", () => {
    const positions = new TextPositions("one\r\ntwo\n");
    expect([1, 2, 3, 4].map((line) => positions.line(line))).toEqual(["one", "two", "", ""]);
  });
});
