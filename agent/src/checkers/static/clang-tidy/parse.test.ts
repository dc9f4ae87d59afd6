import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { applyFix } from "../../testing/apply-fix.ts";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { TextPositions } from "../../reading/text-positions.ts";
import { parseExportedFixes, tidyFinding } from "./parse.ts";

const testdata = testdataOf(import.meta.url);

describe("parseExportedFixes", () => {
  test.each([
    {
      recorded: "found-23.1.4.yaml",
      rules: [
        "modernize-use-override",
        "modernize-use-nullptr",
        "modernize-use-nullptr",
        "readability-braces-around-statements",
      ],
    },
    { recorded: "compile-error-23.1.4.yaml", rules: ["clang-diagnostic-error", "clang-diagnostic-error"] },
    {
      recorded: "no-files-23.1.4.yaml",
      rules: ["clang-diagnostic-error", "clang-diagnostic-error", "clang-diagnostic-error"],
    },
  ])("$recorded", ({ recorded, rules }) => {
    const { diagnostics, problems } = parseExportedFixes(testdata(recorded));
    expect(problems).toEqual([]);
    expect(diagnostics.map(({ rule }) => rule)).toEqual(rules);
  });

  test.each([testdata("truncated-23.1.4.yaml"), "", "Diagnostics: 3", "{"])("refuses %j", (text) => {
    expect(parseExportedFixes(text)).toMatchObject({ diagnostics: [], problems: [expect.any(String)] });
  });

  test("the same finding of two including files comes once", () => {
    const text = testdata("found-23.1.4.yaml");
    const entries = text.slice(text.indexOf("  - DiagnosticName"), text.indexOf("..."));
    expect(parseExportedFixes(text.replace("...", `${entries}...`)).diagnostics).toHaveLength(4);
  });

  test("never throws", () => {
    fc.assert(fc.property(fc.string(), (text) => void parseExportedFixes(text)));
  });
});

describe("tidyFinding", () => {
  const text = testdata("a.cc.txt");
  const source = new TextPositions(text);
  const { diagnostics } = parseExportedFixes(testdata("found-23.1.4.yaml"));
  const findings = diagnostics
    .filter(({ path }) => path === "/repo/a.cc")
    .map((diagnostic) => tidyFinding(diagnostic, "a.cc", source));

  test("turns byte offsets into UTF-16 columns", () => {
    expect(findings[0]?.range?.start).toEqual({ line: 3, column: 35 });
  });

  test("carries a fix that works, of several edits too", () => {
    expect(applyFix(text, findings[0]?.fix)).toBe(text.replace("p = 0", "p = nullptr"));
    expect(applyFix(text, findings[2]?.fix)).toBe(
      text.replace("if (p == 0) return f(1);", "if (p == 0) { return f(1);\n}"),
    );
  });

  test("links to the page of its check", () => {
    expect(findings[0]?.url).toBe("https://clang.llvm.org/extra/clang-tidy/checks/modernize/use-nullptr.html");
  });
});

fuzzParser("clang-tidy's exported fixes", {
  samples: ["found", "compile-error", "no-files"].map((name) => testdata(`${name}-23.1.4.yaml`)),
  reported: (text) => parseExportedFixes(text).diagnostics.length,
});
