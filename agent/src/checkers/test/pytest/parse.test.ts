import { expect, test } from "vitest";
import { countTests } from "../../../core/test-result.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { parsePytestJunit } from "./parse.ts";

const testdata = testdataOf(import.meta.url);
const parse = (recorded: string) => parsePytestJunit(testdata(recorded), (path) => path);

test.each([
  { recorded: "found-9.2.0.xml", counts: { total: 8, passed: 4, failed: 2, skipped: 2 }, problems: 0 },
  { recorded: "collection-error-9.2.0.xml", counts: { total: 1, passed: 0, failed: 1, skipped: 0 }, problems: 0 },
  { recorded: "no-tests-9.2.0.xml", counts: { total: 0, passed: 0, failed: 0, skipped: 0 }, problems: 0 },
  { recorded: "truncated-9.2.0.xml", counts: { total: 1, passed: 1, failed: 0, skipped: 0 }, problems: 1 },
])("$recorded", ({ recorded, counts, problems }) => {
  const report = parse(recorded);
  expect(countTests(report.tests)).toEqual(counts);
  expect(report.problems).toHaveLength(problems);
});

test("names, files and lines", () => {
  const { tests } = parse("found-9.2.0.xml");
  expect(tests.map(({ name, line, status }) => [name, line, status])).toEqual([
    ["TestA > test_ok", 6, "passed"],
    ["TestA > test_bad", 11, "failed"],
    ["test_skipped", 14, "skipped"],
    ["test_param[1]", 19, "passed"],
    ["test_param[a b]", 19, "passed"],
    ["test_param[n::[x]]", 19, "passed"],
    ["test_error", 26, "failed"],
    ["test_xfail", 33, "skipped"],
  ]);
  expect(new Set(tests.map(({ file }) => file))).toEqual(new Set(["tests/test_core.py"]));
  expect(tests[1]?.message).toContain("é😀 <tag>");
});

test("a module that cannot be collected is placed where it broke", () => {
  expect(parse("collection-error-9.2.0.xml").tests).toMatchObject([{ file: "e/test_x.py", line: 1, status: "failed" }]);
});
