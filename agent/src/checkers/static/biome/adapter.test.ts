import { expect, test } from "vitest";
import { statusOf } from "../../../core/check-status.ts";
import { applyFix } from "../../testing/apply-fix.ts";
import { isTrigateError } from "../../../errors/trigate-error.ts";
import { fakeContext } from "../../testing/fake-context.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { runChecker } from "../../testing/run-checker.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { biomeChecker } from "./adapter.ts";

const testdata = testdataOf(import.meta.url);
const CONFIG = JSON.stringify({ formatter: { indentStyle: "space" } });

const recorded = (exitCode: number, stdout: string) =>
  biomeChecker.check(fakeContext(biomeChecker, { files: ["a.ts"], answers: [{ exitCode, stdout, stderr: "" }] }));

requiredCases(biomeChecker, {
  red: () => runChecker(biomeChecker, { workspace: { "a.ts": "const a  = 1\n" } }),
  clean: () => runChecker(biomeChecker, { workspace: { "a.ts": "export {};\n" } }),
  truncated: () => recorded(1, testdata("truncated-2.5.0.json")),
  empty: () => recorded(0, ""),
});

test("passes over formatted files", async () => {
  const output = await runChecker(biomeChecker, {
    workspace: { "biome.json": CONFIG, "a.ts": "export const one = 1;\n" },
    files: ["a.ts"],
  });
  expect(statusOf(output).outcome).toBe("passed");
  expect(output.evidence?.files).toBe(1);
});

test("finds an unformatted file at its first difference and formats it", async () => {
  const text = 'export const one = 1;\nexport function f( a:string ){return "é😀"+a}\nexport const two = 2;\n';
  const output = await runChecker(biomeChecker, {
    workspace: { "biome.json": CONFIG, "src/a.ts": text, "b.ts": "export const x = 1;\n" },
    files: ["src/a.ts", "b.ts"],
  });
  expect(output.findings).toMatchObject([
    { rule: "format", file: "src/a.ts", range: { start: { line: 2, column: 1 }, end: { line: 3, column: 1 } } },
  ]);
  expect(applyFix(text, output.findings[0]?.fix)).toBe(
    'export const one = 1;\nexport function f(a: string) {\n  return "é😀" + a;\n}\nexport const two = 2;\n',
  );
});

test("an unreadable file is a finding with its place", async () => {
  const output = await runChecker(biomeChecker, { workspace: { "a.ts": 'const s = "é😀"; const = 1;\n' } });
  expect(output.findings[0]).toMatchObject({ rule: "syntax", file: "a.ts", range: { start: { line: 1, column: 24 } } });
  expect(output.findings.every(({ rule }) => rule === "syntax")).toBe(true);
  expect(statusOf(output).outcome).toBe("failed");
});

test("gives no evidence when it ignores all that it was handed", async () => {
  const workspace = { "biome.json": JSON.stringify({ files: { includes: ["lib/**"] } }), "src/a.ts": "export {};\n" };
  expect(statusOf(await runChecker(biomeChecker, { workspace, files: ["src/a.ts"] }))).toMatchObject({
    outcome: "errored",
  });
});

test("a broken configuration is errored", async () => {
  const run = runChecker(biomeChecker, {
    workspace: { "biome.json": '{"formatter": 3}', "a.ts": "export {};\n" },
    files: ["a.ts"],
  });
  const outcome = await run.then(
    (output) => statusOf(output).outcome,
    (error: unknown) => (isTrigateError(error, "checker/tool-failed") ? "errored" : "unknown"),
  );
  expect(outcome).toBe("errored");
});
