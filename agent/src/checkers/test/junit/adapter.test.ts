import { describe, expect, test } from "vitest";
import { statusOf } from "../../../core/check-status.ts";
import { isTrigateError } from "../../../errors/trigate-error.ts";
import { fakeContext } from "../../testing/fake-context.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { runChecker } from "../../testing/run-checker.ts";
import { junitChecker } from "./adapter.ts";

const REPORT =
  '<testsuite name="s"><testcase classname="c" name="good" file="t.js" line="3"/><testcase classname="c" name="bad"><failure message="no"/></testcase></testsuite>';
const GREEN = '<testsuite name="s"><testcase classname="c" name="good"/></testsuite>';
const LCOV = "SF:src/a.js\nDA:1,1\nDA:2,0\nend_of_record\n";

/** A tool that writes the files it is told to and ends with the code it is told to. */
const command = (files: Readonly<Record<string, string>>, exitCode = 0) => [
  process.execPath,
  "--input-type=module",
  "--eval",
  `import { writeFileSync } from "node:fs"; for (const [path, text] of ${JSON.stringify(Object.entries(files))}) writeFileSync(path, text); process.exit(${exitCode})`,
];

describe("any command", () => {
  test("that passes, with coverage", async () => {
    const output = await runChecker(junitChecker, {
      workspace: { "src/a.js": "1\n2\n" },
      options: {
        command: command({ "out.xml": GREEN, "cov.info": LCOV }),
        report: { junit: "out.xml", lcov: "cov.info" },
      },
    });
    expect(statusOf(output)).toMatchObject({ outcome: "passed", message: "1 passed, 0 failed, 0 skipped" });
    expect(output.coverage?.files.map(({ file }) => file)).toEqual(["src/a.js"]);
  });

  test("that fails", async () => {
    const output = await runChecker(junitChecker, {
      workspace: { "t.js": "" },
      options: { command: command({ "out.xml": REPORT }, 1), report: { junit: "out.xml" } },
    });
    expect(statusOf(output).outcome).toBe("failed");
    expect(output.tests).toMatchObject([
      { name: "s > c > good", file: "t.js", line: 3, status: "passed" },
      { name: "s > c > bad", status: "failed", message: "no" },
    ]);
  });

  test("that leaves no report, beside an old one that would be green", async () => {
    const output = await runChecker(junitChecker, {
      workspace: { "out.xml": GREEN },
      options: { command: command({}), report: { junit: "out.xml" } },
    });
    expect(statusOf(output)).toMatchObject({ outcome: "errored", message: expect.stringContaining("before this run") });
  });

  test("whose coverage is missing", async () => {
    const output = await runChecker(junitChecker, {
      workspace: {},
      options: { command: command({ "out.xml": GREEN }), report: { junit: "out.xml" }, coverage: "cov.info" },
    });
    expect(statusOf(output)).toMatchObject({ outcome: "errored", message: expect.stringContaining("cov.info") });
  });

  test("whose coverage is of another project", async () => {
    const output = await runChecker(junitChecker, {
      workspace: {},
      options: {
        command: command({ "out.xml": GREEN, "cov.info": LCOV }),
        report: { junit: "out.xml" },
        coverage: "cov.info",
      },
    });
    expect(statusOf(output)).toMatchObject({ outcome: "errored", message: expect.stringContaining("src/a.js") });
  });

  test("that breaks", async () => {
    const run = runChecker(junitChecker, {
      workspace: {},
      options: { command: command({ "out.xml": GREEN }, 2), report: { junit: "out.xml" } },
    });
    await expect(run).rejects.toSatisfy((error) => isTrigateError(error, "checker/tool-failed"));
  });
});

describe("a report on standard output", () => {
  const check = (stdout: string, exitCode = 0) =>
    junitChecker.check(
      fakeContext(junitChecker, { options: { report: { junit: "" } }, answers: [{ exitCode, stdout, stderr: "" }] }),
    );
  test.each([
    { what: "clean", stdout: GREEN, exitCode: 0, outcome: "passed" },
    { what: "red", stdout: REPORT, exitCode: 1, outcome: "failed" },
    { what: "cut off", stdout: REPORT.slice(0, 60), exitCode: 0, outcome: "errored" },
    { what: "empty", stdout: "", exitCode: 0, outcome: "errored" },
    { what: "without a test", stdout: "<testsuites/>", exitCode: 0, outcome: "errored" },
    { what: "green with a red exit code", stdout: GREEN, exitCode: 1, outcome: "errored" },
  ])("$what is $outcome", async ({ stdout, exitCode, outcome }) =>
    expect(statusOf(await check(stdout, exitCode)).outcome).toBe(outcome));
});

test("a report that was made elsewhere from the same content is read instead of running the command", async () => {
  const context = fakeContext(junitChecker, { options: { report: { junit: "out.xml" } }, texts: { "out.xml": GREEN } });
  const output = await junitChecker.check({ ...context, taken: { exitCode: 0, report: "/repo/out.xml" } });
  expect(statusOf(output).outcome).toBe("passed");
  expect(context.calls).toEqual([]);
});

const printed = (stdout: string, exitCode = 0) =>
  junitChecker.check(
    fakeContext(junitChecker, { options: { report: { junit: "" } }, answers: [{ exitCode, stdout, stderr: "" }] }),
  );

requiredCases(junitChecker, {
  red: () =>
    runChecker(junitChecker, {
      workspace: {},
      options: { command: command({ "out.xml": REPORT }, 1), report: { junit: "out.xml" } },
    }),
  clean: () =>
    runChecker(junitChecker, {
      workspace: {},
      options: { command: command({ "out.xml": GREEN }), report: { junit: "out.xml" } },
    }),
  truncated: () => printed(REPORT.slice(0, 60)),
  empty: () => printed(""),
});
