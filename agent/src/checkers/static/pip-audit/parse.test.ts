import { expect, test } from "vitest";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { parsePipAudit, pipAuditFinding } from "./parse.ts";

const testdata = testdataOf(import.meta.url);

test("packages with their advisories", () => {
  const read = parsePipAudit(testdata("found-2.10.1.json"));
  if (!read.ok) throw new Error(read.problem);
  const { audited, skipped } = read.value;
  expect(audited.map(({ name, version, vulnerabilities }) => [name, version, vulnerabilities.length])).toEqual([
    ["jinja2", "2.10.0", 1],
    ["attrs", "23.1.0", 0],
  ]);
  expect(skipped).toEqual([]);
  const [first] = audited;
  const [vulnerability] = first?.vulnerabilities ?? [];
  if (first === undefined || vulnerability === undefined) throw new Error("the recording has a vulnerability");
  expect(pipAuditFinding(vulnerability, first, { file: "requirements.txt", line: 1 })).toMatchObject({
    rule: "PYSEC-2019-217",
    severity: "error",
    message: "jinja2 2.10.0: PYSEC-2019-217 (CVE-2019-10906, GHSA-462w-v97r-4m45) is fixed in 2.10.1",
    range: { start: { line: 1, column: 1 } },
  });
  expect(pipAuditFinding({ ...vulnerability, fix_versions: [] }, first, { file: "", line: undefined }).message).toMatch(
    /and no fixed version is known$/,
  );
});

test("packages that the service does not know are told from audited ones", () => {
  const read = parsePipAudit(testdata("skipped-2.10.1.json"));
  expect(read.ok && read.value).toMatchObject({ audited: [], skipped: [{ name: "jinja2" }, { name: "attrs" }] });
});

test.each([testdata("truncated-2.10.1.json"), "", "[]", '{"dependencies": [{"name": "a"}]}'])("refuses %j", (broken) =>
  expect(parsePipAudit(broken).ok).toBe(false));

fuzzParser("pip-audit's JSON", {
  samples: [testdata("found-2.10.1.json"), testdata("skipped-2.10.1.json")],
  reported: (text) => {
    const read = parsePipAudit(text);
    return read.ok ? read.value.audited.length + read.value.skipped.length : 0;
  },
});
