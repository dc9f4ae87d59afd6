import { expect, test } from "vitest";
import { statusOf } from "../../../core/check-status.ts";
import { isTrigateError } from "../../../errors/trigate-error.ts";
import { fakeContext } from "../../testing/fake-context.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { runChecker } from "../../testing/run-checker.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { flake8Checker } from "./adapter.ts";

const testdata = testdataOf(import.meta.url);
const BAD = "import os\n";
const recorded = ({ report = "", stdout = "", exitCode = 1 }) =>
  flake8Checker.check(
    fakeContext(flake8Checker, {
      files: ["fl.py"],
      texts: { "/scratch/flake8-0.txt": report },
      answers: [{ exitCode, stdout, stderr: "" }],
    }),
  );

requiredCases(flake8Checker, {
  red: () => runChecker(flake8Checker, { workspace: { "a.py": BAD } }),
  clean: () => runChecker(flake8Checker, { workspace: { "a.py": "x = 1\n" } }),
  truncated: () => recorded({ report: testdata("truncated-7.5.0.txt"), stdout: "6\n" }),
  empty: () => recorded({ exitCode: 0 }),
});

test.each(["setup.cfg", "tox.ini", ".flake8"])("heeds %s, and writes nothing where it says to", async (config) => {
  const output = await runChecker(flake8Checker, {
    workspace: {
      [config]:
        "[flake8]\nexclude = gen.py\noutput-file = out.txt\nstatistics = true\nshow-source = true\nformat = pylint\n",
      "pkg/a.py": 'x = "é😀"; y = undefined\n',
      "gen.py": BAD,
    },
    files: ["pkg/a.py", "gen.py"],
    options: { args: ["--select=F"] },
  });
  expect(output.findings).toMatchObject([
    {
      rule: "F821",
      file: "pkg/a.py",
      range: { start: { line: 1, column: 16 } },
      message: "undefined name 'undefined'",
    },
  ]);
  expect(output.evidence).toMatchObject({ files: 1, exitCode: 1 });
  expect(statusOf(output).outcome).toBe("failed");
});

test("a syntax error is a finding, a file that is gone a problem", async () => {
  const output = await runChecker(flake8Checker, { workspace: { "a.py": "def (\n" }, files: ["a.py", "gone.py"] });
  expect(output.findings).toMatchObject([{ rule: "E999", file: "a.py", range: { start: { line: 1 } } }]);
  expect(output.problems).toEqual([expect.stringContaining("gone.py")]);
});

test("counts findings although the configuration asks for exit code 0", async () => {
  const output = await runChecker(flake8Checker, {
    workspace: { ".flake8": "[flake8]\nexit-zero = true\n", "a.py": BAD },
    files: ["a.py"],
  });
  expect(statusOf(output)).toMatchObject({ outcome: "failed", message: "1 finding" });
});

test.each([1, 2])("a configuration that keeps it quiet (%i) is errored, with the way out", async (quiet) => {
  const output = await runChecker(flake8Checker, {
    workspace: { ".flake8": `[flake8]\nquiet = ${quiet}\nexit-zero = true\n`, "a.py": BAD },
    files: ["a.py"],
  });
  expect(statusOf(output)).toMatchObject({ outcome: "errored", message: expect.stringContaining('"quiet"') });
});

test("gives no evidence when all files are excluded", async () => {
  const output = await runChecker(flake8Checker, {
    workspace: { ".flake8": "[flake8]\nexclude = a.py\n", "a.py": BAD },
    files: ["a.py"],
  });
  expect(statusOf(output)).toMatchObject({ outcome: "errored", reason: "no-evidence" });
});

test("a broken configuration is errored", async () => {
  const run = runChecker(flake8Checker, {
    workspace: { ".flake8": "[flake8]\nmax-line-length = x\n", "a.py": "x = 1\n" },
    files: ["a.py"],
  });
  await expect(run).rejects.toSatisfy((error) => isTrigateError(error, "checker/tool-failed"));
});
