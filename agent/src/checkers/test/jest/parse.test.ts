import { expect, test } from "vitest";
import { countTests } from "../../../core/test-result.ts";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { parseJestJson } from "./parse.ts";

const testdata = testdataOf(import.meta.url);
const parse = (text: string) => parseJestJson(text, (path) => path.replace("/repo/", ""));

test.each([
  { recorded: "found-30.5.2.json", files: 3, counts: { total: 7, passed: 2, failed: 3, skipped: 2 }, problems: 0 },
  { recorded: "only-30.5.2.json", files: 1, counts: { total: 2, passed: 1, failed: 0, skipped: 1 }, problems: 0 },
  { recorded: "no-tests-30.5.2.json", files: 0, counts: { total: 0, passed: 0, failed: 0, skipped: 0 }, problems: 0 },
  { recorded: "truncated-30.5.2.json", files: 0, counts: { total: 0, passed: 0, failed: 0, skipped: 0 }, problems: 1 },
])("$recorded", ({ recorded, files, counts, problems }) => {
  const report = parse(testdata(recorded));
  expect(report.files).toBe(files);
  expect(countTests(report.tests)).toEqual(counts);
  expect(report.problems).toHaveLength(problems);
});

test("a failed test stands at the line that failed, others at their own", () => {
  const { tests } = parse(testdata("found-30.5.2.json"));
  expect(tests.find(({ name }) => name === "outer > fails é😀")).toMatchObject({ file: "src/a.test.js", line: 5 });
  expect(tests.find(({ name }) => name === "outer > works")).toMatchObject({ line: 3, message: undefined });
  expect(tests.find(({ file }) => file === "src/hook.test.js")).toMatchObject({ status: "failed", line: 1 });
});

test("a file that cannot be loaded is a failed test", () => {
  const { tests } = parse(testdata("found-30.5.2.json"));
  expect(tests.find(({ file }) => file === "src/broken.test.js")).toMatchObject({
    status: "failed",
    line: 1,
    message: expect.stringContaining("Cannot find module"),
  });
});

test("names files with focused tests, and snapshots that belong to no test", () => {
  expect(parse(testdata("only-30.5.2.json")).focused).toEqual(["o.test.js"]);
  expect(parse(testdata("found-30.5.2.json")).obsolete).toMatchObject([
    { rule: "obsolete-snapshot", severity: "info", file: "src/a.test.js" },
  ]);
});

test("a report that lists fewer tests than it announces, or was interrupted, is a problem", () => {
  const only = testdata("only-30.5.2.json");
  expect(parse(only.replace('"numTotalTests":2', '"numTotalTests":3')).problems).toHaveLength(1);
  expect(parse(only.replace('"wasInterrupted":false', '"wasInterrupted":true')).problems).toHaveLength(1);
});

fuzzParser("parseJestJson", {
  samples: ["found", "only", "no-tests"].map((name) => testdata(`${name}-30.5.2.json`)),
  reported: (text) => {
    const { tests, focused, obsolete } = parse(text);
    return tests.length + focused.length + obsolete.length;
  },
});
