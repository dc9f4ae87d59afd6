import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { statusOf } from "../../../core/check-status.ts";
import { isTrigateError, TrigateError } from "../../../errors/trigate-error.ts";
import { fakeContext } from "../../testing/fake-context.ts";
import { once } from "../../testing/once.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { type CheckerRun, REPOSITORY, runChecker } from "../../testing/run-checker.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { jestChecker } from "./adapter.ts";

const testdata = testdataOf(import.meta.url);
const SOURCE = "exports.sign = function sign(x) {\n  if (x > 0) return 1;\n  return -1;\n};\n";
const testOf = (...lines: readonly string[]) => ['const { sign } = require("./sign");', ...lines, ""].join("\n");
const PASSING = {
  "src/sign.js": SOURCE,
  "src/sign.test.js": testOf('test("positive", () => expect(sign(2)).toBe(1));'),
};
const FAILING = {
  "src/sign.js": SOURCE,
  "src/sign.test.js": testOf('test("negative", () => {', "  expect(sign(-2)).toBe(1);", "});"),
};

/** The temporary project uses this repository's Jest, so it needs its packages. One worker is enough for one file. */
const run = (workspace: Record<string, string>, { options = {}, ...request }: Partial<CheckerRun> = {}) =>
  runChecker(jestChecker, {
    workspace: { "package.json": '{"name":"x"}', ...workspace },
    prepare: (folder) => symlink(join(REPOSITORY, "node_modules"), join(folder, "node_modules")),
    env: { NODE_ENV: "test", JEST_WORKER_ID: "" },
    options: { ...options, args: ["--runInBand", ...(options.args ?? [])] },
    ...request,
  });
const REPORT = "/scratch/jest.json";
const recorded = (text: string) =>
  jestChecker.check(
    fakeContext(jestChecker, { answers: [{ exitCode: 1, stdout: "", stderr: "" }], texts: { [REPORT]: text } }),
  );

const failing = once(() => run(FAILING, { options: { coverage: "coverage/lcov.info" } }));
const passing = once(() => run(PASSING, { options: { coverage: "coverage/lcov.info" } }));

requiredCases(jestChecker, {
  red: failing,
  clean: passing,
  truncated: () => recorded(testdata("truncated-30.5.2.json")),
  empty: () => recorded(""),
});

test("passes, with coverage of the lines that ran", async () => {
  const output = await passing();
  expect(statusOf(output)).toMatchObject({ outcome: "passed", message: "1 files: 1 passed, 0 failed, 0 skipped" });
  expect(output.tests).toMatchObject([{ name: "positive", file: "src/sign.test.js", line: 2, status: "passed" }]);
  expect(output.coverage?.files.map(({ file, lines }) => [file, [...lines]])).toEqual([
    [
      "src/sign.js",
      [
        [1, 1],
        [2, 1],
        [3, 0],
      ],
    ],
  ]);
});

test("fails at the line that failed and keeps the coverage", async () => {
  const output = await failing();
  expect(statusOf(output)).toMatchObject({ outcome: "failed", reason: "tests-failed" });
  expect(output.tests).toMatchObject([{ status: "failed", file: "src/sign.test.js", line: 3 }]);
  expect(output.coverage?.files).toHaveLength(1);
});

test("no test at all is errored", async () => {
  expect(statusOf(await run({ "src/sign.js": SOURCE }))).toMatchObject({ outcome: "errored", reason: "no-tests" });
});

test("a snapshot that is not there yet is not written but fails", async () => {
  const workspace = { "a.test.js": 'test("snap", () => expect(1).toMatchSnapshot());\n' };
  expect(statusOf(await run(workspace))).toMatchObject({ outcome: "failed", reason: "tests-failed" });
});

test("a test marked only fails the check at its line", async () => {
  const workspace = {
    "src/sign.js": SOURCE,
    "src/a.test.js": testOf('test.only("one", () => {});', 'test("hidden", () => expect(sign(1)).toBe(7));'),
  };
  const output = await run(workspace);
  expect(output.findings).toMatchObject([
    { rule: "focused-test", severity: "error", file: "src/a.test.js", range: { start: { line: 2, column: 1 } } },
  ]);
  expect(statusOf(output)).toMatchObject({ outcome: "failed", reason: "findings" });
});

test("a coverage threshold of Jest's own that is missed is errored although every test passed", async () => {
  const options = { coverage: "lcov.info", args: ['--coverageThreshold={"global":{"lines":100}}'] };
  expect(statusOf(await run(PASSING, { options }))).toMatchObject({
    outcome: "errored",
    message: expect.stringContaining("threshold"),
  });
});

test("tests that leave something open are errored, and told so, although all of them passed", async () => {
  const context = fakeContext(jestChecker, { texts: { [REPORT]: testdata("only-30.5.2.json") } });
  const timedOut = new TrigateError("checker/timed-out", { tool: "jest", timeoutMs: 1 });
  const hanging = { ...context, run: () => Promise.reject(timedOut) };
  expect(statusOf(await jestChecker.check(hanging))).toMatchObject({
    outcome: "errored",
    message: expect.stringContaining("--detectOpenHandles"),
  });
  const silent = { ...fakeContext(jestChecker, {}), run: () => Promise.reject(timedOut) };
  await expect(jestChecker.check(silent)).rejects.toBe(timedOut);
});

test("a broken configuration is errored", async () => {
  await expect(run({ ...PASSING, "jest.config.js": "not javascript" })).rejects.toSatisfy((error) =>
    isTrigateError(error, "checker/tool-failed"),
  );
});

test("proposes itself where it is configured", async () => {
  const facts = (files: readonly string[], manifest = "{}") => ({ files, readText: async () => manifest });
  const proposal = { suite: "unit", coverage: "coverage/lcov.info" };
  expect(await jestChecker.detect(facts(["jest.config.ts"]))).toEqual(proposal);
  expect(await jestChecker.detect(facts([], '{"devDependencies":{"jest":"30"}}'))).toEqual(proposal);
  expect(await jestChecker.detect(facts(["a.test.js"]))).toBeUndefined();
});
