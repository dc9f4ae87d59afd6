import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { statusOf } from "../../../core/check-status.ts";
import { isTrigateError } from "../../../errors/trigate-error.ts";
import { fakeContext } from "../../testing/fake-context.ts";
import { once } from "../../testing/once.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { REPOSITORY, runChecker } from "../../testing/run-checker.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { slitherChecker } from "./adapter.ts";

const testdata = testdataOf(import.meta.url);
/** The compiler comes from npm: Hardhat would download one. */
const CONFIG = `
import { createRequire } from "node:module";
const solc = createRequire(import.meta.url).resolve("solc/soljson.js");
export default { paths: { sources: "./src" }, solidity: { version: "0.8.34", path: solc } };
`;
const contract = (name: string, ...body: readonly string[]) =>
  ["// SPDX-License-Identifier: MIT", "pragma solidity 0.8.34;", `contract ${name} {`, ...body, "}", ""].join("\n");

/** Pays out before it forgets the balance: the classic that can be entered twice. */
const REENTRANT = contract(
  "Bank",
  "  mapping(address => uint256) public balances;",
  "  function deposit() external payable { balances[msg.sender] += msg.value; }",
  "  function withdraw() external {",
  '    (bool ok, ) = msg.sender.call{value: balances[msg.sender]}("");',
  "    require(ok);",
  "    balances[msg.sender] = 0;",
  "  }",
);
const CLEAN = contract("Counter", "  uint256 public count;", "  function add() external { count += 1; }");

const run = (sources: Record<string, string>, files = Object.keys(sources)) =>
  runChecker(slitherChecker, {
    workspace: { "package.json": '{"type":"module"}', "hardhat.config.ts": CONFIG, ...sources },
    files,
    prepare: (folder) => symlink(join(REPOSITORY, "node_modules"), join(folder, "node_modules")),
    env: { NODE_OPTIONS: "", NODE_TEST_CONTEXT: "" },
  });

/** Two contracts with the same fault, one of them in scope. */
const found = once(() =>
  run({ "src/Bank.sol": REENTRANT, "src/Old.sol": REENTRANT.replace("Bank", "Old") }, ["src/Bank.sol"]),
);

const recorded = (
  report: string | undefined,
  stderr = ". analyzed (25 contracts with 102 detectors), 4 result(s) found",
) =>
  slitherChecker.check(
    fakeContext(slitherChecker, {
      files: ["src/ArbExecutor.sol"],
      texts: report === undefined ? {} : { "/scratch/slither.json": report },
      answers: [{ exitCode: 0, stdout: "", stderr }],
    }),
  );

requiredCases(slitherChecker, {
  red: found,
  clean: () => run({ "src/Counter.sol": CLEAN }),
  truncated: () => recorded(testdata("truncated-0.11.6.json")),
  empty: () => recorded('{"success": true, "error": null, "results": {}}', ""),
});

describe("slither on Hardhat 3", () => {
  test("names file and lines, and leaves out what is not in scope", async () => {
    const output = await found();
    const reentrant = output.findings.filter(({ rule }) => rule === "reentrancy-eth");
    expect(reentrant).toMatchObject([{ file: "src/Bank.sol", severity: "error", range: { start: { line: 6 } } }]);
    expect(output.evidence?.summary).toMatch(/^analyzed \(2 contracts/);
  });

  test("a contract that does not compile is errored", async () => {
    const broken = run({ "src/A.sol": contract("A", "  function f() public { nope(); }") });
    await expect(broken).rejects.toSatisfy((error) => isTrigateError(error, "checker/tool-failed"));
  });

  test("a report that says no success is errored with its words", async () => {
    const failed = recorded('{"success": false, "error": "no compiler", "results": {}}');
    await expect(failed).rejects.toThrow("no compiler");
  });

  test("no contract analysed is no evidence", async () => {
    const output = await recorded(
      '{"success": true, "error": null, "results": {}}',
      ". analyzed (0 contracts with 102 detectors)",
    );
    expect(statusOf(output)).toMatchObject({ outcome: "errored", reason: "no-evidence" });
  });
});
