import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { statusOf } from "../../../core/check-status.ts";
import { isTrigateError } from "../../../errors/trigate-error.ts";
import { applyFix } from "../../testing/apply-fix.ts";
import { fakeContext } from "../../testing/fake-context.ts";
import { once } from "../../testing/once.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { REPOSITORY, runChecker } from "../../testing/run-checker.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { prettierChecker } from "./adapter.ts";

const testdata = testdataOf(import.meta.url);
const UNFORMATTED = 'export const one = 1;\nexport function f( a:string ){return "é😀"+a}\n';

const run = (workspace: Record<string, string>, settings: Record<string, unknown> = {}) =>
  runChecker(prettierChecker, {
    workspace,
    files: Object.keys(workspace).filter((file) => !file.includes(".prettier")),
    settings,
  });
const recorded = (exitCode: number, stderr: string) =>
  prettierChecker.check(
    fakeContext(prettierChecker, { files: ["bad.ts"], answers: [{ exitCode, stdout: "", stderr }] }),
  );

const found = once(() => run({ "src/a.ts": UNFORMATTED, "b.ts": "export {}\n", ".prettierrc": '{"semi":false}' }));
const IGNORED = { ".prettierignore": "a.ts\n", "a.ts": UNFORMATTED, "A.sol": "contract A{}\n" };
const passed = once(() => run({ ...IGNORED, "b.ts": "export {};\n" }));

requiredCases(prettierChecker, {
  red: found,
  clean: passed,
  truncated: () => recorded(2, testdata("truncated-3.10.1.stderr.txt")),
  empty: () => recorded(0, ""),
});

test("finds an unformatted file at its first difference and formats it as it is configured", async () => {
  const output = await found();
  expect(output.findings).toMatchObject([
    { rule: "format", severity: "error", file: "src/a.ts", range: { start: { line: 1, column: 1 } } },
  ]);
  expect(applyFix(UNFORMATTED, output.findings[0]?.fix)).toBe(
    'export const one = 1\nexport function f(a: string) {\n  return "é😀" + a\n}\n',
  );
  expect(output.evidence).toMatchObject({ files: 2, exitCode: 1 });
});

test("a syntax error is a finding at its place and does not hide other files", async () => {
  const output = await run({ "a.ts": "const = 1\n", "b.ts": "a( )\n" });
  expect(output.findings).toMatchObject([
    { rule: "syntax", file: "a.ts", range: { start: { line: 1, column: 7 } } },
    { rule: "format", file: "b.ts" },
  ]);
  expect(statusOf(output).outcome).toBe("failed");
});

test("ignored files and languages without a parser were not handed over", async () => {
  expect(statusOf(await run(IGNORED))).toMatchObject({ outcome: "errored", reason: "no-evidence" });
  const output = await passed();
  expect(statusOf(output).outcome).toBe("passed");
  expect(output.filesLookedAt).toEqual(["b.ts"]);
});

test("formats Solidity where the plugin is configured", async () => {
  const text = "// SPDX-License-Identifier: MIT\npragma solidity 0.8.34;\ncontract A { uint public x ; }\n";
  const output = await runChecker(prettierChecker, {
    workspace: { ".prettierrc": '{"plugins":["prettier-plugin-solidity"]}', "A.sol": text },
    files: ["A.sol"],
    prepare: (folder) => symlink(join(REPOSITORY, "node_modules"), join(folder, "node_modules")),
  });
  expect(output.findings).toMatchObject([{ rule: "format", file: "A.sol", range: { start: { line: 3 } } }]);
  expect(applyFix(text, output.findings[0]?.fix)).toContain("contract A {\n    uint public x;\n}\n");
});

test.each([
  { what: "a broken configuration", config: '{"semi":tr' },
  { what: "a plugin that is not installed", config: '{"plugins":["prettier-plugin-nowhere"]}' },
])("$what is errored, in Prettier's own words", async ({ config }) => {
  await expect(run({ ".prettierrc": config, "a.ts": "export {};\n" })).rejects.toSatisfy(
    (error) => isTrigateError(error, "checker/tool-failed") && !error.message.includes("[debug]"),
  );
});

test("the findings alone take one start of Prettier", async () => {
  const answers = [
    { exitCode: 1, stdout: testdata("found-3.10.1.stdout.txt"), stderr: testdata("clean-3.10.1.stderr.txt") },
  ];
  const context = fakeContext(prettierChecker, { files: ["bad.ts"], answers });
  const output = await prettierChecker.check({ ...context, withoutFixes: true });
  expect(output.findings).toMatchObject([{ rule: "format", file: "bad.ts" }]);
  expect(context.calls).toHaveLength(1);
});

test("proposes itself where it is configured", async () => {
  const facts = (files: readonly string[], manifest = "{}") => ({ files, readText: async () => manifest });
  expect(await prettierChecker.detect(facts(["p/.prettierrc.json"]))).toEqual({});
  expect(await prettierChecker.detect(facts([], '{"devDependencies":{"prettier":"3"}}'))).toEqual({});
  expect(await prettierChecker.detect(facts(["a.ts"]))).toBeUndefined();
});
