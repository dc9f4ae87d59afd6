import { expect, test } from "vitest";
import { testdataOf } from "../../testing/testdata.ts";
import { parseCtestJunit } from "./parse.ts";

const testdata = testdataOf(import.meta.url);

test("a test whose program is missing has failed, whatever CTest calls it", () => {
  const { tests, problems } = parseCtestJunit(testdata("found-4.4.4.xml"));
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
  expect(parseCtestJunit(testdata("no-tests-4.4.4.xml"))).toEqual({ tests: [], problems: [] }));

test.each([testdata("truncated-4.4.4.xml"), ""])("refuses %j", (text) =>
  expect(parseCtestJunit(text).problems).toHaveLength(1));
