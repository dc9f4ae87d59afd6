import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { statusOf } from "../../../core/check-status.ts";
import { isTrigateError } from "../../../errors/trigate-error.ts";
import { keptWorkspace } from "../../testing/kept-workspace.ts";
import { once } from "../../testing/once.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { type CheckerRun, REPOSITORY, runChecker } from "../../testing/run-checker.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { mythrilChecker } from "./adapter.ts";

const testdata = testdataOf(import.meta.url);
/** The compiler comes from npm: Hardhat would download one. Without the optimizer, as the recording was made. */
const CONFIG = `
import { createRequire } from "node:module";
const solc = createRequire(import.meta.url).resolve("solc/soljson.js");
export default { paths: { sources: "./src" }, solidity: { version: "0.8.34", path: solc } };
`;
/**
 * Mythril's dependencies are hundreds of megabytes and need a Python environment of their own, so its answers are recorded.
 * This refuses what Mythril refuses: a file of bytecode that is not there or no bytecode.
 */
const MYTH = `
import { readFileSync } from "node:fs";
const code = readFileSync(process.argv[process.argv.indexOf("--codefile") + 1], "utf8");
if (!/^([0-9a-f]{2})+$/.test(code)) process.exit(2);
process.stdout.write(readFileSync("answer.json", "utf8"));
process.exitCode = 1;
`;

const runKept = keptWorkspace((folder) => symlink(join(REPOSITORY, "node_modules"), join(folder, "node_modules")));
const run = (answer: string, { settings = {}, recorded }: Pick<CheckerRun, "settings" | "recorded"> = {}) =>
  runKept(mythrilChecker, {
    workspace: {
      "package.json": '{"type":"module"}',
      "hardhat.config.ts": CONFIG,
      "src/Bank.sol": testdata("Bank.sol.txt"),
      "myth.mjs": MYTH,
      "answer.json": answer,
    },
    files: ["src/Bank.sol"],
    settings,
    options: { command: [process.execPath, "myth.mjs"] },
    ...(recorded === undefined ? {} : { recorded }),
    env: { NODE_OPTIONS: "", NODE_TEST_CONTEXT: "" },
  });

const found = once(() => run(testdata("found-0.24.8.json")));
/** For cases about Mythril's answer: once Hardhat has built the contracts, it says the same for each of them. */
const afterBuild = async (answer: string, settings: Record<string, unknown> = {}) => {
  await found();
  const unchanged = { exitCode: 0, stdout: "No contracts to compile\n", stderr: "" };
  return run(answer, { settings, recorded: (argv) => (argv.includes("build") ? unchanged : undefined) });
};

requiredCases(mythrilChecker, {
  red: found,
  clean: () => run(testdata("clean-0.24.8.json")),
  truncated: () => afterBuild(testdata("truncated-0.24.8.json")),
  empty: () => afterBuild(""),
});

describe("mythril", () => {
  test("places issues of the bytecode in the source", async () => {
    const { findings, evidence } = await found();
    const [destroyed] = findings;
    expect(destroyed).toMatchObject({ rule: "SWC-106", severity: "error", file: "src/Bank.sol" });
    const line = testdata("Bank.sol.txt").split("\n")[(destroyed?.range?.start.line ?? 0) - 1] ?? "";
    expect(line.slice((destroyed?.range?.start.column ?? 1) - 1)).toMatch(/^selfdestruct\(to\)/);
    expect(evidence?.summary).toBe("Bad: 97 % of the instructions executed");
  });

  test("a report without an executed instruction is no evidence", async () => {
    const output = await afterBuild('[{"issues": [], "meta": {}}]');
    expect(statusOf(output)).toMatchObject({ outcome: "errored", reason: "no-evidence" });
  });

  test("a contract that nobody defines is a problem", async () => {
    const output = await afterBuild(testdata("clean-0.24.8.json"), { contracts: ["Bad", "Vault"] });
    expect(output.problems).toEqual(["mythril: no source in scope defines the contract Vault"]);
  });

  test("outside of a Hardhat project it is errored", async () => {
    const nowhere = runChecker(mythrilChecker, {
      workspace: { "A.sol": "contract A {}" },
      options: { command: [process.execPath, "-v"] },
    });
    await expect(nowhere).rejects.toSatisfy((error) => isTrigateError(error, "checker/tool-failed"));
  });
});
