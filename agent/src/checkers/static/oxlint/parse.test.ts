import { describe, expect, test } from "vitest";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { TextPositions } from "../../reading/text-positions.ts";
import { parseOxlintJson, ruleName, toFinding } from "./parse.ts";

const testdata = testdataOf(import.meta.url);

describe("parseOxlintJson", () => {
  test.each([
    { recorded: "clean-1.89.0.json", files: 1, diagnostics: 0, problems: 0 },
    { recorded: "found-1.89.0.json", files: 2, diagnostics: 8, problems: 0 },
    { recorded: "syntax-1.89.0.json", files: 1, diagnostics: 1, problems: 0 },
    { recorded: "no-files-1.89.0.txt", files: 0, diagnostics: 0, problems: 0 },
    { recorded: "truncated-1.89.0.json", files: undefined, diagnostics: 0, problems: 1 },
    { recorded: "broken-config-1.89.0.txt", files: undefined, diagnostics: 0, problems: 1 },
  ])("$recorded", ({ recorded, files, diagnostics, problems }) => {
    const report = parseOxlintJson(testdata(recorded));
    expect({ files: report.files, diagnostics: report.diagnostics.length, problems: report.problems.length }).toEqual({
      files,
      diagnostics,
      problems,
    });
  });

  test.each(["", "null", "[]", '{"diagnostics": 3}'])("%j is a problem, not a clean report", (text) => {
    expect(parseOxlintJson(text).problems).toHaveLength(1);
  });
});

describe("toFinding", () => {
  const source = new TextPositions(testdata("found.ts.txt"));
  const { diagnostics } = parseOxlintJson(testdata("found-1.89.0.json"));
  const findings = diagnostics.map((diagnostic) => toFinding(diagnostic, "src/found.ts", source));

  test("turns byte columns into UTF-16 columns", () => {
    const debuggerFinding = findings.find(({ rule }) => rule === "no-debugger");
    expect(debuggerFinding?.range).toEqual({ start: { line: 2, column: 18 }, end: { line: 2, column: 27 } });
    expect(source.line(2).slice(17, 26)).toBe("debugger;");
  });

  test("keeps severities and links", () => {
    expect(findings.find(({ rule }) => rule === "eqeqeq")?.severity).toBe("warning");
    expect(findings.every(({ url }) => url?.startsWith("https://"))).toBe(true);
  });

  test("names rules as a configuration does", () => {
    expect(ruleName("typescript(no-floating-promises)")).toBe("typescript/no-floating-promises");
    expect(ruleName("eslint(no-var)")).toBe("no-var");
    expect(ruleName(undefined)).toBe("syntax");
  });
});

test("a run under several configurations has no number of rules", () => {
  const text = JSON.stringify({ diagnostics: [], number_of_files: 285, number_of_rules: null });
  expect(parseOxlintJson(text)).toMatchObject({ files: 285, rules: undefined, problems: [] });
});

fuzzParser("parseOxlintJson", {
  samples: ["found-1.89.0.json", "clean-1.89.0.json", "syntax-1.89.0.json"].map(testdata),
  reported: (text) => {
    const source = new TextPositions(testdata("found.ts.txt"));
    return parseOxlintJson(text).diagnostics.map((diagnostic) => toFinding(diagnostic, "a.ts", source)).length;
  },
});
