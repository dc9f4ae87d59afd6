import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { statusOf } from "../../../core/check-status.ts";
import { isTrigateError } from "../../../errors/trigate-error.ts";
import { fakeContext } from "../../testing/fake-context.ts";
import { once } from "../../testing/once.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { runChecker } from "../../testing/run-checker.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { mypyChecker, mypyCoverageChecker } from "./adapter.ts";

const testdata = testdataOf(import.meta.url);
const TYPED = "def f(x: int) -> int:\n    return x\n";
const WRONG = "def f(x: int) -> str:\n    return x\n";
const UNTYPED = `${TYPED}\n\ndef g(a, b):\n    return a + b\n`;
const recorded = (exitCode: number, stdout: string, { stderr = "", files = ["a.py"] } = {}) =>
  mypyChecker.check(fakeContext(mypyChecker, { files, answers: [{ exitCode, stdout, stderr }] }));
const measured = (stdout: string, report: string) =>
  mypyCoverageChecker.check(
    fakeContext(mypyCoverageChecker, {
      files: ["a.py"],
      texts: { "/scratch/lineprecision.txt": report },
      answers: [{ exitCode: 0, stdout, stderr: "" }],
    }),
  );

let state = "";
beforeAll(() => {
  state = mkdtempSync(join(tmpdir(), "trigate-mypy-"));
  vi.stubEnv("TRIGATE_STATE_DIR", state);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(state, { recursive: true, force: true });
});

const found = once(() =>
  runChecker(mypyChecker, {
    workspace: {
      "api/mypy.ini": "[mypy]\nfiles = src\nerror_summary = False\npretty = True\n",
      "api/src/a.py": WRONG,
      "b.py": WRONG,
    },
    options: { cwd: "api" },
  }),
);
const passed = once(() =>
  runChecker(mypyChecker, {
    workspace: { "pyproject.toml": '[tool.mypy]\nfiles = ["a.py"]\n', "a.py": WRONG, "b.py": TYPED },
    settings: { paths: ["b.py"] },
  }),
);
const untyped = once(() => runChecker(mypyCoverageChecker, { workspace: { "a.py": UNTYPED } }));

requiredCases(mypyChecker, {
  red: found,
  clean: passed,
  truncated: () => recorded(1, testdata("truncated-2.4.1.txt")),
  empty: () => recorded(0, ""),
});

requiredCases(mypyCoverageChecker, {
  red: untyped,
  clean: () => runChecker(mypyCoverageChecker, { workspace: { "a.py": TYPED } }),
  truncated: () => measured(testdata("clean-2.4.1.txt"), testdata("line-precision-2.4.1.txt").slice(0, -8)),
  empty: () => measured(testdata("clean-2.4.1.txt"), ""),
  limit: { metric: "type_coverage", written: ">= 90%" },
});

describe("mypy", () => {
  test("finds and places in a package of a monorepo, with its cache outside of the repository", async () => {
    const output = await found();
    expect(output.findings).toMatchObject([
      {
        rule: "return-value",
        file: "api/src/a.py",
        range: { start: { line: 2, column: 12 }, end: { line: 2, column: 13 } },
      },
    ]);
    expect(output.evidence).toMatchObject({ files: 1, exitCode: 1, summary: "1 files, 1 errors" });
    expect(readdirSync(state).length).toBeGreaterThan(0);
  });

  test("checks what it is told to, whatever the configuration names", async () => {
    const output = await passed();
    expect(statusOf(output)).toMatchObject({ outcome: "passed", message: "1 files, 0 errors" });
  });

  test("a syntax error is a finding; an unknown option is shown", async () => {
    const output = await runChecker(mypyChecker, {
      workspace: { "mypy.ini": "[mypy]\nstrct = True\n", "a.py": "def (\n" },
    });
    expect(statusOf(output).outcome).toBe("failed");
    expect(output.findings.map(({ rule, severity }) => [rule, severity])).toContainEqual(["config", "info"]);
    expect(output.findings[0]).toMatchObject({ rule: "syntax", file: "a.py", range: { start: { line: 1 } } });
  });

  test("two modules of one name are errored, with the way out", async () => {
    const output = await recorded(2, testdata("duplicate-2.4.1.txt"));
    expect(statusOf(output)).toMatchObject({ outcome: "errored", message: expect.stringContaining('"paths"') });
  });

  test("a configuration that it cannot read is errored although it answers without it", async () => {
    const workspace = { "mypy.ini": "[mypy]\nstrict", "a.py": TYPED };
    expect(statusOf(await runChecker(mypyChecker, { workspace })).reason).toBe("unreadable-report");
  });

  test.each([
    { what: "nothing to check", workspace: { "mypy.ini": "[mypy]\nfiles = nope\n", "a.py": TYPED } },
    { what: "an unknown argument", workspace: { "a.py": TYPED }, args: ["--no-such-option"] },
  ])("$what is errored", async ({ workspace, args = [] }) => {
    const run = runChecker(mypyChecker, { workspace, options: { args } });
    await expect(run).rejects.toSatisfy((error) => isTrigateError(error, "checker/tool-failed"));
  });

  test("a crash is errored", async () => {
    const said =
      "a.py:1: error: INTERNAL ERROR -- Please try using mypy master\nFound 1 error in 1 file (checked 1 source file)\n";
    await expect(recorded(2, said)).rejects.toSatisfy((error) => isTrigateError(error, "checker/tool-failed"));
  });
});

describe("mypy-coverage", () => {
  test("is the share of lines with precise types; code without annotations counts as not covered", async () => {
    const output = await untyped();
    expect(output.measurements).toMatchObject([{ metric: "type_coverage", unit: "percent", summary: { value: 50 } }]);
    expect(output.evidence?.summary).toBe("2 of 4 lines in 1 modules have precise types");
  });

  test.each([
    { "a.py": "def (\n" },
    { "a.py": "" },
  ])("nothing that could be measured is errored: %j", async (workspace) =>
    expect(statusOf(await runChecker(mypyCoverageChecker, { workspace })).outcome).toBe("errored"));
});
