import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { statusOf } from "../../../core/check-status.ts";
import { isTrigateError } from "../../../errors/trigate-error.ts";
import { applyFix } from "../../testing/apply-fix.ts";
import { fakeContext } from "../../testing/fake-context.ts";
import { once } from "../../testing/once.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { type CheckerRun, REPOSITORY, runChecker } from "../../testing/run-checker.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { eslintChecker } from "./adapter.ts";

const testdata = testdataOf(import.meta.url);
const CONFIG = [
  'import { parser } from "typescript-eslint";',
  "export default [",
  '  { ignores: ["generated/**"] },',
  '  { files: ["**/*.ts"], languageOptions: { parser } },',
  '  { rules: { "no-var": "error", "prefer-const": "warn", "no-empty": "error" } },',
  "];",
].join("\n");

/** Loads no TypeScript, which takes longer than all else. */
const SCRIPTS_CONFIG = 'export default [{ rules: { "no-var": "error", "no-empty": "error" } }];\n';

/** The temporary project uses this repository's parser for TypeScript. */
const run = (workspace: Record<string, string>, request: Partial<CheckerRun> = {}) =>
  runChecker(eslintChecker, {
    workspace: { "eslint.config.mjs": CONFIG, ...workspace },
    files: Object.keys(workspace).filter((file) => !file.includes("eslint")),
    prepare: (folder) => symlink(join(REPOSITORY, "node_modules"), join(folder, "node_modules")),
    ...request,
  });
const recorded = (exitCode: number, stdout: string, stderr = "") =>
  eslintChecker.check(fakeContext(eslintChecker, { files: ["src/found.ts"], answers: [{ exitCode, stdout, stderr }] }));

const FAULTY = 'export const s = "é😀"; var x: number = 1; let y = s;\nexport { x, y };\n';
const found = once(() => run({ "src/a.ts": FAULTY, "src/b.ts": "export const one = 1;\n" }));
const IGNORED = { "generated/a.ts": "var x;\n", "b.vue": "<template />\n" };
const passed = once(() => run({ ...IGNORED, "c.ts": "export const one: number = 1;\n" }));

requiredCases(eslintChecker, {
  red: found,
  clean: passed,
  truncated: () => recorded(1, testdata("truncated-10.15.0.json")),
  empty: () => recorded(0, ""),
});

test("finds, places and mends; a warning alone counts too", async () => {
  const output = await found();
  expect(output.findings.map(({ rule, file, severity }) => [rule, file, severity])).toEqual([
    ["no-var", "src/a.ts", "error"],
    ["prefer-const", "src/a.ts", "warning"],
  ]);
  expect(applyFix(FAULTY, output.findings[0]?.fix)).toBe(FAULTY.replace("var x", "let x"));
  expect(applyFix(FAULTY, output.findings[1]?.fix)).toBe(FAULTY.replace("let y", "const y"));
  expect(output.evidence).toMatchObject({ files: 2, exitCode: 1 });
});

test("a file that it cannot parse is a finding at its place", async () => {
  const output = await run({ "a.ts": "const = 1;\n" });
  expect(output.findings).toMatchObject([{ rule: "syntax", file: "a.ts", range: { start: { line: 1, column: 6 } } }]);
  expect(statusOf(output).outcome).toBe("failed");
});

test("ignored files are neither findings nor evidence", async () => {
  expect(statusOf(await run(IGNORED))).toMatchObject({ outcome: "errored", reason: "no-evidence" });
  const output = await passed();
  expect(statusOf(output).outcome).toBe("passed");
  expect(output.filesLookedAt).toEqual(["c.ts"]);
});

test("counts what comments suppress, and asks for reasons where that is wanted", async () => {
  const workspace = {
    "eslint.config.mjs": SCRIPTS_CONFIG,
    "a.js": [
      "// eslint-disable-next-line no-empty -- waits for the next version",
      "if (globalThis) {}",
      "// eslint-disable-next-line no-empty",
      "if (globalThis) {}",
      "",
    ].join("\n"),
  };
  const counted = await run(workspace);
  expect(statusOf(counted)).toMatchObject({
    outcome: "passed",
    message: "1 files, 0 findings, 2 suppressed by comments",
  });
  const asked = await run(workspace, { settings: { suppressions: "need-reason" } });
  expect(asked.findings).toMatchObject([{ rule: "unexplained-suppression", range: { start: { line: 4 } } }]);
  expect(statusOf(asked).outcome).toBe("failed");
});

test("runs in a package of a monorepo and still names files from the root", async () => {
  const workspace = { "p/eslint.config.mjs": SCRIPTS_CONFIG, "p/a.js": "var x = 1;\nexport { x };\n" };
  const output = await run(workspace, { files: ["p/a.js"], options: { cwd: "p" } });
  expect(output.findings.map(({ file }) => file)).toEqual(["p/a.js"]);
  expect(output.findings[0]?.fix).toBeDefined();
});

describe("ESLint that could not look is errored", () => {
  test("without a configuration it says what to do", async () => {
    const broken = runChecker(eslintChecker, { workspace: { "a.js": "var x;\n" } });
    await expect(broken).rejects.toSatisfy(
      (error) =>
        isTrigateError(error, "checker/tool-failed") &&
        error.message.includes("couldn't find an eslint.config") &&
        error.message.includes("trigate.yaml"),
    );
  });

  test("a broken configuration", async () => {
    const broken = run({ "a.js": "export {};\n", "eslint.config.mjs": "export default [{ rules: 3 }];" });
    await expect(broken).rejects.toSatisfy((error) => isTrigateError(error, "checker/tool-failed"));
  });

  test("an exit code that nothing explains", async () => {
    expect(statusOf(await recorded(1, testdata("clean-10.15.0.json"))).outcome).toBe("errored");
    const stderr = "ESLint found too many warnings (maximum: 0).";
    expect(statusOf(await recorded(1, testdata("clean-10.15.0.json"), stderr)).outcome).toBe("passed");
  });
});

describe("ESLint, proposed", () => {
  const facts = (files: readonly string[], texts: Readonly<Record<string, string>>) => ({
    files,
    readText: async (path: string) => texts[path],
  });
  test.each([
    { files: ["eslint.config.mjs"], texts: {}, proposal: {} },
    { files: [".eslintrc.json"], texts: { ".eslintrc.json": "{}" }, proposal: { files: ["**/*.{js,mjs,cjs,jsx}"] } },
    {
      files: [".eslintrc.cjs"],
      texts: { ".eslintrc.cjs": 'module.exports = { parser: "@typescript-eslint/parser" }' },
      proposal: { files: ["**/*.{js,mjs,cjs,jsx,ts,mts,cts,tsx}"] },
    },
    {
      files: [".eslintrc"],
      texts: { "package.json": '{"scripts":{"lint":"eslint --ext .js,.ts src"}}' },
      proposal: { files: ["**/*.js", "**/*.ts"] },
    },
    { files: ["a.js"], texts: { "package.json": '{"devDependencies":{"eslint":"10"}}' }, proposal: undefined },
  ])("$files $texts", async ({ files, texts, proposal }) => {
    expect(await eslintChecker.detect(facts(files, texts))).toEqual(proposal);
  });
});
