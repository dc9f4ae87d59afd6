import { chmod, symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { percentOf } from "../../../core/coverage.ts";
import { statusOf } from "../../../core/check-status.ts";
import { isTrigateError } from "../../../errors/trigate-error.ts";
import { fakeContext } from "../../testing/fake-context.ts";
import { keptWorkspace } from "../../testing/kept-workspace.ts";
import { once } from "../../testing/once.ts";
import { requiredCases } from "../../testing/required-cases.ts";
import { REPOSITORY } from "../../testing/run-checker.ts";
import { testdataOf } from "../../testing/testdata.ts";
import { forgeChecker } from "./adapter.ts";

const testdata = testdataOf(import.meta.url);
/** Forge would download a compiler; this gives it the one from npm. */
const SOLC = `#!/usr/bin/env node
const fs = require("node:fs");
const solc = require("./node_modules/solc");
const args = process.argv.slice(2);
const find = (path) => (fs.existsSync(path) ? { contents: fs.readFileSync(path, "utf8") } : { error: "not found" });
if (args.includes("--version")) {
  console.log("solc, the solidity compiler\\nVersion: " + solc.version().replace(".Emscripten.clang", ".Linux.g++"));
} else process.stdout.write(solc.compile(fs.readFileSync(0, "utf8"), { import: find }));
`;
const CONFIG = '[profile.default]\nsolc = "./solc"\noffline = true\nauto_detect_remappings = false\n';
const contract = (...lines: readonly string[]) =>
  ["// SPDX-License-Identifier: MIT", "pragma solidity ^0.8.20;", ...lines, ""].join("\n");
const COUNTER = contract(
  "contract Counter {",
  "  uint256 public n;",
  "  function add(uint256 x) external {",
  "    if (x > 5) {",
  "      n += x;",
  "    } else {",
  "      n += 1;",
  "    }",
  "  }",
  "}",
);
const testsOf = (...lines: readonly string[]) =>
  contract(
    'import {Counter} from "../src/Counter.sol";',
    "contract CounterTest {",
    "  Counter c;",
    "  function setUp() public { c = new Counter(); }",
    ...lines,
    "}",
  );
const GOOD = testsOf("  function test_add() public { c.add(7); require(c.n() == 7); }");

const runKept = keptWorkspace((folder) => symlink(join(REPOSITORY, "node_modules"), join(folder, "node_modules")));
const run = (tests: string, settings: Record<string, unknown> = {}, args: readonly string[] = []) =>
  runKept(forgeChecker, {
    workspace: { "foundry.toml": CONFIG, solc: SOLC, "src/Counter.sol": COUNTER, "test/Counter.t.sol": tests },
    files: ["src/Counter.sol", "test/Counter.t.sol"],
    settings,
    options: { args },
    prepare: (folder) => chmod(join(folder, "solc"), 0o755),
  });

const recorded = (stdout: string) =>
  forgeChecker.check(fakeContext(forgeChecker, { answers: [{ exitCode: 1, stdout, stderr: "" }] }));

const found = once(() =>
  run(
    testsOf("  function testFuzz_add(uint256 x) public {", "    c.add(x);", '    require(x < 1000, "large");', "  }"),
  ),
);

requiredCases(forgeChecker, {
  red: found,
  clean: () => run(GOOD),
  truncated: () => recorded(testdata("truncated-1.7.1.json")),
  empty: () => recorded(""),
});

describe("forge, the real one", () => {
  test("names file, line, reason and counterexample", async () => {
    const output = await found();
    expect(output.tests).toMatchObject([
      { name: "CounterTest > testFuzz_add(uint256)", file: "test/Counter.t.sol", line: 7, status: "failed" },
    ]);
    expect(output.tests?.[0]?.message).toMatch(/large\ncounterexample: \d+/);
  });

  test("measures lines, branches and functions when asked to", async () => {
    const { coverage, problems } = await run(GOOD, { measureCoverage: true });
    expect(problems).toEqual([]);
    const counter = coverage?.files.find(({ file }) => file === "src/Counter.sol");
    expect(counter?.functions).toMatchObject([{ name: "Counter.add", hits: 1 }]);
    expect(counter?.branches.filter(({ taken }) => (taken ?? 0) > 0)).toHaveLength(1);
    const hits = [...(counter?.lines.values() ?? [])];
    expect(percentOf({ covered: hits.filter((count) => count > 0).length, total: hits.length })).toBeCloseTo(75, 0);
  });

  test("no matching test is errored although Forge exits with 0", async () => {
    const output = await run(GOOD, {}, ["--match-test", "nothing_like_it"]);
    expect(statusOf(output)).toMatchObject({ outcome: "errored", reason: "no-tests" });
  });

  test("a contract that does not compile is errored", async () => {
    const broken = run(testsOf("  function test_add() public { nope(); }"));
    await expect(broken).rejects.toSatisfy((error) => isTrigateError(error, "checker/tool-failed"));
  });
});
