import fc from "fast-check";
import { expect, test } from "vitest";
import { anyText } from "../testing/any-text.ts";
import { plainLine, plainText } from "./plain-text.ts";

test.each([
  ["\u001b[31mred\u001b[0m", "red"],
  ["a\u001b]8;;http://x\u0007link\u001b]8;;\u0007", "alink"],
  ["a\u202eb\u0000c", "abc"],
  [" two\r\nlines ", "two\nlines"],
])("%j reads %j", (text, plain) => expect(plainText(text)).toBe(plain));

test("a line has no line feeds", () => expect(plainLine("one\n  two\r\nthree")).toBe("one two three"));

test("nothing that steers a terminal is left, and nothing grows", () => {
  fc.assert(
    fc.property(anyText(), (text) => {
      const plain = plainText(text);
      expect(plain).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
      expect(plain.length).toBeLessThanOrEqual(Math.min(text.length, 4_000));
    }),
  );
});
