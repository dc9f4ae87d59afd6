import { expect, test } from "vitest";
import { lineInFile } from "./stack-lines.ts";

const STACK =
  "AssertionError: no\n    at /repo/src/a.test.ts:7:20\n    at file:///repo/src/b.ts:3:1\n    at file:///repo/src/a.test.ts:9:1";

test.each([
  ["src/a.test.ts", "first", 7],
  ["src/a.test.ts", "last", 9],
  ["src/b.ts", "first", 3],
  ["test.ts", "first", undefined],
  ["other/a.test.ts", "first", undefined],
  ["", "first", undefined],
] as const)("%s, %s", (file, which, line) => expect(lineInFile(STACK, file, which)).toBe(line));

test("a relative traceback of Python", () => {
  expect(
    lineInFile(
      "tests/test_core.py:5: in test\n    boom()\ntests/test_core.py:11: AssertionError",
      "pkg/tests/test_core.py",
      "last",
    ),
  ).toBe(11);
});
