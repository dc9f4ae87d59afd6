import { describe, expect, test } from "vitest";
import { statusOf } from "../../../core/check-status.ts";
import { isTrigateError } from "../../../errors/trigate-error.ts";
import { fakeContext } from "../../testing/fake-context.ts";
import { REPOSITORY, repositoryTools, runChecker } from "../../testing/run-checker.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { tscChecker } from "./adapter.ts";

const testdata = testdataOf(import.meta.url);
const TSCONFIG = JSON.stringify({ compilerOptions: { strict: true, target: "es2022", types: [] }, include: ["src"] });

describe.each([
  { compiler: "native", command: undefined },
  { compiler: "classic", command: "tsc6" },
])("tsc, $compiler", ({ command }) => {
  const options = async () =>
    command === undefined ? {} : { command: (await repositoryTools().npm("typescript", command)) ?? [] };

  test("passes over a sound project and says how many files it read", async () => {
    const output = await runChecker(tscChecker, {
      workspace: { "tsconfig.json": TSCONFIG, "src/a.ts": "export const one: number = 1;\n" },
      options: await options(),
    });
    expect(statusOf(output).outcome).toBe("passed");
    expect(output.evidence?.files).toBe(1);
    expect(output.filesLookedAt).toEqual(["src/a.ts"]);
  });

  test("places a type error", async () => {
    const output = await runChecker(tscChecker, {
      workspace: { "tsconfig.json": TSCONFIG, "src/a.ts": 'export const s = "😀"; export const n: number = s;\n' },
      options: await options(),
    });
    expect(output.findings).toMatchObject([
      { rule: "TS2322", severity: "error", file: "src/a.ts", range: { start: { line: 1, column: 37 } } },
    ]);
    expect(statusOf(output).outcome).toBe("failed");
  });

  test("a project without files is errored, not clean", async () => {
    const run = runChecker(tscChecker, { workspace: { "tsconfig.json": TSCONFIG }, options: await options() });
    await expect(run).rejects.toSatisfy((error) => isTrigateError(error, "checker/tool-failed"));
  });
});

test("names files from the root when it runs in a package", async () => {
  const workspace = { "p/tsconfig.json": TSCONFIG, "p/src/a.ts": "export const n: number = '';\n" };
  const output = await runChecker(tscChecker, { workspace, options: { cwd: "p" } });
  expect(output.findings.map(({ file }) => file)).toEqual(["p/src/a.ts"]);
});

test("finds the program of this repository behind its shims", async () => {
  const tool = await tscChecker.locate(repositoryTools());
  expect(tool).toHaveLength(1);
  expect(tool?.[0]?.startsWith(REPOSITORY)).toBe(true);
});

test.each([
  { recorded: "truncated-7.0.2.txt", exitCode: 1 },
  { recorded: "bad-config-7.0.2.txt", exitCode: 2 },
])("$recorded is errored", async ({ recorded, exitCode }) => {
  const run = tscChecker.check(
    fakeContext(tscChecker, { answers: [{ exitCode, stdout: testdata(recorded), stderr: "" }] }),
  );
  await expect(run).rejects.toSatisfy((error) => isTrigateError(error, "checker/tool-failed"));
});

test("an exit code that no error explains is a problem", async () => {
  const output = await tscChecker.check(
    fakeContext(tscChecker, { answers: [{ exitCode: 2, stdout: testdata("clean-7.0.2.txt"), stderr: "" }] }),
  );
  expect(statusOf(output).outcome).toBe("errored");
});
