import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { statusOf } from "../../../core/check-status.ts";
import { isTrigateError } from "../../../errors/trigate-error.ts";
import { fakeContext } from "../../testing/fake-context.ts";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { keptWorkspace } from "../../testing/kept-workspace.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { REPOSITORY } from "../../testing/run-checker.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { gasChecker } from "./adapter.ts";
import { parseGasStats } from "./parse.ts";

const testdata = testdataOf(import.meta.url);

const PROJECT = {
  "chain/package.json": '{ "type": "module" }\n',
  "chain/hardhat.config.ts": `import { createRequire } from "node:module";
import hardhatEthers from "@nomicfoundation/hardhat-ethers";
import hardhatNodeTestRunner from "@nomicfoundation/hardhat-node-test-runner";
import { defineConfig } from "hardhat/config";
const path = createRequire(import.meta.url).resolve("solc/soljson.js");
export default defineConfig({
  plugins: [hardhatEthers, hardhatNodeTestRunner],
  networks: { sim: { type: "edr-simulated", chainType: "l1" } },
  solidity: { version: "0.8.34", path },
});
`,
  "chain/contracts/Counter.sol": `// SPDX-License-Identifier: MIT
pragma solidity ^0.8.0;
contract Counter {
    uint256 public count;
    function add(uint256 by) external { count += by; }
}
`,
  "chain/test/counter.test.ts": `import assert from "node:assert/strict";
import { it } from "node:test";
import { network } from "hardhat";
it("adds", async () => {
  const { ethers } = await network.create("sim");
  const counter = await ethers.deployContract("Counter");
  await counter.add(2n);
  await counter.add(3n);
  assert.equal(await counter.count(), 5n);
});
`,
};

const runKept = keptWorkspace(async (folder) => {
  await mkdir(join(folder, "chain"));
  await symlink(join(REPOSITORY, "node_modules"), join(folder, "chain/node_modules"));
});
const measure = (settings: Readonly<Record<string, unknown>>, changes: Readonly<Record<string, string>> = {}) =>
  runKept(gasChecker, {
    workspace: { ...PROJECT, ...changes },
    settings,
    options: { cwd: "chain" },
  });

describe("gas of a real project", { timeout: 120_000 }, () => {
  test("is measured, the dearest and the cheapest call", async () => {
    const output = await measure({ test: ["nodejs"], deployments: true });
    expect(statusOf(output).outcome).toBe("passed");
    const names = output.measurements?.map(({ benchmark }) => benchmark);
    expect(names).toEqual(["Counter.add", "Counter.count", "Counter.constructor"]);
    // The first write to a slot costs 17,100 more than the second, by the rules of the chain.
    const { min = 0, max = 0 } = output.measurements?.[0]?.summary ?? {};
    expect(max - min).toBe(17_100);
  });

  test("says nothing when a test failed", async () => {
    const failing = PROJECT["chain/test/counter.test.ts"].replace("5n", "6n");
    const run = measure({ test: ["nodejs"] }, { "chain/test/counter.test.ts": failing });
    await expect(run).rejects.toSatisfy((error) => isTrigateError(error, "checker/tool-failed"));
  });

  test("without a call is errored, though Hardhat is content", async () => {
    const output = await measure({ test: ["nodejs", "--grep", "nothing is called so"] });
    expect(statusOf(output)).toMatchObject({ outcome: "errored", reason: "unreadable-report" });
  });
});

const answer = { exitCode: 0, stdout: "", stderr: "" };
const checkRecorded = async (text: string | undefined, request: Partial<Parameters<typeof fakeContext>[1]> = {}) => {
  const files = ["src/ArbExecutor.sol", "test/solidity/RouterArb.sol"];
  const texts = text === undefined ? {} : { "/scratch/gas.json": text };
  const context = fakeContext(gasChecker, { files, texts, answers: [answer], ...request });
  return { output: await gasChecker.check(context), calls: context.calls };
};

describe("recordings", () => {
  test("only calls of contracts in scope that are no test's count", async () => {
    const { output, calls } = await checkRecorded(testdata("found-3.17.0.json"), {
      settings: { test: ["nodejs", "bench/gas.ts"] },
    });
    expect(output.measurements?.map(({ benchmark }) => benchmark)).toEqual([
      "ArbExecutor.tradeFlashSwap",
      "ArbExecutor.tradeOwnFunds",
    ]);
    expect(calls).toEqual([["gas", "--gas-stats-json", "/scratch/gas.json", "test", "nodejs", "bench/gas.ts"]]);
  });

  test("contracts of tests on demand", async () => {
    const { output } = await checkRecorded(testdata("found-3.17.0.json"), { settings: { testContracts: true } });
    expect(output.measurements?.map(({ benchmark }) => benchmark)).toContain("RouterArb.trade");
  });

  test.each([
    { what: "cut off", text: testdata("truncated-3.17.0.json") },
    { what: "empty", text: "" },
    { what: "of nothing", text: testdata("nothing-3.17.0.json") },
  ])("a report $what is errored", async ({ text }) =>
    expect(statusOf((await checkRecorded(text)).output).outcome).toBe("errored"));

  test("a missing report is errored", async () =>
    expect(checkRecorded(undefined)).rejects.toSatisfy((error) => isTrigateError(error, "checker/tool-failed")));
});

describe("proposal", () => {
  const facts = (files: readonly string[], texts: Readonly<Record<string, string>>) => ({
    files,
    readText: async (path: string) => texts[path],
  });
  const script = (text: string) => JSON.stringify({ scripts: { gas: text } });

  test.each([
    {
      what: "the script's own tests",
      texts: { "contracts/package.json": script("hardhat --gas-stats-json out/gas.json test nodejs bench/gas.ts") },
      proposed: { cwd: "contracts", test: ["nodejs", "bench/gas.ts"] },
    },
    {
      what: "all tests",
      texts: { "contracts/package.json": script("hardhat --gas-stats test") },
      proposed: { cwd: "contracts" },
    },
    { what: "nothing without gas", texts: { "contracts/package.json": script("hardhat test") }, proposed: undefined },
  ])("$what", async ({ texts, proposed }) =>
    expect(await gasChecker.detect(facts(["contracts/hardhat.config.ts"], texts))).toEqual(proposed));

  test("nothing without Hardhat", async () => expect(await gasChecker.detect(facts(["a.sol"], {}))).toBeUndefined());
});

const FOUND = testdata("found-3.17.0.json");
const outputOf = async (text: string | undefined) => (await checkRecorded(text)).output;
requiredCases(gasChecker, {
  limit: { metric: "gas", written: "max < 10000000" },
  red: () => outputOf(FOUND.replaceAll('"max": ', '"max": 99')),
  clean: () => outputOf(FOUND),
  truncated: () => outputOf(testdata("truncated-3.17.0.json")),
  empty: () => outputOf(undefined),
});

fuzzParser("Hardhat's gas statistics", {
  samples: [FOUND, testdata("overloaded-3.17.0.json")],
  reported: (text) => parseGasStats(text).entries.length,
});
