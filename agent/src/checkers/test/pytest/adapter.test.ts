import { expect, test } from "vitest";
import { statusOf } from "../../../core/check-status.ts";
import { isTrigateError } from "../../../errors/trigate-error.ts";
import { fakeContext } from "../../testing/fake-context.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { runChecker } from "../../testing/run-checker.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { pytestChecker } from "./adapter.ts";

const SOURCE = "def sign(x):\n    if x > 0:\n        return 1\n    return -1\n";
const testOf = (body: string) => `from sign import sign\n\n\ndef test_sign():\n    ${body}\n`;
const INI = "[pytest]\npythonpath = .\ntestpaths = tests\n";
const testdata = testdataOf(import.meta.url);
const recorded = (exitCode: number, { report = "", stderr = "" }) =>
  pytestChecker.check(
    fakeContext(pytestChecker, {
      files: ["tests/test_core.py"],
      texts: report === "" ? {} : { "/scratch/pytest.xml": report },
      answers: [{ exitCode, stdout: "", stderr }],
    }),
  );
const oneTest = (body: string) =>
  runChecker(pytestChecker, { workspace: { "pytest.ini": "[pytest]\n", "test_x.py": `def test_x():\n    ${body}\n` } });

requiredCases(pytestChecker, {
  red: () => oneTest("assert False"),
  clean: () => oneTest("assert True"),
  truncated: () => recorded(1, { report: testdata("truncated-9.2.0.xml") }),
  empty: () => recorded(0, {}),
});

test("tells which test ran which line, on request, and leaves no data file behind", async () => {
  const workspace = { "pytest.ini": INI, "sign.py": SOURCE, "tests/test_sign.py": testOf("assert sign(2) == 1") };
  const output = await runChecker(pytestChecker, {
    workspace,
    settings: { source: "sign", contexts: true },
    options: { coverage: "cov.json" },
    prepare: async (folder, run) => {
      // Data of an earlier run, which must not be counted.
      await run(["sh", "-c", "printf nonsense > .coverage"], { cwd: folder });
    },
  });
  expect(statusOf(output).outcome).toBe("passed");
  expect(JSON.stringify(output.coverage, (_key, value) => (value instanceof Map ? [...value] : value))).toContain(
    "tests/test_sign.py::test_sign",
  );
});

test("contexts without a report that can hold them are errored, with the way out", async () => {
  const workspace = { "pytest.ini": INI, "sign.py": SOURCE, "tests/test_sign.py": testOf("assert sign(2) == 1") };
  const output = await runChecker(pytestChecker, { workspace, settings: { contexts: true } });
  expect(statusOf(output)).toMatchObject({ outcome: "errored", message: expect.stringContaining(".json") });
});

test.each([
  { option: "--cov --cov-branch --cov-report=lcov:cov.info", packageName: "pytest-cov" },
  { option: "-n4", packageName: "pytest-xdist" },
  { option: "--timeout=3", packageName: "pytest-timeout" },
])("a plugin that is missing is named: $packageName", async ({ option, packageName }) => {
  const output = await recorded(4, {
    stderr: `ERROR: usage: pytest\npytest: error: unrecognized arguments: ${option}\n`,
  });
  expect(statusOf(output)).toMatchObject({
    outcome: "errored",
    message: expect.stringContaining(`pip install ${packageName}`),
  });
});

test.each([3, 4, 7])("exit code %i is errored whatever the report says", async (exitCode) => {
  await expect(recorded(exitCode, { report: testdata("found-9.2.0.xml") })).rejects.toSatisfy((error) =>
    isTrigateError(error, "checker/tool-failed"),
  );
});

test("a run that was broken off is errored although no test failed", async () => {
  const output = await recorded(2, { report: testdata("xdist-3.8.0.xml").replace(/<failure[\s\S]*?<\/failure>/, "") });
  expect(statusOf(output)).toMatchObject({ outcome: "errored", message: expect.stringContaining("exit code 2") });
});

test("a test that ends the process is errored, even when it ends it with 0", async () => {
  await expect(oneTest("import os; os._exit(0)")).rejects.toSatisfy((error) =>
    isTrigateError(error, "checker/tool-failed"),
  );
});

test("how long each test took", async () => {
  const output = await oneTest("import time; time.sleep(0.02)");
  expect(output.tests?.[0]?.durationMs).toBeGreaterThan(0);
});

test("coverage of which nothing was measured is errored", async () => {
  const workspace = { "pytest.ini": INI, "sign.py": SOURCE, "tests/test_sign.py": "def test_sign():\n    pass\n" };
  const output = await runChecker(pytestChecker, {
    workspace,
    settings: { source: "nope" },
    options: { coverage: "cov.info" },
  });
  expect(statusOf(output).outcome).toBe("errored");
});

test.each(["cov.info", "cov.json"])("passes, with coverage in %s", async (coverage) => {
  const workspace = { "pytest.ini": INI, "sign.py": SOURCE, "tests/test_sign.py": testOf("assert sign(2) == 1") };
  const output = await runChecker(pytestChecker, { workspace, settings: { source: "sign" }, options: { coverage } });
  expect(statusOf(output)).toMatchObject({ outcome: "passed", message: "1 passed, 0 failed, 0 skipped" });
  expect(output.tests).toMatchObject([{ name: "test_sign", file: "tests/test_sign.py", line: 4 }]);
  expect(output.coverage?.files.map(({ file, lines }) => [file, [...lines]])).toEqual([
    [
      "sign.py",
      [
        [1, 1],
        [2, 1],
        [3, 1],
        [4, 0],
      ],
    ],
  ]);
});

test("fails at the line that failed, in a package of a monorepo too", async () => {
  const workspace = {
    "api/pytest.ini": INI,
    "api/sign.py": SOURCE,
    "api/tests/test_sign.py": testOf("assert sign(-2) == 1"),
  };
  const output = await runChecker(pytestChecker, { workspace, options: { cwd: "api" } });
  expect(statusOf(output).outcome).toBe("failed");
  expect(output.tests).toMatchObject([{ file: "api/tests/test_sign.py", line: 5, status: "failed" }]);
});

test("names files from the root when pytest is configured above the folder that it runs in", async () => {
  const workspace = {
    "pytest.ini": "[pytest]\n",
    "api/sign.py": SOURCE,
    "api/v1/test_sign.py": testOf("assert sign(-2) == 1").replace("from sign", "from api.sign"),
  };
  const output = await runChecker(pytestChecker, { workspace, options: { cwd: "api", args: ["-o", "pythonpath=."] } });
  expect(output.tests).toMatchObject([{ file: "api/v1/test_sign.py", line: 5, status: "failed" }]);
});

test("tells the failed line although the configuration leaves tracebacks out", async () => {
  const workspace = {
    "pytest.ini": `${INI}addopts = --tb=no\n`,
    "sign.py": SOURCE,
    "tests/test_sign.py": testOf("x = sign(-2)\n    assert x == 1"),
  };
  const output = await runChecker(pytestChecker, { workspace });
  expect(output.tests).toMatchObject([{ file: "tests/test_sign.py", line: 6, status: "failed" }]);
});

test("a module that cannot be imported is a failed test", async () => {
  const output = await runChecker(pytestChecker, {
    workspace: { "pytest.ini": INI, "tests/test_x.py": "import nope\n" },
  });
  expect(statusOf(output).outcome).toBe("failed");
  expect(output.tests).toMatchObject([{ file: "tests/test_x.py", line: 1 }]);
});

test("no test at all is errored", async () => {
  expect(
    statusOf(await runChecker(pytestChecker, { workspace: { "pytest.ini": "[pytest]\n", "sign.py": SOURCE } })),
  ).toMatchObject({ outcome: "errored", reason: "no-tests" });
});

test("a coverage limit of pytest-cov's own that is missed is errored although every test passed", async () => {
  const workspace = { "pytest.ini": INI, "sign.py": SOURCE, "tests/test_sign.py": testOf("assert sign(2) == 1") };
  const output = await runChecker(pytestChecker, {
    workspace,
    settings: { source: "sign" },
    options: { coverage: "cov.info", args: ["--cov-fail-under=100"] },
  });
  expect(statusOf(output)).toMatchObject({ outcome: "errored", reason: "unreadable-report" });
});

test("a broken configuration is errored", async () => {
  const run = runChecker(pytestChecker, {
    workspace: { "pytest.ini": "[pytest]\naddopts = --no-such-option\n", "tests/test_x.py": "def test(): pass\n" },
  });
  await expect(run).rejects.toSatisfy((error) => isTrigateError(error, "checker/tool-failed"));
});
