import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Finding, TextEdit } from "../core/finding.ts";
import { sampleFinding } from "../core/testing/samples.ts";
import { applyFixes, applyTo } from "./apply-fixes.ts";

const positionAt = (text: string, offset: number) => {
  const lines = text.slice(0, offset).split("\n");
  return { line: lines.length, column: (lines.at(-1) ?? "").length + 1 };
};
/** Replaces what lies between two offsets. */
const edit = (text: string, [from, to, newText]: readonly [number, number, string]): TextEdit => ({
  range: { start: positionAt(text, from), end: positionAt(text, to) },
  newText,
});
const fixing = (...edits: TextEdit[]): Finding => sampleFinding({ fix: { title: "fix", edits } });

describe("applyTo", () => {
  test.each([
    { name: "replaces", text: "var a = 1;\n", fixes: [[0, 3, "let"]], result: "let a = 1;\n", applied: 1 },
    { name: "inserts at the end without a newline", text: "a", fixes: [[1, 1, "\n"]], result: "a\n", applied: 1 },
    { name: "deletes over lines", text: "a\nb\nc\n", fixes: [[1, 3, ""]], result: "a\nc\n", applied: 1 },
    {
      name: "two beside each other",
      text: "ab",
      fixes: [
        [0, 1, "x"],
        [1, 2, "y"],
      ],
      result: "xy",
      applied: 2,
    },
    {
      name: "of two that overlap the first given",
      text: "abc",
      fixes: [
        [0, 2, "x"],
        [1, 3, "y"],
      ],
      result: "xc",
      applied: 1,
    },
    {
      name: "of two insertions at one place the first",
      text: "ab",
      fixes: [
        [1, 1, "x"],
        [1, 1, "y"],
      ],
      result: "axb",
      applied: 1,
    },
    {
      name: "an insertion inside of a replaced part not",
      text: "abc",
      fixes: [
        [0, 3, "x"],
        [1, 1, "y"],
      ],
      result: "x",
      applied: 1,
    },
    { name: "UTF-16 columns", text: "😀 var\n", fixes: [[3, 6, "let"]], result: "😀 let\n", applied: 1 },
    { name: "CRLF", text: "a\r\nvar\r\n", fixes: [[3, 6, "let"]], result: "a\r\nlet\r\n", applied: 1 },
  ] as const)("$name", ({ text, fixes, result, applied }) => {
    expect(
      applyTo(
        text,
        fixes.map(([from, to, newText]) => fixing(edit(text, [from, to, newText]))),
      ),
    ).toEqual({ result, applied });
  });

  test("a fix of several edits is applied as a whole or not at all", () => {
    const text = "abcdef";
    const whole = fixing(edit(text, [0, 1, "X"]), edit(text, [4, 5, "Y"]));
    const clash = fixing(edit(text, [2, 3, "Z"]), edit(text, [4, 5, "W"]));
    expect(applyTo(text, [whole, clash])).toEqual({ result: "XbcdYf", applied: 1 });
  });

  test("findings without a fix are left alone", () => {
    expect(applyTo("a", [sampleFinding(), fixing()])).toEqual({ result: "a", applied: 0 });
  });

  test("what lies outside of the fixes stays, and each fix applied stands there", () => {
    const anyText = fc.string({ unit: fc.constantFrom("a", "b", "\n", "\r\n", "é", "😀"), maxLength: 30 });
    const anyFix = fc.record({
      from: fc.nat(30),
      length: fc.nat(5),
      newText: fc.constantFrom("", "<1>", "<2>\n", "<3>"),
    });
    fc.assert(
      fc.property(anyText, fc.array(anyFix, { maxLength: 5 }), (text, drawn) => {
        const fixes = drawn.map(({ from, length, newText }) => ({
          from: Math.min(from, text.length),
          to: Math.min(from + length, text.length),
          newText,
        }));
        const { result, applied } = applyTo(
          text,
          fixes.map(({ from, to, newText }) => fixing(edit(text, [from, to, newText]))),
        );
        // The same by hand: take each fix that touches none taken before, then build the text from left to right.
        const taken: typeof fixes = [];
        for (const fix of fixes)
          if (taken.every((other) => (fix.from >= other.to || fix.to <= other.from) && fix.from !== other.from))
            taken.push(fix);
        let expected = "";
        let at = 0;
        for (const { from, to, newText } of taken.toSorted((a, b) => a.from - b.from)) {
          expected += text.slice(at, from) + newText;
          at = to;
        }
        expect({ result, applied }).toEqual({ result: expected + text.slice(at), applied: taken.length });
      }),
      { numRuns: 1000 },
    );
  });
});

describe("applyFixes", () => {
  let root = "";
  beforeEach(() => {
    root = realpathSync(mkdtempSync(join(tmpdir(), "trigate-fixes-")));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));
  const found = (file: string) => sampleFinding({ file, fix: { title: "fix", edits: [edit("var", [0, 3, "let"])] } });

  test("changes the files that have fixes and tells which", async () => {
    writeFileSync(join(root, "a.js"), "var a;\n");
    writeFileSync(join(root, "b.js"), "var b;\n");
    expect(await applyFixes(root, [found("a.js"), sampleFinding({ file: "b.js" })])).toEqual({
      files: ["a.js"],
      fixes: 1,
    });
    expect([readFileSync(join(root, "a.js"), "utf8"), readFileSync(join(root, "b.js"), "utf8")]).toEqual([
      "let a;\n",
      "var b;\n",
    ]);
  });

  test("a program stays executable", async () => {
    writeFileSync(join(root, "a.js"), "var a;\n");
    chmodSync(join(root, "a.js"), 0o755);
    await applyFixes(root, [found("a.js")]);
    expect(statSync(join(root, "a.js")).mode & 0o777).toBe(0o755);
  });

  test("a link stays a link, and its target is mended", async () => {
    writeFileSync(join(root, "real.js"), "var a;\n");
    symlinkSync("real.js", join(root, "link.js"));
    await applyFixes(root, [found("link.js")]);
    expect(lstatSync(join(root, "link.js")).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(root, "real.js"), "utf8")).toBe("let a;\n");
  });

  test("nothing outside of the workspace is written, not even through a link", async () => {
    const outside = mkdtempSync(join(tmpdir(), "trigate-outside-"));
    writeFileSync(join(outside, "x.js"), "var a;\n");
    symlinkSync(outside, join(root, "out"));
    for (const file of ["out/x.js", "../x.js"])
      await expect(applyFixes(root, [found(file)])).rejects.toThrow(
        expect.objectContaining({ code: "platform/path-outside" }),
      );
    expect(readFileSync(join(outside, "x.js"), "utf8")).toBe("var a;\n");
    rmSync(outside, { recursive: true });
  });
});
