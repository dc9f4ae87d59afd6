import { expect, test } from "vitest";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { parseSolhintJson } from "./parse.ts";

const testdata = testdataOf(import.meta.url);

test.each([
  { recorded: "clean-6.2.4.json", complaints: 0, problems: 0, conclusion: undefined },
  { recorded: "found-6.2.4.json", complaints: 12, problems: 0, conclusion: "12 problem/s (2 error/s, 10 warning/s)" },
  { recorded: "syntax-6.2.4.json", complaints: 2, problems: 0, conclusion: "2 problem/s (2 error/s)" },
  { recorded: "truncated-6.2.4.json", complaints: 0, problems: 1, conclusion: undefined },
])("$recorded", ({ recorded, complaints, problems, conclusion }) => {
  const report = parseSolhintJson(testdata(recorded));
  expect(report.conclusion).toBe(conclusion);
  expect(report.complaints).toHaveLength(complaints);
  expect(report.problems).toHaveLength(problems);
});

test("columns start at 1, those of the parser too", () => {
  expect(parseSolhintJson(testdata("syntax-6.2.4.json")).complaints[0]).toMatchObject({
    rule: "syntax",
    range: { start: { line: 1, column: 10 } },
  });
  expect(
    parseSolhintJson(testdata("found-6.2.4.json")).complaints.find(({ rule }) => rule === "state-visibility"),
  ).toMatchObject({ severity: "warning", range: { start: { line: 5, column: 15 } } });
});

test.each(["", "{}", '[{"line":1}]'])("refuses %j", (text) => expect(parseSolhintJson(text).problems).toHaveLength(1));

fuzzParser("parseSolhintJson", {
  samples: ["found-6.2.4.json", "syntax-6.2.4.json", "clean-6.2.4.json"].map(testdata),
  reported: (text) => parseSolhintJson(text).complaints.length,
});
