import { expect, test } from "vitest";
import { statusOf } from "../../../core/check-status.ts";
import { isTrigateError } from "../../../errors/trigate-error.ts";
import { fakeContext } from "../../testing/fake-context.ts";
import { once } from "../../testing/once.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { runChecker } from "../../testing/run-checker.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { solhintChecker } from "./adapter.ts";

const testdata = testdataOf(import.meta.url);
const CONFIG = JSON.stringify({ rules: { "avoid-tx-origin": "error" } });
const HEAD = "// SPDX-License-Identifier: MIT\npragma solidity 0.8.34;\n";

const CONTRACT = `${HEAD}contract A {\n  /* é😀 */ address a = tx.origin;\n}\n`;
const recorded = (exitCode: number, stdout: string) =>
  solhintChecker.check(fakeContext(solhintChecker, { files: ["A.sol"], answers: [{ exitCode, stdout, stderr: "" }] }));

const found = once(() =>
  runChecker(solhintChecker, {
    workspace: { "c/.solhint.json": CONFIG, "c/src/A.sol": CONTRACT },
    files: ["c/src/A.sol"],
    options: { cwd: "c" },
  }),
);
const passed = once(() =>
  runChecker(solhintChecker, { workspace: { ".solhint.json": CONFIG, "src/A.sol": HEAD }, files: ["src/A.sol"] }),
);

requiredCases(solhintChecker, {
  red: found,
  clean: passed,
  truncated: () => recorded(1, testdata("truncated-6.2.4.json")),
  empty: () => recorded(0, ""),
});

test("passes over a clean contract", async () => {
  const output = await passed();
  expect(statusOf(output).outcome).toBe("passed");
  expect(output.evidence).toMatchObject({ files: 1, exitCode: 0 });
});

test("places a finding", async () => {
  const output = await found();
  expect(output.findings).toMatchObject([
    { rule: "avoid-tx-origin", severity: "error", file: "c/src/A.sol", range: { start: { line: 4, column: 25 } } },
  ]);
  expect(CONTRACT.split("\n")[3]?.slice(24)).toMatch(/^tx\.origin/);
});

test.each([
  { what: "a broken configuration", workspace: { ".solhint.json": "x{", "A.sol": HEAD } },
  { what: "a missing configuration", workspace: { "A.sol": HEAD } },
  { what: "ignoring every file", workspace: { ".solhint.json": CONFIG, ".solhintignore": "A.sol\n", "A.sol": HEAD } },
])("$what is errored", async ({ workspace }) => {
  const run = runChecker(solhintChecker, { workspace, files: ["A.sol"] });
  await expect(run).rejects.toSatisfy((error) => isTrigateError(error, "checker/tool-failed"));
});

test("proposes itself where it is configured", async () => {
  const facts = (files: readonly string[]) => ({ files, readText: async () => undefined });
  expect(await solhintChecker.detect(facts(["contracts/.solhint.json"]))).toEqual({ cwd: "contracts" });
  expect(await solhintChecker.detect(facts([".solhint.json"]))).toEqual({});
  expect(await solhintChecker.detect(facts(["A.sol"]))).toBeUndefined();
});
