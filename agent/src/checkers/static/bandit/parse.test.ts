import { expect, test } from "vitest";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { TextPositions } from "../../reading/text-positions.ts";
import { banditFinding, parseBandit } from "./parse.ts";

const testdata = testdataOf(import.meta.url);
const source = new TextPositions(testdata("a.py.txt"));
/** Newer versions write `./` before relative paths. */
const withoutDot = (path: string) => path.replace(/^\.\//, "");
const policy = { minimumSeverity: "low", minimumConfidence: "low" } as const;
const report = (name: string) => {
  const read = parseBandit(testdata(name));
  if (!read.ok) throw new Error(read.problem);
  return read.value;
};

test.each(["1.7.5", "1.9.4"])("bandit %s: rules, places, files and what it could not read", (version) => {
  const { results, files, silenced, unreadable } = report(`found-${version}.json`);
  const findings = results.map((result) => banditFinding(result, { file: "a.py", source, policy }));
  expect(findings.map(({ rule, severity, range }) => [rule, severity, range?.start])).toEqual([
    ["B404", "warning", { line: 1, column: 1 }],
    ["B602", "error", { line: 2, column: 12 }],
    ["B101", "warning", { line: 3, column: 1 }],
  ]);
  expect(findings[1]).toMatchObject({
    message: expect.stringMatching(/\(subprocess_popen_with_shell_equals_true, confidence high\)$/),
    range: { end: { line: 2, column: 49 } },
    url: expect.stringMatching(/^https:\/\/bandit\.readthedocs\.io\//),
  });
  expect(files.map(withoutDot)).toEqual(["a.py", "ok.py"]);
  expect(silenced).toBe(1);
  expect(unreadable.map(({ path }) => withoutDot(path))).toEqual(["gone.py", "syn.py"]);
});

test("what lies below the policy is information", () => {
  const [first] = report("found-1.9.4.json").results;
  if (first === undefined) throw new Error("the recording has findings");
  const graded = (more: object, limits: object) =>
    banditFinding({ ...first, ...more }, { file: "a.py", source, policy: { ...policy, ...limits } }).severity;
  expect(graded({}, { minimumSeverity: "medium" })).toBe("info");
  expect(graded({ issue_confidence: "LOW" }, { minimumConfidence: "medium" })).toBe("info");
  expect(graded({ issue_severity: "HIGH" }, { minimumSeverity: "medium" })).toBe("error");
  expect(graded({ issue_severity: "UNDEFINED" }, { minimumSeverity: "high" })).toBe("warning");
});

test.each([testdata("truncated-1.9.4.json"), "", "[]", '{"results": []}'])("refuses %j", (broken) =>
  expect(parseBandit(broken).ok).toBe(false));

fuzzParser("bandit's report", {
  samples: [testdata("found-1.9.4.json")],
  reported: (text) => {
    const read = parseBandit(text);
    return read.ok
      ? read.value.results.map((result) => banditFinding(result, { file: "a.py", source, policy })).length
      : 0;
  },
});
