import { describe, expect, test } from "vitest";
import { statusOf } from "../../../core/check-status.ts";
import { isTrigateError } from "../../../errors/trigate-error.ts";
import { applyFix } from "../../testing/apply-fix.ts";
import { fakeContext } from "../../testing/fake-context.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { type CheckerRun, repositoryTools, runChecker } from "../../testing/run-checker.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { genericChecker } from "./adapter.ts";

const testdata = testdataOf(import.meta.url);

async function programOf(found: Promise<readonly string[] | undefined>): Promise<readonly string[]> {
  const program = await found;
  if (program === undefined)
    throw new Error("a tool of this repository is not installed; run: npm run setup -- --tools");
  return program;
}

const ruff = async (...files: string[]) => [
  ...(await programOf(repositoryTools().python("ruff"))),
  "check",
  "--no-cache",
  "--isolated",
  "--output-format",
  "sarif",
  ...files,
];

const asRuff = async (workspace: CheckerRun["workspace"]) =>
  runChecker(genericChecker, { workspace, options: { command: await ruff("."), report: { sarif: "" } } });

requiredCases(genericChecker, {
  red: () => asRuff({ "a.py": "import os\n" }),
  clean: () => asRuff({ "a.py": "x = 1\n" }),
  truncated: () => printed(testdata("ruff-0.17.6.sarif").slice(0, 400), { format: "sarif" }),
  empty: () => printed("", { format: "sarif" }),
});

/** A command that printed this. */
function printed(
  stdout: string,
  settings: Record<string, unknown>,
  { exitCode = 0, stderr = "", files = ["a.c"] } = {},
) {
  return genericChecker.check(
    fakeContext(genericChecker, { settings, files, answers: [{ exitCode, stdout, stderr }] }),
  );
}

describe("SARIF of a real tool", () => {
  test("is placed, told the metric, and mended", async () => {
    const text = 'x = "é😀"; import os\n';
    const output = await runChecker(genericChecker, {
      workspace: { "src/a.py": text },
      settings: { metric: "security_issues" },
      options: { cwd: "src", command: await ruff("a.py"), report: { sarif: "" } },
    });
    expect(output.findings).toContainEqual(
      expect.objectContaining({
        rule: "F401",
        metric: "security_issues",
        severity: "error",
        file: "src/a.py",
        url: expect.stringContaining("https://docs.astral.sh/ruff/rules/"),
      }),
    );
    const unused = output.findings.find(({ rule }) => rule === "F401");
    expect(unused?.range?.start.line).toBe(1);
    expect(applyFix(text, unused?.fix)).not.toContain("import os");
  });

  test("left in a file", async () => {
    const output = await runChecker(genericChecker, {
      workspace: { "a.py": "import os\n" },
      options: { command: await ruff("a.py", "--output-file", "out.sarif"), report: { sarif: "out.sarif" } },
    });
    expect(statusOf(output)).toMatchObject({ outcome: "failed" });
  });

  test("from before the run is none", async () => {
    const output = await runChecker(genericChecker, {
      workspace: { "a.py": "x = 1\n", "old.sarif": testdata("ruff-0.17.6.sarif") },
      options: { command: await ruff("a.py"), report: { sarif: "old.sarif" } },
    });
    expect(statusOf(output)).toMatchObject({ outcome: "errored", message: expect.stringContaining("before this run") });
  });
});

describe("exit codes", () => {
  const sarif = (run: object) =>
    JSON.stringify({ version: "2.1.0", runs: [{ tool: { driver: { name: "t" } }, ...run }] });
  test.each([
    { what: "no result and 0", run: { results: [] }, exitCode: 0, outcome: "passed" },
    {
      what: "no result and the word of success",
      run: { invocations: [{ executionSuccessful: true }] },
      exitCode: 0,
      outcome: "passed",
    },
    { what: "neither results nor success", run: {}, exitCode: 0, outcome: "errored" },
    { what: "results that were never written", run: { results: null }, exitCode: 0, outcome: "errored" },
    {
      what: "a run that failed",
      run: { results: [], invocations: [{ executionSuccessful: false }] },
      exitCode: 0,
      outcome: "errored",
    },
    { what: "no result and 1", run: { results: [] }, exitCode: 1, outcome: "errored" },
    { what: "a result and 0", run: { results: [{ message: { text: "x" } }] }, exitCode: 0, outcome: "failed" },
    { what: "a note", run: { results: [{ level: "note", message: { text: "x" } }] }, exitCode: 0, outcome: "passed" },
  ])("$what is $outcome", async ({ run, exitCode, outcome }) =>
    expect(statusOf(await printed(sarif(run), { format: "sarif" }, { exitCode })).outcome).toBe(outcome));

  test("that the configuration does not name break the check", async () => {
    const settings = { format: "sarif", exitCodes: { clean: [0], findings: [4] } };
    await expect(printed(sarif({ results: [] }), settings, { exitCode: 1 })).rejects.toSatisfy((error) =>
      isTrigateError(error, "checker/tool-failed"),
    );
    expect(
      statusOf(await printed(sarif({ results: [{ message: { text: "x" } }] }), settings, { exitCode: 4 })),
    ).toMatchObject({
      outcome: "failed",
    });
  });

  test("without a report's format there is nothing to read", async () =>
    expect(statusOf(await printed("", {}))).toMatchObject({
      outcome: "errored",
      message: expect.stringContaining("say what the command reports"),
    }));
});

describe("Checkstyle of a real tool", () => {
  test("shellcheck", async () => {
    const shellcheck = await programOf(repositoryTools().python("shellcheck"));
    const output = await runChecker(genericChecker, {
      workspace: { "bin/a.sh": "#!/bin/sh\necho $1\nread x\n" },
      settings: { passFiles: true },
      options: { command: [...shellcheck, "--format=checkstyle"], report: { checkstyle: "" } },
    });
    expect(output.findings).toMatchObject([
      { rule: "ShellCheck.SC2086", severity: "info", file: "bin/a.sh", range: { start: { line: 2, column: 6 } } },
      { rule: "ShellCheck.SC2162", severity: "info" },
      { rule: "ShellCheck.SC2034", severity: "warning", message: expect.stringContaining("(or export") },
    ]);
    expect(output.evidence).toMatchObject({ files: 1, exitCode: 1 });
  });

  test.each([
    { what: "cut off", text: testdata("shellcheck-0.11.0.checkstyle.xml").slice(0, 300) },
    { what: "something else", text: "<testsuites/>" },
    {
      what: "a file that could not be read",
      text: "<checkstyle><file name='a'><exception>no\n at x</exception></file></checkstyle>",
    },
  ])("$what is errored", async ({ text }) =>
    expect(statusOf(await printed(text, { format: "checkstyle" })).outcome).toBe("errored"));
});

describe("a problem matcher", () => {
  test("reads what a real compiler prints", async () => {
    const output = await runChecker(genericChecker, {
      workspace: { "native/a.c": "int f(int a){ int unused = 1; return b; }\n" },
      settings: { matcher: "$gcc", metric: "type_errors" },
      options: {
        cwd: "native",
        command: [...(await programOf(repositoryTools().path("g++"))), "-Wall", "-fsyntax-only", "a.c"],
        report: { "problem-matcher": "" },
      },
      env: { LC_ALL: "C" },
    });
    expect(output.findings).toMatchObject([
      { severity: "error", file: "native/a.c", metric: "type_errors", range: { start: { line: 1, column: 38 } } },
      { rule: "-Wunused-variable", severity: "warning", range: { start: { line: 1, column: 19 } } },
    ]);
    expect(statusOf(output).outcome).toBe("failed");
  });

  test("without a matching line and with exit code 0 is clean, with exit code 1 errored", async () => {
    const settings = { format: "problem-matcher", matcher: "$gcc" };
    expect(statusOf(await printed("all fine\n", settings))).toMatchObject({
      outcome: "passed",
      message: "0 problems in 1 lines",
    });
    expect(statusOf(await printed("a.c: error", settings, { exitCode: 1 }))).toMatchObject({
      outcome: "errored",
      message: expect.stringContaining("none of the 1 lines"),
    });
  });

  test("without a matcher is errored", async () =>
    expect(statusOf(await printed("x", { format: "problem-matcher" })).outcome).toBe("errored"));

  test("reports a problem once that two units tell of, and leaves colours aside", async () => {
    const line = "\u001b[1ma.c:1:2:\u001b[0m warning: twice";
    const output = await printed(
      `${line}\n${line}\n`,
      { format: "problem-matcher", matcher: "$gcc" },
      { stderr: line },
    );
    expect(output.findings).toMatchObject([{ file: "a.c", message: "twice" }]);
  });

  test("whose expression backtracks for ever is stopped, with the line and the way out", async () => {
    const matcher = { pattern: { regexp: "^(a+)+:(.*)$", file: 1, line: 1 } };
    const settings = { format: "problem-matcher", matcher, matchTimeoutMs: 100 };
    const output = await printed(`fine\n${"a".repeat(60)}b\n`, settings);
    expect(statusOf(output)).toMatchObject({ outcome: "errored", message: expect.stringContaining("on line 2") });
  });
});

test("it feeds the metric of its settings only", () => {
  expect(genericChecker.feedsWith?.({})).toEqual(["code_style"]);
  expect(genericChecker.feedsWith?.({ metric: "type_errors" })).toEqual(["type_errors"]);
});
