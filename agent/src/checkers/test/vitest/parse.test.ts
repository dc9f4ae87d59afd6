import { expect, test } from "vitest";
import { countTests } from "../../../core/test-result.ts";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { parseVitestJson } from "./parse.ts";

const testdata = testdataOf(import.meta.url);
const parse = (text: string) => parseVitestJson(text, (path) => path.replace("/repo/", ""));

test.each([
  { recorded: "clean-5.1.1.json", files: 1, counts: { total: 1, passed: 1, failed: 0, skipped: 0 }, problems: 0 },
  { recorded: "found-5.1.1.json", files: 2, counts: { total: 7, passed: 3, failed: 2, skipped: 2 }, problems: 0 },
  { recorded: "no-tests-5.1.1.json", files: 0, counts: { total: 0, passed: 0, failed: 0, skipped: 0 }, problems: 0 },
  { recorded: "truncated-5.1.1.json", files: 0, counts: { total: 0, passed: 0, failed: 0, skipped: 0 }, problems: 1 },
])("$recorded", ({ recorded, files, counts, problems }) => {
  const report = parse(testdata(recorded));
  expect(report.files).toBe(files);
  expect(countTests(report.tests)).toEqual(counts);
  expect(report.problems).toHaveLength(problems);
});

test("a failed test stands at the line that failed, others at their own", () => {
  const { tests } = parse(testdata("found-5.1.1.json"));
  expect(tests.find(({ status }) => status === "failed")).toMatchObject({
    name: "outer > inner > fails é😀",
    file: "src/a.test.ts",
    line: 7,
  });
  expect(tests.find(({ name }) => name === "outer > inner > works")).toMatchObject({ line: 5, message: undefined });
});

test("a file that cannot be loaded is a failed test", () => {
  const { tests } = parse(testdata("found-5.1.1.json"));
  expect(tests.find(({ file }) => file === "src/broken.test.ts")).toMatchObject({
    status: "failed",
    message: expect.stringContaining("nope.ts"),
  });
});

test("a list shorter than announced is a problem", () => {
  expect(parse(testdata("clean-5.1.1.json").replace('"numTotalTests":1', '"numTotalTests":2')).problems).toHaveLength(
    1,
  );
});

fuzzParser("parseVitestJson", {
  samples: ["clean", "found", "no-tests"].map((name) => testdata(`${name}-5.1.1.json`)),
  reported: (text) => parseVitestJson(text, (path) => path, text).tests.length,
});
