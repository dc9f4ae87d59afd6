import { expect, test } from "vitest";
import { statusOf } from "../../../core/check-status.ts";
import { isTrigateError } from "../../../errors/trigate-error.ts";
import { applyFix } from "../../testing/apply-fix.ts";
import { fakeContext } from "../../testing/fake-context.ts";
import { once } from "../../testing/once.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { runChecker } from "../../testing/run-checker.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { blackChecker } from "./adapter.ts";

const testdata = testdataOf(import.meta.url);
const UNFORMATTED = 'name = "é😀"\ndef f( a ):\n  return a\n';
const recorded = (exitCode: number, stderr: string) =>
  blackChecker.check(fakeContext(blackChecker, { files: ["ok.py"], answers: [{ exitCode, stdout: "", stderr }] }));

const found = once(() =>
  runChecker(blackChecker, {
    workspace: {
      "pyproject.toml": '[tool.black]\nquiet = true\nforce-exclude = "gen"\n',
      "pkg/a.py": UNFORMATTED,
      "pkg/gen.py": UNFORMATTED,
      "b.py": "x = 1\n",
    },
    files: ["pkg/a.py", "pkg/gen.py", "b.py"],
  }),
);

requiredCases(blackChecker, {
  red: found,
  clean: () => runChecker(blackChecker, { workspace: { "a.py": "x = 1\n" } }),
  truncated: () => recorded(1, testdata("truncated-26.10.1.txt")),
  empty: () => recorded(0, ""),
});

test("finds, places and formats, and leaves out what the configuration forces out", async () => {
  const output = await found();
  expect(output.findings).toMatchObject([
    { rule: "format", file: "pkg/a.py", range: { start: { line: 2, column: 1 } } },
  ]);
  expect(applyFix(UNFORMATTED, output.findings[0]?.fix)).toBe('name = "é😀"\n\n\ndef f(a):\n    return a\n');
  expect(output.evidence).toMatchObject({ files: 2, exitCode: 1 });
  expect(new Set(output.filesLookedAt)).toEqual(new Set(["pkg/a.py", "b.py"]));
});

test("a syntax error is a finding at its place beside the others; an unknown key is shown", async () => {
  const output = await runChecker(blackChecker, {
    workspace: { "pyproject.toml": "[tool.black]\nzzz = 1\n", "a.py": "x  = 1\n", "s.py": '"é😀"; def (\n' },
    files: ["a.py", "s.py"],
  });
  expect(output.findings.map(({ rule, severity, file, range }) => [rule, severity, file, range?.start])).toEqual([
    ["syntax", "error", "s.py", { line: 1, column: expect.any(Number) }],
    ["format", "error", "a.py", { line: 1, column: 1 }],
    ["config", "info", "", undefined],
  ]);
  expect(statusOf(output).outcome).toBe("failed");
});

test("gives no evidence when all files are kept out", async () => {
  const output = await runChecker(blackChecker, {
    workspace: { "pyproject.toml": '[tool.black]\nforce-exclude = "a"\n', "a.py": UNFORMATTED },
    files: ["a.py"],
  });
  expect(statusOf(output)).toMatchObject({ outcome: "errored", reason: "no-evidence" });
});

test.each([
  { what: "a broken configuration", workspace: { "pyproject.toml": "[tool.black\n", "a.py": "x = 1\n" } },
  { what: "a file that is gone", workspace: { "pyproject.toml": "", "b.py": "x = 1\n" } },
])("$what is errored", async ({ workspace }) => {
  const run = runChecker(blackChecker, { workspace, files: ["a.py"] });
  await expect(run).rejects.toSatisfy((error) => isTrigateError(error, "checker/tool-failed"));
});

test("a file that cannot be read as text is a problem", async () => {
  expect(statusOf(await recorded(123, testdata("encoding-26.10.1.txt")))).toMatchObject({
    outcome: "errored",
    reason: "unreadable-report",
  });
});

test.each([
  { what: "line ends of Windows", text: "x  = 1\r\ny = 2\r\n", formatted: "x = 1\r\ny = 2\r\n" },
  { what: "no end of the last line", text: "x = 1\ny  = 2", formatted: "x = 1\ny = 2\n" },
])("formats $what", async ({ text, formatted }) => {
  const output = await runChecker(blackChecker, { workspace: { "a.py": text } });
  expect(applyFix(text, output.findings[0]?.fix)).toBe(formatted);
});
