import { expect, test } from "vitest";
import { countTests } from "../../../core/test-result.ts";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { parseNodeTest } from "./parse.ts";

const testdata = testdataOf(import.meta.url);
const parse = (text: string, scriptsAreTests = false) =>
  parseNodeTest(text, { placed: (path) => path.replace("/repo/", ""), scriptsAreTests });

test.each(["24.21.0", "20.20.2"])("reads the tests of Node %s", (version) => {
  const { tests, files, problems } = parse(testdata(`found-${version}.ndjson`));
  expect(problems).toEqual([]);
  expect(files).toHaveLength(3);
  expect(countTests(tests)).toEqual({ total: 9, passed: 3, failed: 4, skipped: 2 });
  expect(tests.find(({ name }) => name === "outer > fails é😀")).toMatchObject({
    file: "test/a.test.mjs",
    line: 6,
    status: "failed",
    message: "-1 == 1",
  });
  expect(tests.find(({ name }) => name === "outer > planned")).toMatchObject({ status: "skipped" });
  expect(tests.find(({ name }) => name === "hooked")).toMatchObject({ line: 3, message: "no set-up" });
});

test("a file that cannot be loaded is a failed test that says why", () => {
  const { tests } = parse(testdata("found-24.21.0.ndjson"));
  expect(tests.find(({ file }) => file === "test/broken.test.mjs")).toMatchObject({
    status: "failed",
    message: expect.stringContaining("Cannot find module"),
  });
});

test("a file without any test is no passed test, unless scripts are what is tested", () => {
  const name = "test/none.test.mjs";
  const statusIn = (scripts: boolean) =>
    parse(testdata("only-24.21.0.ndjson"), scripts).tests.find((each) => each.name === name)?.status;
  expect([statusIn(false), statusIn(true)]).toEqual(["skipped", "passed"]);
});

test("names the tests that are marked only", () => {
  expect(parse(testdata("only-24.21.0.ndjson")).focused).toEqual([{ file: "test/o.test.mjs", line: 2 }]);
});

test.each([
  { what: "that ends in the middle", text: testdata("truncated-24.21.0.ndjson"), problems: 2 },
  { what: "with another total", text: testdata("found-24.21.0.ndjson").replace('"tests":8', '"tests":9'), problems: 1 },
  { what: "that is empty", text: "", problems: 1 },
])("a report $what is a problem", ({ text, problems }) => {
  expect(parse(text).problems).toHaveLength(problems);
});

fuzzParser("parseNodeTest", {
  samples: ["found-24.21.0", "found-20.20.2", "only-24.21.0", "no-tests-24.21.0"].map((name) =>
    testdata(`${name}.ndjson`),
  ),
  reported: (text) => parse(text).tests.length,
});
