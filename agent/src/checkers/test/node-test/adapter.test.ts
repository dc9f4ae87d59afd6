import { expect, test } from "vitest";
import { statusOf } from "../../../core/check-status.ts";
import { isTrigateError } from "../../../errors/trigate-error.ts";
import { fakeContext } from "../../testing/fake-context.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { type CheckerRun, runChecker } from "../../testing/run-checker.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { nodeTestChecker } from "./adapter.ts";

const testdata = testdataOf(import.meta.url);
const SOURCE = "export function sign(x) {\n  if (x > 0) return 1;\n  return -1;\n}\n";
const testOf = (...lines: readonly string[]) =>
  [
    'import assert from "node:assert/strict";',
    'import { test } from "node:test";',
    'import { sign } from "../sign.mjs";',
    ...lines,
    "",
  ].join("\n");
const PASSING = {
  "sign.mjs": SOURCE,
  "test/sign.test.mjs": testOf('test("positive", () => assert.equal(sign(2), 1));'),
};
const FAILING = {
  "sign.mjs": SOURCE,
  "test/sign.test.mjs": testOf('test("negative", () => {', "  assert.equal(sign(-2), 1);", "});"),
};

const run = (workspace: Record<string, string>, request: Partial<CheckerRun> = {}) =>
  runChecker(nodeTestChecker, { workspace, ...request });
const recorded = (name: string) =>
  nodeTestChecker.check(
    fakeContext(nodeTestChecker, {
      answers: [{ exitCode: 1, stdout: "", stderr: "" }],
      texts: { "/scratch/node-test.ndjson": name === "" ? "" : testdata(name) },
    }),
  );

requiredCases(nodeTestChecker, {
  red: () => run(FAILING),
  clean: () => run(PASSING),
  truncated: () => recorded("truncated-24.21.0.ndjson"),
  empty: () => recorded(""),
});

test("passes, with coverage of the lines that ran", async () => {
  const output = await run(PASSING, { options: { coverage: "coverage/lcov.info" } });
  expect(statusOf(output)).toMatchObject({ outcome: "passed", message: "1 files: 1 passed, 0 failed, 0 skipped" });
  expect(output.tests).toMatchObject([{ name: "positive", file: "test/sign.test.mjs", line: 4, status: "passed" }]);
  const [file] = output.coverage?.files ?? [];
  expect(file?.file).toBe("sign.mjs");
  expect([...(file?.lines ?? [])].filter(([line]) => line < 4)).toEqual([
    [1, 1],
    [2, 1],
    [3, 0],
  ]);
});

test("fails at the line that failed, in a package of a monorepo too", async () => {
  const workspace = Object.fromEntries(Object.entries(FAILING).map(([path, text]) => [`p/${path}`, text]));
  const output = await run(workspace, { options: { cwd: "p" } });
  expect(output.tests).toMatchObject([{ file: "p/test/sign.test.mjs", line: 5, status: "failed" }]);
});

test("a test that fails behind subtests that pass is failed", async () => {
  const workspace = {
    "sign.mjs": SOURCE,
    "test/a.test.mjs": testOf(
      'test("outer", async (t) => {',
      '  await t.test("inner", () => {});',
      "  assert.equal(sign(-2), 1);",
      "});",
    ),
  };
  const { tests = [] } = await run(workspace);
  expect(tests.map(({ name, status, line }) => [name, status, line])).toEqual([
    ["outer > inner", "passed", 5],
    ["outer", "failed", 6],
  ]);
});

test("no test at all, and files without tests, are errored", async () => {
  const reasons = await Promise.all(
    [{ "sign.mjs": SOURCE }, { "sign.test.mjs": "export {};\n" }].map(async (workspace) =>
      statusOf(await run(workspace)),
    ),
  );
  expect(reasons).toMatchObject([
    { outcome: "errored", reason: "no-tests" },
    { outcome: "errored", reason: "no-tests" },
  ]);
  const scripts = await run({ "sign.test.mjs": "export {};\n" }, { settings: { scripts: true } });
  expect(statusOf(scripts).outcome).toBe("passed");
});

test("a coverage limit of Node's own that is missed is errored although every test passed", async () => {
  const args = ["--test-coverage-lines=100"];
  const output = await run(PASSING, { options: { coverage: "lcov.info", args } });
  expect(statusOf(output)).toMatchObject({ outcome: "errored", message: expect.stringContaining("exit code 1") });
});

test("only: without effect it is mentioned, where it hides tests it is not green", async () => {
  const workspace = {
    "sign.mjs": SOURCE,
    "test/a.test.mjs": testOf('test.only("one", () => {});', 'test("two", () => assert.ok(sign));'),
  };
  const mentioned = await run(workspace);
  expect(mentioned.findings).toMatchObject([{ rule: "focused-test", severity: "info", range: { start: { line: 4 } } }]);
  expect(statusOf(mentioned)).toMatchObject({ outcome: "passed", message: "1 files: 2 passed, 0 failed, 0 skipped" });
  const hiding = await run(workspace, { options: { args: ["--experimental-test-isolation=none"] } });
  expect(hiding.tests).toHaveLength(1);
  expect(hiding.findings).toMatchObject([
    { severity: "error", file: "test/a.test.mjs", range: { start: { line: 4 } } },
  ]);
  expect(statusOf(hiding).outcome).toBe("failed");
  expect(statusOf(await run(workspace, { options: { args: ["--test-only"] } })).outcome).toBe("errored");
});

test("whatever a test throws is told", async () => {
  const thrown = [
    "{ toString: 1, valueOf: 1 }",
    "{ code: 7n }",
    "Symbol('s')",
    "5",
    "Object.assign(new Error(), { message: 1n })",
  ];
  const lines = thrown.map((value, index) => `test("t${index}", () => { throw ${value}; });`);
  const output = await run({ "sign.mjs": SOURCE, "test/a.test.mjs": testOf(...lines) });
  expect(output.problems).toEqual([]);
  expect(output.tests?.map(({ status, message }) => [status, message?.split("\n", 1)[0]])).toEqual([
    ["failed", expect.stringContaining("valueOf: 1")],
    ["failed", expect.stringContaining("7n")],
    ["failed", expect.stringContaining("Symbol(s)")],
    ["failed", expect.stringContaining("5")],
    ["failed", expect.stringContaining("1n")],
  ]);
});

test("an option that Node does not know is errored", async () => {
  await expect(run(PASSING, { options: { args: ["--no-such-option"] } })).rejects.toSatisfy((error) =>
    isTrigateError(error, "checker/tool-failed"),
  );
});

test("proposes what the project's own script runs", async () => {
  const detected = (script: string) =>
    nodeTestChecker.detect({ files: [], readText: async () => JSON.stringify({ scripts: { test: script } }) });
  expect(await detected("node --test")).toEqual({ suite: "unit", coverage: "coverage/lcov.info" });
  expect(await detected('node --import tsx --test --test-reporter=spec "test/*.ts" && echo done')).toMatchObject({
    args: ["--import", "tsx"],
    paths: ["test/*.ts"],
  });
  expect(await detected("jest")).toBeUndefined();
});
