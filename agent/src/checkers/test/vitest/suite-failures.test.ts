import fc from "fast-check";
import { expect, test } from "vitest";
import { testdataOf } from "../../testing/testdata.ts";
import { suiteFailure } from "./suite-failures.ts";

const printed = testdataOf(import.meta.url)("suites-5.1.1.stderr.txt");

test.each([
  { file: "src/hook.test.ts", line: 4, message: "Error: no set-up" },
  { file: "src/broken.test.ts", line: 1, message: "Cannot find module './missing.ts'" },
  { file: "src/none.test.ts", line: undefined, message: "No test suite found in file" },
])("$file", ({ file, line, message }) => {
  const failure = suiteFailure(printed, file);
  expect(failure?.line).toBe(line);
  expect(failure?.message).toContain(message);
});

test("a package's own folder may be missing from what is printed", () =>
  expect(suiteFailure(printed, "packages/one/src/hook.test.ts")?.line).toBe(4));

test.each(["src/other.test.ts", "hook.test.ts", "ts", ""])("nothing was printed about %j", (file) =>
  expect(suiteFailure(printed, file)).toBeUndefined());

test("never throws", () => {
  fc.assert(fc.property(fc.string(), fc.string(), (text, file) => void suiteFailure(text, file)));
});
