import { describe, expect, test } from "vitest";
import { statusOf } from "../../../core/check-status.ts";
import { isTrigateError } from "../../../errors/trigate-error.ts";
import type { Checker } from "../../checker.ts";
import { applyFix } from "../../testing/apply-fix.ts";
import { fakeContext } from "../../testing/fake-context.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { runChecker } from "../../testing/run-checker.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { ruffChecker, ruffFormatChecker } from "./adapter.ts";

const testdata = testdataOf(import.meta.url);
const recorded = (checker: Checker, exitCode: number, stdout: string) =>
  checker.check(fakeContext(checker, { files: ["a.py"], answers: [{ exitCode, stdout, stderr: "" }] }));

requiredCases(ruffChecker, {
  red: () => runChecker(ruffChecker, { workspace: { "a.py": "import os\n" } }),
  clean: () => runChecker(ruffChecker, { workspace: { "a.py": "x = 1\n" } }),
  truncated: () => recorded(ruffChecker, 1, testdata("truncated-0.17.6.json")),
  empty: () => recorded(ruffChecker, 0, ""),
});

requiredCases(ruffFormatChecker, {
  red: () => runChecker(ruffFormatChecker, { workspace: { "a.py": "x  = 1\n" } }),
  clean: () => runChecker(ruffFormatChecker, { workspace: { "a.py": "x = 1\n" } }),
  truncated: () => recorded(ruffFormatChecker, 1, testdata("truncated-0.17.6.json")),
  empty: () => recorded(ruffFormatChecker, 0, ""),
});

describe("ruff", () => {
  test("passes over a clean file", async () => {
    const output = await runChecker(ruffChecker, { workspace: { "a.py": "x = 1\n" } });
    expect(statusOf(output).outcome).toBe("passed");
    expect(output.evidence).toMatchObject({ files: 1, exitCode: 0 });
  });

  test("finds, places and mends", async () => {
    const text = 'name = "é😀"; import os\n';
    const output = await runChecker(ruffChecker, {
      workspace: { "pkg/a.py": text },
      settings: {},
      options: { args: ["--select", "F401"] },
    });
    expect(output.findings).toMatchObject([
      { rule: "F401", file: "pkg/a.py", range: { start: { line: 1, column: 22 } } },
    ]);
    expect(applyFix(text, output.findings[0]?.fix)).toBe('name = "é😀"; \n');
  });

  test("reports, and changes nothing, where the configuration says to fix", async () => {
    const text = "import os\n";
    const output = await runChecker(ruffChecker, { workspace: { "ruff.toml": "fix = true\n", "a.py": text } });
    expect(output.findings).toMatchObject([{ rule: "F401", file: "a.py" }]);
    expect(applyFix(text, output.findings[0]?.fix)).toBe("");
  });

  test("gives no evidence when all files are excluded", async () => {
    const output = await runChecker(ruffChecker, {
      workspace: { "ruff.toml": 'exclude = ["a.py"]\n', "a.py": "import os\n" },
      files: ["a.py"],
    });
    expect(statusOf(output)).toMatchObject({ outcome: "errored", reason: "no-evidence" });
  });

  test("a broken configuration is errored", async () => {
    const run = runChecker(ruffChecker, { workspace: { "ruff.toml": "x{", "a.py": "x = 1\n" }, files: ["a.py"] });
    await expect(run).rejects.toSatisfy((error) => isTrigateError(error, "checker/tool-failed"));
  });

  test("a file that is gone is a problem, not a finding", async () => {
    const output = await runChecker(ruffChecker, { workspace: { "a.py": "x = 1\n" }, files: ["a.py", "gone.py"] });
    expect(statusOf(output)).toMatchObject({ outcome: "errored", reason: "unreadable-report" });
  });

  test("a report cut off in the middle is errored", async () => {
    const answers = [{ exitCode: 1, stdout: testdata("truncated-0.17.6.json"), stderr: "" }];
    expect(statusOf(await ruffChecker.check(fakeContext(ruffChecker, { files: ["a.py"], answers }))).reason).toBe(
      "unreadable-report",
    );
  });
});

describe("ruff-format", () => {
  test("passes over a formatted file", async () => {
    expect(statusOf(await runChecker(ruffFormatChecker, { workspace: { "a.py": "x = 1\n" } })).outcome).toBe("passed");
  });

  test("finds and formats", async () => {
    const text = "x = 1\ndef f( a ):\n  return a\n";
    const output = await runChecker(ruffFormatChecker, { workspace: { "a.py": text } });
    expect(output.findings).toMatchObject([{ rule: "unformatted", file: "a.py" }]);
    expect(applyFix(text, output.findings[0]?.fix)).toBe("x = 1\n\n\ndef f(a):\n    return a\n");
  });

  test("a syntax error is a finding at its place", async () => {
    const output = await runChecker(ruffFormatChecker, { workspace: { "a.py": "def (\n" } });
    expect(output.findings[0]).toMatchObject({ rule: "invalid-syntax", range: { start: { line: 1, column: 5 } } });
    expect(statusOf(output).outcome).toBe("failed");
  });
});

describe("proposal", () => {
  const facts = (files: readonly string[], pyproject = "") => ({ files, readText: async () => pyproject });
  test("where Ruff is configured", async () => {
    expect(await ruffChecker.detect(facts(["ruff.toml"]))).toEqual({});
    expect(await ruffChecker.detect(facts([], "[tool.ruff.lint]\n"))).toEqual({});
    expect(await ruffChecker.detect(facts(["a.py"], "[tool.black]\n"))).toBeUndefined();
  });
});
