import { expect, test } from "vitest";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { parseSecretlintJson } from "./parse.ts";

const testdata = testdataOf(import.meta.url);

test.each([
  { recorded: "clean-13.0.6.json", files: 1, findings: 0, problems: 0 },
  { recorded: "found-13.0.6.json", files: 3, findings: 3, problems: 0 },
  { recorded: "truncated-13.0.6.json", files: 0, findings: 0, problems: 1 },
])("$recorded", ({ recorded, files, findings, problems }) => {
  const report = parseSecretlintJson(testdata(recorded));
  expect({ files: report.files.length, findings: report.findings.length, problems: report.problems.length }).toEqual({
    files,
    findings,
    problems,
  });
});

test("names kind, rule and place", () => {
  expect(parseSecretlintJson(testdata("found-13.0.6.json")).findings[0]).toMatchObject({
    rule: "slack",
    severity: "error",
    message: "found slack token",
    path: "/repo/a.txt",
    range: { start: { line: 2, column: 9 }, end: { line: 2, column: 64 } },
  });
});

test("a secret is blotted out even where the tool did not mask it", () => {
  const secret = ["hunter", "2", "hunter"].join("");
  const message = {
    message: `${secret} is a password: ${secret}`,
    ruleId: "@x/secretlint-rule-password",
    severity: "error",
    range: [0, secret.length],
    loc: { start: { line: 1, column: 0 }, end: { line: 1, column: secret.length } },
  };
  const report = parseSecretlintJson(
    JSON.stringify([{ filePath: "/repo/a", sourceContent: secret, messages: [message] }]),
  );
  expect(report.findings).toHaveLength(1);
  expect(JSON.stringify(report)).not.toContain(secret);
});

test("a report that cannot be read is not quoted", () => {
  const report = parseSecretlintJson('[{"filePath": "a", "messages": "my-secret"}, my-secret');
  expect(report.problems).toHaveLength(1);
  expect(JSON.stringify(report)).not.toContain("my-secret");
});

fuzzParser("parseSecretlintJson", {
  samples: ["found-13.0.6.json", "clean-13.0.6.json"].map(testdata),
  reported: (text) => parseSecretlintJson(text).findings.length,
});
