import { describe, expect, test } from "vitest";
import { statusOf } from "../../../core/check-status.ts";
import { join } from "node:path";
import { isTrigateError } from "../../../errors/trigate-error.ts";
import { applyFix } from "../../testing/apply-fix.ts";
import { fakeContext } from "../../testing/fake-context.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { REPOSITORY, runChecker } from "../../testing/run-checker.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { oxlintChecker } from "./adapter.ts";

const testdata = testdataOf(import.meta.url);
const CONFIG = JSON.stringify({
  categories: { correctness: "error" },
  rules: { "no-var": "error", "prefer-const": "warn" },
});

const recorded = (exitCode: number, stdout: string) =>
  oxlintChecker.check(
    fakeContext(oxlintChecker, { files: ["src/found.ts"], answers: [{ exitCode, stdout, stderr: "" }] }),
  );

requiredCases(oxlintChecker, {
  red: () => runChecker(oxlintChecker, { workspace: { "a.js": "debugger;\n" } }),
  clean: () => runChecker(oxlintChecker, { workspace: { "a.js": "export {};\n" } }),
  truncated: () => recorded(1, testdata("truncated-1.89.0.json")),
  empty: () => recorded(0, ""),
});

describe("oxlint, the real one", () => {
  test("passes over a clean file, with evidence", async () => {
    const output = await runChecker(oxlintChecker, {
      workspace: { ".oxlintrc.json": CONFIG, "src/a.ts": "export const one = 1;\n" },
      files: ["src/a.ts"],
    });
    expect(statusOf(output).outcome).toBe("passed");
    expect(output.evidence?.files).toBe(1);
    expect(output.filesLookedAt).toEqual(["src/a.ts"]);
  });

  test("finds, places and mends", async () => {
    const text = 'export const s = "é😀"; var x = 1; let y = s;\nexport { x, y };\n';
    const output = await runChecker(oxlintChecker, {
      workspace: { ".oxlintrc.json": CONFIG, "src/a.ts": text },
      files: ["src/a.ts"],
      partial: true,
    });
    expect(output.findings.map(({ rule, file, severity }) => ({ rule, file, severity }))).toEqual([
      { rule: "no-var", file: "src/a.ts", severity: "error" },
      { rule: "prefer-const", file: "src/a.ts", severity: "warning" },
    ]);
    const [noVar, preferConst] = output.findings;
    expect(noVar?.range?.start).toEqual({ line: 1, column: 25 });
    expect(applyFix(text, noVar?.fix)).toBe(text.replace("var x", "const x"));
    expect(applyFix(text, preferConst?.fix)).toBe(text.replace("let y", "const y"));
  });

  test("runs in a package of a monorepo and still names files from the root", async () => {
    const workspace = { "packages/p/.oxlintrc.json": CONFIG, "packages/p/a.ts": "var x = 1;\nexport { x };\n" };
    const output = await runChecker(oxlintChecker, {
      workspace,
      files: ["packages/p/a.ts"],
      options: { cwd: "packages/p" },
    });
    expect(output.findings.map(({ file }) => file)).toEqual(["packages/p/a.ts"]);
    expect(output.findings[0]?.fix).toBeDefined();
  });

  test("uses types when asked to", async () => {
    const workspace = {
      ".oxlintrc.json": JSON.stringify({ rules: { "typescript/no-floating-promises": "error" } }),
      "tsconfig.json": JSON.stringify({ compilerOptions: { strict: true } }),
      "a.ts": "export async function f(p: Promise<number>) {\n  p;\n}\n",
    };
    const env = { OXLINT_TSGOLINT_PATH: join(REPOSITORY, "node_modules", ".bin", "tsgolint") };
    const output = await runChecker(oxlintChecker, {
      workspace,
      files: ["a.ts"],
      settings: { typeAware: true, fixes: "suggestions" },
      env,
    });
    const finding = output.findings.find(({ rule }) => rule === "typescript/no-floating-promises");
    expect(finding?.range?.start).toEqual({ line: 2, column: 3 });
    expect(finding?.fix?.edits).toHaveLength(1);
  });

  test("gives no evidence when it ignores all that it was handed", async () => {
    const workspace = { ".oxlintrc.json": JSON.stringify({ ignorePatterns: ["src"] }), "src/a.ts": "export {};\n" };
    const output = await runChecker(oxlintChecker, { workspace, files: ["src/a.ts"] });
    expect(statusOf(output)).toMatchObject({ outcome: "errored", reason: "no-evidence" });
  });

  test("throws on a broken configuration", async () => {
    const run = runChecker(oxlintChecker, {
      workspace: { ".oxlintrc.json": "x{", "a.ts": "export {};\n" },
      files: ["a.ts"],
    });
    await expect(run).rejects.toSatisfy((error) => isTrigateError(error, "checker/tool-failed"));
  });
});

describe("oxlint, recorded", () => {
  test("is started once for many files, twice when they do not fit one command line", async () => {
    const answers = [{ exitCode: 0, stdout: testdata("clean-1.89.0.json"), stderr: "" }];
    const files = Array.from({ length: 2_000 }, (_, index) => `src/${"folder/".repeat(8)}file-${index}.ts`);
    const context = fakeContext(oxlintChecker, { files, answers });
    const output = await oxlintChecker.check(context);
    expect(context.calls).toHaveLength(2);
    expect(context.calls.flatMap((argv) => argv.filter((argument) => argument.endsWith(".ts")))).toHaveLength(2_000);
    expect(output.evidence?.files).toBe(2);
  });
});

describe("oxlint, proposed", () => {
  const facts = (files: readonly string[], manifest: string) => ({
    files,
    readText: async (path: string) => (path === "package.json" ? manifest : undefined),
  });
  test.each([
    { files: [".oxlintrc.json"], manifest: "{}", proposal: {} },
    { files: [], manifest: '{"devDependencies":{"oxlint":"1","oxlint-tsgolint":"7"}}', proposal: { typeAware: true } },
    { files: ["a.ts"], manifest: '{"devDependencies":{"eslint":"9"}}', proposal: undefined },
  ])("$files $manifest", async ({ files, manifest, proposal }) => {
    expect(await oxlintChecker.detect(facts(files, manifest))).toEqual(proposal);
  });
});
