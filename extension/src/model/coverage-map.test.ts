import { FileCoverage } from "@trigate/agent/protocol";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CoverageMarks, type LineEdit, marksAfter, marksOf, spansOf } from "./coverage-map.ts";

const coverage = FileCoverage.parse({
  file: "src/a.ts",
  lines: { covered: 4, total: 6, percent: 66.67 },
  covered: [[1, 3]],
  partial: [[5, 5]],
  missed: [
    [7, 7],
    [8, 8],
  ],
});

/** Draws marks as one letter a line: c covered, p partial, m missed, a dot for none. */
function drawing(marks: CoverageMarks): string {
  const last = Math.max(-1, ...marks.keys());
  return Array.from({ length: last + 1 }, (_, line) => marks.get(line)?.charAt(0) ?? ".").join("");
}

test("marksOf counts lines from 0", () => expect(drawing(marksOf(coverage))).toBe("ccc.p.mm"));

test("spansOf joins neighbours, also across spans of the report", () => {
  expect(spansOf(marksOf(coverage), "missed")).toEqual([[6, 7]]);
  expect(spansOf(marksOf(coverage), "covered")).toEqual([[0, 2]]);
});

describe("marksAfter", () => {
  const edit = (from: [number, number], to: [number, number], text: string): LineEdit => ({
    startLine: from[0],
    startCharacter: from[1],
    endLine: to[0],
    endCharacter: to[1],
    text,
  });
  test.each([
    { name: "typing in a line", edit: edit([1, 4], [1, 4], "x"), marks: "c.c.p.mm" },
    { name: "a new line put in before line 1", edit: edit([1, 0], [1, 0], "new\n"), marks: "c.cc.p.mm" },
    { name: "line 1 taken out", edit: edit([1, 0], [2, 0], ""), marks: "cc.p.mm" },
    { name: "lines 1 and 2 joined", edit: edit([1, 9], [2, 0], ""), marks: "c..p.mm" },
    { name: "a line split in two", edit: edit([4, 2], [4, 2], "\n"), marks: "ccc....mm" },
    { name: "everything replaced", edit: edit([0, 0], [8, 3], "none"), marks: "" },
    { name: "text after the last mark", edit: edit([9, 0], [9, 0], "more\n"), marks: "ccc.p.mm" },
  ])("$name", ({ edit: change, marks }) => expect(drawing(marksAfter(marksOf(coverage), change))).toBe(marks));

  /** What an editor does to the text. */
  function applied(lines: readonly string[], { startLine, startCharacter, endLine, endCharacter, text }: LineEdit) {
    const head = (lines[startLine] ?? "").slice(0, startCharacter);
    const tail = (lines[endLine] ?? "").slice(endCharacter);
    return [...lines.slice(0, startLine), ...`${head}${text}${tail}`.split("\n"), ...lines.slice(endLine + 1)];
  }

  test("leaves a mark only on the line that it was given for, and on every line away from the edit", () => {
    const lines = Array.from({ length: 10 }, (_, line) => `line ${line}`);
    const place = fc.tuple(fc.nat({ max: 9 }), fc.constantFrom(0, 3, 6));
    const text = fc.constantFrom("", "x", "\n", "new\n", "new\nlines\n", "new\nend");
    fc.assert(
      fc.property(place, place, text, (a, b, added) => {
        const [from, to] = a[0] < b[0] || (a[0] === b[0] && a[1] <= b[1]) ? [a, b] : [b, a];
        const change = edit(from, to, added);
        const before = marksOf(coverage);
        const after = marksAfter(before, change);
        const result = applied(lines, change);
        const kept = new Map([...after].map(([line, state]) => [result[line], state]));
        for (const [line, state] of kept) expect(before.get(lines.indexOf(line ?? ""))).toBe(state);
        const away = [...before].filter(([line]) => line < from[0] || line > to[0]);
        for (const [line, state] of away) expect(kept.get(`line ${line}`)).toBe(state);
      }),
    );
  });
});
