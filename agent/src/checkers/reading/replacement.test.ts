import fc from "fast-check";
import { expect, test } from "vitest";
import { applyFix } from "../testing/apply-fix.ts";
import { replacementOf } from "./replacement.ts";

const text = fc.array(fc.constantFrom("a", "b", "\n", "\r\n", "😀")).map((parts) => parts.join(""));

test("the edit turns one text into the other", () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const edit = replacementOf(before, after);
      if (edit === undefined) expect(before).toBe(after);
      else expect(applyFix(before, { title: "", edits: [edit] })).toBe(after);
    }),
  );
});

test("equal lines around the difference are left alone", () => {
  expect(replacementOf("one\ntwo\nthree\n", "one\n2\nthree\n")).toEqual({
    range: { start: { line: 2, column: 1 }, end: { line: 3, column: 1 } },
    newText: "2\n",
  });
});
