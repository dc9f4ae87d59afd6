import { expect, test } from "vitest";
import { countTests } from "../../../core/test-result.ts";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { parsePytestJunit } from "./parse.ts";

const testdata = testdataOf(import.meta.url);
const parse = (recorded: string) => parsePytestJunit(testdata(recorded), (path) => path);

test.each([
  { recorded: "found-9.2.0.xml", counts: { total: 8, passed: 4, failed: 2, skipped: 2 }, problems: 0 },
  { recorded: "collection-error-9.2.0.xml", counts: { total: 1, passed: 0, failed: 1, skipped: 0 }, problems: 0 },
  { recorded: "no-tests-9.2.0.xml", counts: { total: 0, passed: 0, failed: 0, skipped: 0 }, problems: 0 },
  { recorded: "xdist-3.8.0.xml", counts: { total: 5, passed: 3, failed: 1, skipped: 1 }, problems: 0 },
  { recorded: "xdist-crash-3.8.0.xml", counts: { total: 2, passed: 1, failed: 1, skipped: 0 }, problems: 0 },
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

test("a worker of pytest-xdist that died is the failure of its test, with the reason", () => {
  expect(parse("xdist-crash-3.8.0.xml").tests.find(({ status }) => status === "failed")).toMatchObject({
    name: "test_dies",
    file: "tests/test_dies.py",
    message: expect.stringContaining("worker 'gw0' crashed"),
  });
});

fuzzParser("pytest's JUnit", {
  samples: [testdata("found-9.2.0.xml"), testdata("xdist-3.8.0.xml")],
  reported: (text) => parsePytestJunit(text, (path) => path).tests.length,
});
