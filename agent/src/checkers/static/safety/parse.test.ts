import { expect, test } from "vitest";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { parseSafety, safetyFinding } from "./parse.ts";

const testdata = testdataOf(import.meta.url);
const report = (name: string) => {
  const read = parseSafety(testdata(name));
  if (!read.ok) throw new Error(read.problem);
  return read.value;
};

test("advisories between the notes to the reader", () => {
  const { vulnerabilities, packages, unpinned } = report("found-3.8.1.txt");
  const [first] = vulnerabilities;
  if (first === undefined) throw new Error("the recording has a vulnerability");
  expect(safetyFinding(first, { file: "requirements.txt", line: 1 })).toMatchObject({
    rule: "36872",
    severity: "error",
    message: "jinja2 2.10: 36872 (CVE-2019-10906) affects <2.10.1",
    url: "https://pyup.io/v/36872/",
  });
  expect({ packages, unpinned }).toEqual({ packages: 2, unpinned: [] });
});

test("what has no exact version is told from what was audited", () => {
  expect(report("clean-3.8.1.txt")).toEqual({ vulnerabilities: [], packages: 1, unpinned: [] });
  expect(report("unpinned-3.8.1.txt")).toMatchObject({ packages: 0, unpinned: [{ raw: "attrs>=23" }] });
});

test.each([testdata("truncated-3.8.1.txt"), "", "{\n}", "[]"])("refuses %j", (broken) =>
  expect(parseSafety(broken).ok).toBe(false));

fuzzParser("Safety's report", {
  samples: [testdata("found-3.8.1.txt")],
  reported: (text) => {
    const read = parseSafety(text);
    return read.ok ? read.value.vulnerabilities.length + read.value.unpinned.length : 0;
  },
});
