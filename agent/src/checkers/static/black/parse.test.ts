import { expect, test } from "vitest";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { parseBlack } from "./parse.ts";

const testdata = testdataOf(import.meta.url);

test.each([
  "found-23.1.0.txt",
  "found-26.10.1.txt",
])("%s: each file once, the syntax error at its place", (recorded) => {
  expect(parseBlack(testdata(recorded))).toMatchObject({
    unformatted: ["bad.py"],
    formatted: ["ok.py"],
    ignored: ["ex.py"],
    syntaxErrors: [{ path: "syn.py", line: 1, column: 5 }],
    counts: { unformatted: 1, formatted: 1, failed: 1 },
    problems: [],
  });
});

test.each(["clean-23.1.0.txt", "clean-26.10.1.txt"])("%s", (recorded) => {
  expect(parseBlack(testdata(recorded))).toMatchObject({
    formatted: ["ok.py"],
    counts: { unformatted: 0, formatted: 1, failed: 0 },
    problems: [],
  });
});

test("a file in another encoding is a problem", () => {
  expect(parseBlack(testdata("encoding-26.10.1.txt")).problems).toEqual([
    "cannot format enc.py: invalid or missing encoding declaration",
  ]);
});

test("without a closing count there is none", () => {
  expect(parseBlack(testdata("truncated-26.10.1.txt")).counts).toBeUndefined();
  expect(parseBlack(testdata("no-files-26.10.1.txt"))).toMatchObject({ counts: undefined, ignored: ["ex.py"] });
});

test("a count that does not fit the names is a problem", () => {
  expect(parseBlack("2 files would be left unchanged.\n").problems).toHaveLength(1);
});

fuzzParser("Black's output", {
  samples: [testdata("found-26.10.1.txt"), testdata("found-23.1.0.txt")],
  reported: (text) => {
    const { unformatted, formatted, ignored, syntaxErrors, problems } = parseBlack(text);
    return unformatted.length + formatted.length + ignored.length + syntaxErrors.length + problems.length;
  },
  most: (text) => text.split("\n").length + 1,
});
