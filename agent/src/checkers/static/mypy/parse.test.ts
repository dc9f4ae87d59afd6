import { describe, expect, test } from "vitest";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { TextPositions } from "../../reading/text-positions.ts";
import { parseLinePrecision } from "./line-precision.ts";
import { mypyFinding, parseComplaints, parseMypy } from "./parse.ts";

const testdata = testdataOf(import.meta.url);
const source = new TextPositions(testdata("a.py.txt"));

describe("parseMypy", () => {
  test.each(["1.10.0", "2.4.1"])("mypy %s: rules, places, notes with their errors", (version) => {
    const { diagnostics, summary, crashed, problems } = parseMypy(testdata(`found-${version}.txt`));
    const findings = diagnostics.map((diagnostic) => mypyFinding(diagnostic, "a.py", source));
    expect(findings.map(({ rule, severity, range }) => [rule, severity, range?.start, range?.end])).toEqual([
      // The line has characters that the two versions count differently.
      ["return-value", "error", { line: 4, column: 1 }, undefined],
      ["return-value", "error", { line: 7, column: 22 }, { line: 7, column: 23 }],
      ["arg-type", "error", { line: 9, column: 3 }, { line: 9, column: 6 }],
      ["mypy", "info", { line: 10, column: 13 }, { line: 10, column: 14 }],
      ["override", "error", { line: 17, column: 17 }, { line: 17, column: 23 }],
      ["import-not-found", "error", { line: 20, column: 1 }, { line: 20, column: 2 }],
    ]);
    expect(findings[4]?.message.split("\n")).toHaveLength(3);
    expect({ summary, crashed, problems }).toEqual({ summary: { errors: 5, files: 2 }, crashed: false, problems: [] });
  });

  test.each(["1.10.0", "2.4.1"])("a clean run of mypy %s says how many files it checked", (version) =>
    expect(parseMypy(testdata(`clean-${version}.txt`))).toEqual({
      diagnostics: [],
      summary: { errors: 0, files: 1 },
      crashed: false,
      problems: [],
    }));

  test("errors that keep it from checking leave the number of files open", () => {
    expect(parseMypy(testdata("syntax-2.4.1.txt"))).toMatchObject({ summary: { errors: 2, files: undefined } });
    const { diagnostics } = parseMypy(testdata("duplicate-2.4.1.txt"));
    expect(diagnostics).toHaveLength(1);
    expect(diagnostics[0]).toMatchObject({ path: "/repo/y/s.py", line: undefined, severity: "error" });
  });

  test("what was cut off has no summary, and unknown lines are problems", () => {
    const { summary, problems } = parseMypy(testdata("truncated-2.4.1.txt"));
    expect(summary).toBeUndefined();
    expect(problems).toHaveLength(1);
  });

  test("a count that does not fit is a problem", () =>
    expect(parseMypy("Found 2 errors in 1 file (checked 1 source file)\n").problems).toHaveLength(1));

  test("a crash is told from a finding", () =>
    expect(parseMypy("a.py:1: error: INTERNAL ERROR -- Please try using mypy master\n").crashed).toBe(true));
});

test("complaints about the configuration: unknown options are warnings, an unreadable file is a problem", () => {
  expect(parseComplaints(testdata("config-2.4.1.stderr.txt"))).toMatchObject({
    warnings: [expect.stringContaining("Unrecognized option"), expect.stringContaining("out of range")],
    problems: [],
  });
  expect(parseComplaints(testdata("config-broken-2.4.1.stderr.txt")).problems).toHaveLength(1);
  expect(parseComplaints("pyproject.toml: Expected ']' (at line 1, column 11)\n").problems).toHaveLength(1);
});

describe("parseLinePrecision", () => {
  test.each(["1.10.0", "2.4.1"])("adds up the modules of mypy %s", (version) =>
    expect(parseLinePrecision(testdata(`line-precision-${version}.txt`))).toEqual({
      ok: true,
      value: { modules: 2, precise: 15, counted: 18 },
    }));

  test.each([
    "",
    "Name  Lines\n----\n",
    testdata("line-precision-2.4.1.txt").slice(0, -8),
    testdata("line-precision-2.4.1.txt").replace("13", "14"),
  ])("refuses %j", (broken) => expect(parseLinePrecision(broken).ok).toBe(false));
});

fuzzParser("mypy's output", {
  samples: [testdata("found-2.4.1.txt"), testdata("duplicate-2.4.1.txt")],
  reported: (text) => {
    const { diagnostics, problems } = parseMypy(text);
    return diagnostics.map((diagnostic) => mypyFinding(diagnostic, "a.py", source)).length + problems.length;
  },
  most: (text) => text.split("\n").length + 1,
});

fuzzParser("mypy's line precision", {
  samples: [testdata("line-precision-2.4.1.txt")],
  reported: (text) => {
    const read = parseLinePrecision(text);
    return read.ok ? read.value.modules : 0;
  },
  most: (text) => text.split("\n").length,
});
