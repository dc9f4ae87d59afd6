import { expect, test } from "vitest";
import { statusOf } from "../../../core/check-status.ts";
import { isTrigateError } from "../../../errors/trigate-error.ts";
import { fakeContext } from "../../testing/fake-context.ts";
import { once } from "../../testing/once.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { runChecker } from "../../testing/run-checker.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { secretlintChecker } from "./adapter.ts";

const testdata = testdataOf(import.meta.url);
/** Made up, and put together here so that no file of the repository contains it. */
const TOKEN = ["xoxb", "123456789012", "123456789012", "DyFa2cxEz1b3DyFa2cxEz1b3"].join("-");

const recorded = (exitCode: number, stdout: string) =>
  secretlintChecker.check(
    fakeContext(secretlintChecker, { files: ["a.txt"], answers: [{ exitCode, stdout, stderr: "" }] }),
  );

const found = once(() =>
  runChecker(secretlintChecker, { workspace: { "src/a.txt": `é😀 ${TOKEN}\n`, "b.txt": "nothing\n" } }),
);
const passed = once(() =>
  runChecker(secretlintChecker, { workspace: { "a.txt": "nothing\n", "[b].txt": "nothing\n" } }),
);

requiredCases(secretlintChecker, {
  red: found,
  clean: passed,
  truncated: () => recorded(1, testdata("truncated-13.0.6.json")),
  empty: () => recorded(0, ""),
});

test("passes over files without secrets, with the recommended rules where none are configured", async () => {
  const output = await passed();
  expect(statusOf(output).outcome).toBe("passed");
  expect(output.evidence?.files).toBe(2);
  expect(output.filesLookedAt?.toSorted()).toEqual(["[b].txt", "a.txt"]);
});

test("finds a secret and does not repeat it", async () => {
  const output = await found();
  expect(output.findings).toMatchObject([
    { rule: "slack", file: "src/a.txt", range: { start: { line: 1, column: 5 } } },
  ]);
  expect(statusOf(output).outcome).toBe("failed");
  expect(JSON.stringify(output)).not.toContain(TOKEN);
});

test("heeds the project's own rules", async () => {
  const config = JSON.stringify({
    rules: [
      {
        id: "@secretlint/secretlint-rule-preset-recommend",
        rules: [{ id: "@secretlint/secretlint-rule-slack", allowMessageIds: ["SLACK_TOKEN"] }],
      },
    ],
  });
  const output = await runChecker(secretlintChecker, {
    workspace: { ".secretlintrc.json": config, "a.txt": TOKEN },
    files: ["a.txt"],
  });
  expect(statusOf(output).outcome).toBe("passed");
});

test("gives no evidence when it ignores all that it was handed", async () => {
  const output = await runChecker(secretlintChecker, {
    workspace: { ".secretlintignore": "a.txt\n", "a.txt": TOKEN },
    files: ["a.txt"],
  });
  expect(statusOf(output)).toMatchObject({ outcome: "errored", reason: "no-evidence" });
});

test("a broken configuration is errored", async () => {
  const run = runChecker(secretlintChecker, {
    workspace: { ".secretlintrc.json": "x{", "a.txt": "nothing\n" },
    files: ["a.txt"],
  });
  await expect(run).rejects.toSatisfy((error) => isTrigateError(error, "checker/tool-failed"));
});
