import { expect, test } from "vitest";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { parseTypeCoverage } from "./parse.ts";

const testdata = testdataOf(import.meta.url);

test.each([
  { recorded: "found-2.30.3.json", counts: { typed: 6, all: 10 }, places: 4, missed: false, problems: 0 },
  { recorded: "at-least-2.30.3.json", counts: { typed: 6, all: 10 }, places: 4, missed: true, problems: 0 },
  { recorded: "no-project-2.30.3.json", counts: undefined, places: 0, missed: false, problems: 1 },
  { recorded: "truncated-2.30.3.json", counts: undefined, places: 0, missed: false, problems: 1 },
])("$recorded", ({ recorded, counts, places, missed, problems }) => {
  const report = parseTypeCoverage(testdata(recorded));
  expect(report.counts).toEqual(counts);
  expect(report.places).toHaveLength(places);
  expect(report.ownLimitMissed).toBe(missed);
  expect(report.problems).toHaveLength(problems);
});

test("places count from 1", () => {
  expect(parseTypeCoverage(testdata("found-2.30.3.json")).places[0]).toEqual({
    path: "/repo/src/a.ts",
    name: "a",
    line: 1,
    column: 19,
  });
});

test("a project without identifiers is not fully typed but unknown", () => {
  const nothing =
    '{"succeeded":true,"details":[],"atLeastFailed":false,"correctCount":0,"percent":null,"totalCount":0}';
  expect(parseTypeCoverage(nothing)).toMatchObject({ counts: undefined, problems: [expect.any(String)] });
});

fuzzParser("parseTypeCoverage", {
  samples: [testdata("found-2.30.3.json"), testdata("at-least-2.30.3.json"), testdata("no-project-2.30.3.json")],
  reported: (text) => parseTypeCoverage(text).places.length,
});
