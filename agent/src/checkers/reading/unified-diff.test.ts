import { describe, expect, test } from "vitest";
import { fuzzParser } from "../testing/fuzz-parser.ts";
import { applyDiff, parseUnifiedDiff } from "./unified-diff.ts";

const DIFF = [
  "noise before",
  "--- a.py\t2026-11-22 18:19:28.513260+00:00",
  "+++ a.py\t2026-11-22 18:19:28.644300+00:00",
  "@@ -1,3 +1,4 @@",
  "+import os",
  " import sys",
  "-import os",
  "+",
  " x = 1",
  "@@ -9 +10 @@",
  "-y  = 1",
  "\\ No newline at end of file",
  "+y = 1",
  "--- b.py",
  "+++ b.py",
  "@@ -0,0 +1 @@",
  "+z",
  "noise after",
].join("\n");
const TEXT = "import sys\nimport os\nx = 1\n4\n5\n6\n7\n8\ny  = 1";
const [a, b] = parseUnifiedDiff(DIFF);
if (a === undefined || b === undefined) throw new Error("the sample has two files");

describe("unified diffs", () => {
  test("are found between other lines", () => expect([a.path, b.path]).toEqual(["a.py", "b.py"]));

  test("give the text that the tool would write, with and without an end of the last line", () => {
    expect(applyDiff(TEXT, a)).toBe("import os\nimport sys\n\nx = 1\n4\n5\n6\n7\n8\ny = 1\n");
    expect(applyDiff("", b)).toBe("z\n");
  });

  test("keep the ends of lines as they are", () => {
    const [crlf] = parseUnifiedDiff("--- a\n+++ a\n@@ -1,2 +1,2 @@\n-x  = 1\r\n+x = 1\r\n y\r\n");
    expect(crlf && applyDiff("x  = 1\r\ny\r\n", crlf)).toBe("x = 1\r\ny\r\n");
  });

  test.each(["import sys\n", `${TEXT}\n`, ""])("of another text give nothing: %j", (other) =>
    expect(applyDiff(other, a)).toBeUndefined());

  test("a hunk that was cut off is left out", () => {
    const [cut] = parseUnifiedDiff(DIFF.slice(0, DIFF.indexOf("+y = 1")));
    expect(cut?.hunks).toHaveLength(1);
  });
});

fuzzParser("unified diffs", {
  samples: [DIFF],
  reported: (text) => parseUnifiedDiff(text).map((file) => applyDiff(TEXT, file)).length,
});
