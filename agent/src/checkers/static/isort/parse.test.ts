import { expect, test } from "vitest";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { parseIsort } from "./parse.ts";

const testdata = testdataOf(import.meta.url);
const parse = (version: string, name = "found") =>
  parseIsort({ stdout: testdata(`${name}-${version}.stdout.txt`), stderr: testdata(`${name}-${version}.stderr.txt`) });

test.each(["5.12.0", "9.0.2"])("isort %s: each file once, skipped ones counted, unreadable ones named", (version) => {
  expect(parse(version)).toEqual({
    unsorted: ["/repo/is.py"],
    sorted: ["/repo/ok.py"],
    skipped: 2,
    problems: [expect.stringContaining("Unable to parse file enc.py")],
  });
});

test("an error of another kind is a problem", () => {
  expect(parseIsort({ stdout: "", stderr: "trigate\u001fNo valid encodings.\n" }).problems).toEqual([
    "No valid encodings.",
  ]);
});

fuzzParser("isort's output", {
  samples: [`${testdata("found-9.0.2.stdout.txt")}\n${testdata("found-9.0.2.stderr.txt")}`],
  reported: (text) => {
    const { unsorted, sorted, problems } = parseIsort({ stdout: text, stderr: "" });
    return unsorted.length + sorted.length + problems.length;
  },
  most: (text) => text.split("\n").length,
});
