import { describe, expect, test } from "vitest";
import { applyFix } from "../../testing/apply-fix.ts";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { TextPositions } from "../../reading/text-positions.ts";
import { isReadFailure, parseRuffJson, ruffFinding } from "./parse.ts";

const testdata = testdataOf(import.meta.url);
const text = testdata("a.py.txt");
const source = new TextPositions(text);

function findings(recorded: string) {
  const read = parseRuffJson(testdata(recorded));
  if (!read.ok) throw new Error(read.problem);
  return read.value
    .filter(({ filename }) => filename === "/repo/a.py")
    .map((diagnostic) => ruffFinding(diagnostic, "a.py", source));
}

describe("parseRuffJson", () => {
  test("a clean report is an empty list", () =>
    expect(parseRuffJson(testdata("check-clean-0.17.6.json"))).toEqual({ ok: true, value: [] }));
  test.each([testdata("truncated-0.17.6.json"), "", "{}", '[{"code": 3}]'])("refuses %j", (broken) =>
    expect(parseRuffJson(broken).ok).toBe(false));
  test("tells a file that could not be read from a finding", () => {
    const read = parseRuffJson(testdata("check-missing-0.17.6.json"));
    expect(read.ok && read.value.map(isReadFailure)).toEqual([true]);
  });
});

describe("ruffFinding", () => {
  test("carries rule, place, link and a fix that works", () => {
    const found = findings("check-found-0.17.6.json");
    expect(found.map(({ rule }) => rule)).toEqual(["F401", "F401", "F541"]);
    expect(found[0]).toMatchObject({
      range: { start: { line: 1, column: 8 }, end: { line: 1, column: 10 } },
      url: "https://docs.astral.sh/ruff/rules/unused-import",
    });
    expect(applyFix(text, found[0]?.fix)).toBe(text.replace("import os\n", ""));
    expect(applyFix(text, found[2]?.fix)).toBe(text.replace('f"x"', '"x"'));
  });

  test("turns code points into UTF-16 columns", () => {
    const [unformatted] = findings("format-found-0.17.6.json");
    expect(unformatted?.range?.start).toEqual({ line: 4, column: 13 });
    expect(applyFix(text, unformatted?.fix)).toContain('name = "é😀"\nvalue = eval("1")\n');
  });

  test("leaves fixes that are not safe alone", () => {
    const read = parseRuffJson(testdata("check-found-0.17.6.json"));
    const [first] = read.ok ? read.value : [];
    if (!first?.fix) throw new Error("the recording has a fix");
    expect(
      ruffFinding({ ...first, fix: { ...first.fix, applicability: "unsafe" } }, "a.py", source).fix,
    ).toBeUndefined();
  });
});

fuzzParser("Ruff's JSON", {
  samples: [testdata("check-found-0.17.6.json"), testdata("format-found-0.17.6.json")],
  reported: (report) => {
    const read = parseRuffJson(report);
    return read.ok ? read.value.map((diagnostic) => ruffFinding(diagnostic, "a.py", source)).length : 0;
  },
});
