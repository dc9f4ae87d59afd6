import { expect, test } from "vitest";
import { statusOf } from "../../../core/check-status.ts";
import { isTrigateError } from "../../../errors/trigate-error.ts";
import { runChecker } from "../../testing/run-checker.ts";
import { pytestChecker } from "./adapter.ts";

const SOURCE = "def sign(x):\n    if x > 0:\n        return 1\n    return -1\n";
const testOf = (body: string) => `from sign import sign\n\n\ndef test_sign():\n    ${body}\n`;
const INI = "[pytest]\npythonpath = .\ntestpaths = tests\n";

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
