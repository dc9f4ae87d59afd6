import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseCoveragePy } from "./coverage-py.ts";
import { parseLcov } from "./lcov.ts";

const testdata = (name: string) => readFileSync(new URL(`testdata/${name}`, import.meta.url), "utf8");
const json = testdata("coverage-py-7.17.3.json");

test("tells the same lines, branches and functions as the tool's own LCOV", () => {
  const fromJson = parseCoveragePy(json);
  const fromLcov = parseLcov(testdata("coverage-py-7.17.3.info"));
  expect(fromJson.problems).toEqual([]);
  expect(fromJson.files.map(({ file, lines }) => [file, [...lines]])).toEqual(
    fromLcov.files.map(({ file, lines }) => [file, [...lines]]),
  );
  const taken = ({
    branches,
  }: {
    readonly branches: readonly { readonly line: number; readonly taken: number | null }[];
  }) => branches.map(({ line, taken: count }) => `${line}:${count}`).toSorted();
  expect(fromJson.files.map(taken)).toEqual(fromLcov.files.map(taken));
  expect(fromJson.files[1]?.functions).toEqual(fromLcov.files[1]?.functions);
});

test.each([
  "",
  "{",
  "[]",
  '{"meta":{"version":"7"},"files":{}}',
  '{"meta":{"version":"7"},"files":{"a.py":{"executed_lines":["1"],"missing_lines":[]}}}',
])("refuses %j", (text) => {
  expect(parseCoveragePy(text).problems).toHaveLength(1);
});

test("never throws", () => {
  fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => void parseCoveragePy(text)));
});
