import { expect, test } from "vitest";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { TextPositions } from "../../reading/text-positions.ts";
import { flake8Finding, isReadFailure, parseCount, parseFlake8 } from "./parse.ts";

const testdata = testdataOf(import.meta.url);
const source = new TextPositions(testdata("fl.py.txt"));

test.each(["5.0.4", "7.5.0"])("flake8 %s: rules and places, statistics passed over", (version) => {
  const { violations, files } = parseFlake8(testdata(`found-${version}.txt`));
  const own = violations.filter(({ path }) => path === "fl.py");
  expect(
    own.map((violation) => flake8Finding(violation, "fl.py", source)).map(({ rule, range }) => [rule, range?.start]),
  ).toEqual([
    ["F401", { line: 1, column: 1 }],
    ["E702", { line: 2, column: 6 }],
    ["E225", { line: 2, column: 9 }],
    ["F821", { line: 2, column: 10 }],
  ]);
  expect(violations.filter(isReadFailure).map(({ path }) => path)).toEqual(["gone.py"]);
  expect(violations.filter(({ code }) => code === "E999").map(({ path, row }) => [path, row])).toEqual([["syn.py", 1]]);
  expect(violations).toHaveLength(6);
  expect(files).toBeGreaterThan(0);
});

test("a file that was cut off gives no number of files", () => {
  expect(parseFlake8(testdata("truncated-7.5.0.txt"))).toMatchObject({ files: undefined });
});

test.each([
  ["6\n", 6],
  ["", undefined],
  ["a.py\n", undefined],
])("the count of %j is %j", (text, count) => expect(parseCount(text)).toBe(count));

fuzzParser("flake8's output", {
  samples: [testdata("found-7.5.0.txt")],
  reported: (text) => {
    const { violations } = parseFlake8(text);
    return violations.map((violation) => flake8Finding(violation, "fl.py", source)).length;
  },
  most: (text) => text.split("\n").length,
});
