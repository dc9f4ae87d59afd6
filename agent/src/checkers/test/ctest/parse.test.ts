import { expect, test } from "vitest";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { parseCtestJunit } from "./parse.ts";

const testdata = testdataOf(import.meta.url);
const parse = (text: string) =>
  parseCtestJunit(text, (path) => (path.startsWith("/repo/") ? path.slice("/repo/".length) : undefined));
/** The one failed test of a program that printed this. */
const failing = (output: string) =>
  parse(
    `<testsuite><testcase name="t" status="fail"><failure message="Failed"/><system-out><![CDATA[${output}]]></system-out></testcase></testsuite>`,
  ).tests[0];

test("a test whose program is missing has failed, whatever CTest calls it", () => {
  const { tests, problems } = parse(testdata("found-4.4.4.xml"));
  expect(problems).toEqual([]);
  expect(tests.map(({ name, status }) => [name, status])).toEqual([
    ["passes", "passed"],
    ["fails", "failed"],
    ["missing", "failed"],
    ["skipped", "skipped"],
    ["off", "skipped"],
  ]);
  expect(tests[2]?.message).toBe("Unable to find executable");
});

test("no test is an empty list", () =>
  expect(parse(testdata("no-tests-4.4.4.xml"))).toEqual({ tests: [], problems: [] }));

test.each([testdata("truncated-4.4.4.xml"), ""])("refuses %j", (text) => expect(parse(text).problems).toHaveLength(1));

test("a failed test stands where its output says, with what it said", () => {
  const { tests } = parse(testdata("places-4.4.4.xml"));
  expect(tests.map(({ name, file, line, status }) => [name, status, file, line])).toEqual([
    ["Sum.IsRight", "passed", "", undefined],
    ["Sum.IsWrong", "failed", "test/g.cc", 7],
    ["asserts", "failed", "test/a.cc", 3],
  ]);
  expect(tests[1]?.message).toContain("Expected equality of these values:\n  1 + 1\n    Which is: 2\n  3\nby one");
  expect(tests[1]?.message).not.toContain("[----------]");
});

test.each([
  { what: "Catch2", output: "/repo/a b/t.cc:12: FAILED:\n  CHECK( a == b )", file: "a b/t.cc", line: 12 },
  { what: "doctest", output: "noise\n/repo/t.cc:5: ERROR: CHECK( x ) is NOT correct!", file: "t.cc", line: 5 },
  { what: "Boost.Test", output: '/repo/t.cc(8): error: in "suite/case": check failed', file: "t.cc", line: 8 },
  { what: "a file of elsewhere", output: "/usr/include/x.h:3: Failure", file: "", line: undefined },
  { what: "no place", output: "it went wrong", file: "", line: undefined },
  { what: "a passing mention", output: "/repo/t.cc:3: says hi", file: "", line: undefined },
])("the place in what $what prints", ({ output, file, line }) => {
  expect(failing(output)).toMatchObject({ file, status: "failed", message: expect.stringContaining("Failed") });
  expect(failing(output)?.line).toBe(line);
});

test("output without end is read in no time", () => {
  expect(failing("/repo/t.cc:1:".repeat(100_000))).toMatchObject({ status: "failed", file: "" });
  expect(failing(`${"x".repeat(1_000_000)}: Assertion`)).toMatchObject({ status: "failed" });
});

fuzzParser("CTest's JUnit", {
  samples: ["found", "no-tests", "places"].map((name) => testdata(`${name}-4.4.4.xml`)),
  reported: (text) => parse(text).tests.length,
  most: (text) => text.split("<testcase").length - 1,
});
