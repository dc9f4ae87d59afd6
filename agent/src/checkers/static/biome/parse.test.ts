import { expect, test } from "vitest";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { parseBiomeFormat } from "./parse.ts";

const testdata = testdataOf(import.meta.url);

test.each([
  { recorded: "clean-2.5.0.json", files: 1, unformatted: [], syntax: 0, problems: 0 },
  { recorded: "found-2.5.0.json", files: 3, unformatted: ["a.ts"], syntax: 2, problems: 0 },
  { recorded: "no-files-2.5.0.json", files: 0, unformatted: [], syntax: 0, problems: 1 },
  { recorded: "truncated-2.5.0.json", files: undefined, unformatted: [], syntax: 0, problems: 1 },
])("$recorded", ({ recorded, files, unformatted, syntax, problems }) => {
  const report = parseBiomeFormat(testdata(recorded));
  expect(report).toMatchObject({ files, unformatted });
  expect(report.syntaxErrors).toHaveLength(syntax);
  expect(report.problems).toHaveLength(problems);
});

test("a report of another form is a problem", () => {
  expect(parseBiomeFormat('{"diagnostics":[]}').problems).toHaveLength(1);
});

fuzzParser("parseBiomeFormat", {
  samples: ["found-2.5.0.json", "clean-2.5.0.json", "no-files-2.5.0.json"].map(testdata),
  reported: (text) => {
    const { unformatted, syntaxErrors } = parseBiomeFormat(text);
    return unformatted.length + syntaxErrors.length;
  },
});
