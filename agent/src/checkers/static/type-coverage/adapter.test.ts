import { expect, test } from "vitest";
import { statusOf } from "../../../core/check-status.ts";
import { isTrigateError } from "../../../errors/trigate-error.ts";
import { fakeContext } from "../../testing/fake-context.ts";
import { once } from "../../testing/once.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { type CheckerRun, runChecker } from "../../testing/run-checker.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { typeCoverageChecker } from "./adapter.ts";

const testdata = testdataOf(import.meta.url);
const TSCONFIG = JSON.stringify({
  // Declarations of browsers are most of what the compiler would read.
  compilerOptions: { strict: true, target: "es2022", module: "nodenext", lib: ["es5"], types: [] },
  include: ["src"],
});
const TYPED = "export function f(a: number): number {\n  return a;\n}\n";
const UNTYPED = "export function f(é: any) {\n  return é;\n}\n";

const run = (source: string, request: Partial<CheckerRun> = {}) =>
  runChecker(typeCoverageChecker, { workspace: { "tsconfig.json": TSCONFIG, "src/a.ts": source }, ...request });
const untyped = once(() => run(UNTYPED));
const recorded = (exitCode: number, stdout: string) =>
  typeCoverageChecker.check(fakeContext(typeCoverageChecker, { answers: [{ exitCode, stdout, stderr: "" }] }));

requiredCases(typeCoverageChecker, {
  red: untyped,
  clean: () => run(TYPED),
  truncated: () => recorded(0, testdata("truncated-2.30.3.json")),
  empty: () => recorded(0, ""),
  limit: { metric: "type_coverage", written: ">= 90%" },
});

test("measures the share of identifiers with a type and shows the others", async () => {
  const output = await untyped();
  expect(output.measurements).toEqual([
    {
      benchmark: "tsconfig.json",
      metric: "type_coverage",
      unit: "percent",
      better: "higher",
      summary: { value: (1 / 3) * 100 },
    },
  ]);
  expect(output.findings).toMatchObject([
    { rule: "any", severity: "info", file: "src/a.ts", range: { start: { line: 1, column: 19 } } },
    { rule: "any", severity: "info", file: "src/a.ts", range: { start: { line: 2, column: 10 } } },
  ]);
  expect(statusOf(output)).toMatchObject({
    outcome: "passed",
    message: "1 of 3 identifiers of tsconfig.json have a type",
  });
});

test("counts more as untyped when it is strict", async () => {
  const source = "export const list: readonly any[] = [];\n";
  const percent = async (strict: boolean) => (await run(source, { settings: { strict } })).measurements?.[0]?.summary;
  expect(await percent(false)).toEqual({ value: 100 });
  expect(await percent(true)).toEqual({ value: 0 });
});

test("a limit of the tool's own that was missed fails it", async () => {
  const output = await run(UNTYPED, { options: { args: ["--at-least", "99"] } });
  expect(output.findings[0]).toMatchObject({ rule: "at-least", severity: "error" });
  expect(statusOf(output).outcome).toBe("failed");
});

test("a project without sources, or that is not there, is errored", async () => {
  const empty = await runChecker(typeCoverageChecker, { workspace: { "tsconfig.json": TSCONFIG } });
  expect(statusOf(empty)).toMatchObject({ outcome: "errored", message: expect.stringContaining("tsconfig") });
  expect(statusOf(await run(TYPED, { settings: { project: "nope.json" } })).outcome).toBe("errored");
});

test("a crash is errored", async () => {
  await expect(recorded(1, "Error: Cannot find module 'typescript'")).rejects.toSatisfy((error) =>
    isTrigateError(error, "checker/tool-failed"),
  );
});

test("proposes itself where it is used", async () => {
  const facts = (manifest: string) => ({ files: [], readText: async () => manifest });
  expect(await typeCoverageChecker.detect(facts('{"typeCoverage":{"atLeast":99}}'))).toEqual({});
  expect(await typeCoverageChecker.detect(facts('{"devDependencies":{"type-coverage":"2"}}'))).toEqual({});
  expect(await typeCoverageChecker.detect(facts("{}"))).toBeUndefined();
});
