import { expect, test } from "vitest";
import { statusOf } from "../../../core/check-status.ts";
import { isTrigateError } from "../../../errors/trigate-error.ts";
import { fakeContext } from "../../testing/fake-context.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { runChecker } from "../../testing/run-checker.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { banditChecker } from "./adapter.ts";

const testdata = testdataOf(import.meta.url);
const recorded = (stdout: string, exitCode = 1) =>
  banditChecker.check(fakeContext(banditChecker, { files: ["a.py"], answers: [{ exitCode, stdout, stderr: "" }] }));

requiredCases(banditChecker, {
  red: () => runChecker(banditChecker, { workspace: { "a.py": "eval(input())\n" } }),
  clean: () => runChecker(banditChecker, { workspace: { "a.py": "x = 1\n" } }),
  truncated: () => recorded(testdata("truncated-1.9.4.json")),
  empty: () => recorded("", 0),
});

test("finds and places, says what comments keep out, heeds the configuration", async () => {
  const output = await runChecker(banditChecker, {
    workspace: {
      "pyproject.toml": '[tool.bandit]\nskips = ["B101"]\nexclude_dirs = ["gen"]\n',
      "pkg/a.py": 'x = "é😀"; eval(x)\nassert x\nexec(x)  # nosec\n',
      "gen/b.py": "eval(input())\n",
    },
    files: ["pkg/a.py", "gen/b.py"],
    settings: { config: "pyproject.toml" },
  });
  expect(output.findings).toMatchObject([
    { rule: "B307", severity: "warning", file: "pkg/a.py", range: { start: { line: 1, column: 12 } } },
  ]);
  expect(output.evidence?.summary).toBe("1 files, 1 findings, 1 kept out by # nosec");
  expect(output.filesLookedAt).toEqual(["pkg/a.py"]);
});

test("what is below the least severity does not count", async () => {
  const output = await runChecker(banditChecker, {
    workspace: { "a.py": "assert 1\n" },
    settings: { minimumSeverity: "medium" },
  });
  expect(statusOf(output).outcome).toBe("passed");
  expect(output.findings).toMatchObject([{ rule: "B101", severity: "info" }]);
});

test("a file that it cannot parse is errored, not clean", async () => {
  const output = await runChecker(banditChecker, { workspace: { "a.py": "def (\n", "b.py": "x = 1\n" } });
  expect(statusOf(output)).toMatchObject({
    outcome: "errored",
    message: expect.stringContaining("a.py: syntax error"),
  });
});

test("gives no evidence when all files are excluded", async () => {
  const output = await runChecker(banditChecker, {
    workspace: { "gen/a.py": "eval(input())\n" },
    options: { args: ["--exclude", "gen"] },
  });
  expect(statusOf(output)).toMatchObject({ outcome: "errored", reason: "no-evidence" });
});

test("a configuration that is not there is errored", async () => {
  const run = runChecker(banditChecker, { workspace: { "a.py": "x = 1\n" }, settings: { config: "nope.yaml" } });
  await expect(run).rejects.toSatisfy((error) => isTrigateError(error, "checker/tool-failed"));
});

test("is proposed with the configuration that it would not find by itself", async () => {
  const texts: Record<string, string> = { "pyproject.toml": "[tool.bandit]\n", ".bandit": "[bandit]\n" };
  const facts = (names: readonly string[]) => ({ files: names, readText: async (path: string) => texts[path] });
  expect(await banditChecker.detect(facts(["pyproject.toml", ".bandit"]))).toEqual({
    config: "pyproject.toml",
    ini: ".bandit",
  });
  expect(await banditChecker.detect({ files: ["a.py"], readText: async () => undefined })).toBeUndefined();
});
