import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { statusOf } from "../../../core/check-status.ts";
import { isTrigateError } from "../../../errors/trigate-error.ts";
import { fakeContext } from "../../testing/fake-context.ts";
import { once } from "../../testing/once.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { type CheckerRun, REPOSITORY, runChecker } from "../../testing/run-checker.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { hardhatChecker } from "./adapter.ts";

const testdata = testdataOf(import.meta.url);
/** The compiler comes from npm: Hardhat would download one. */
const CONFIG = `
import { createRequire } from "node:module";
import nodeTest from "@nomicfoundation/hardhat-node-test-runner";
const solc = createRequire(import.meta.url).resolve("solc/soljson.js");
export default { plugins: [nodeTest], solidity: { version: "0.8.34", path: solc } };
`;

const run = (workspace: Record<string, string>, request: Partial<CheckerRun> = {}) =>
  runChecker(hardhatChecker, {
    workspace: { "package.json": '{"type":"module"}', "hardhat.config.ts": CONFIG, ...workspace },
    prepare: (folder) => symlink(join(REPOSITORY, "node_modules"), join(folder, "node_modules")),
    env: { NODE_OPTIONS: "", NODE_TEST_CONTEXT: "" },
    ...request,
  });

const testOf = (...lines: readonly string[]) =>
  ['import assert from "node:assert/strict";', 'import { describe, it } from "node:test";', ...lines, ""].join("\n");

const oneWrong = once(() =>
  run({
    "test/a.test.ts": testOf(
      'describe("sums", () => {',
      '  it("adds", () => assert.equal(1 + 1, 2));',
      '  it("is wrong", () => {',
      "    assert.equal(1 + 1, 3);",
      "  });",
      "});",
    ),
  }),
);

test("passes and fails at the right lines", async () => {
  const output = await oneWrong();
  expect(statusOf(output)).toMatchObject({ outcome: "failed", reason: "tests-failed" });
  expect(output.tests).toMatchObject([
    { name: "sums > adds", file: "test/a.test.ts", line: 4, status: "passed" },
    { name: "sums > is wrong", file: "test/a.test.ts", line: 6, status: "failed" },
  ]);
}, 60_000);

test("no matching test is errored although Hardhat exits with 0", async () => {
  const output = await run(
    { "test/a.test.ts": testOf('it("adds", () => assert.equal(1 + 1, 2));') },
    { options: { args: ["--grep", "zzz"] } },
  );
  expect(statusOf(output)).toMatchObject({ outcome: "errored", reason: "no-tests" });
}, 60_000);

test("contracts that do not compile are errored", async () => {
  const workspace = {
    "contracts/A.sol":
      "// SPDX-License-Identifier: MIT\npragma solidity 0.8.34;\ncontract A { function f() public { nope(); } }\n",
    "test/a.test.ts": testOf('it("adds", () => assert.equal(1 + 1, 2));'),
  };
  await expect(run(workspace)).rejects.toSatisfy(
    (error) => isTrigateError(error, "checker/tool-failed") && error.message.includes("nope"),
  );
}, 60_000);

const recorded = (events: string) =>
  hardhatChecker.check(
    fakeContext(hardhatChecker, {
      texts: { "/elsewhere/events.ndjson": events },
      taken: { exitCode: 0, report: "/elsewhere/events.ndjson" },
    }),
  );

requiredCases(hardhatChecker, {
  red: oneWrong,
  clean: () => run({ "test/a.test.ts": testOf('it("adds", () => assert.equal(1 + 1, 2));') }),
  truncated: () => recorded(testdata("truncated-3.17.0.ndjson")),
  empty: () => recorded(""),
});
