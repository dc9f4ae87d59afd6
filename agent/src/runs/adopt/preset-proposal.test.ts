import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parse } from "yaml";
import type { ToolFinder } from "../../checkers/checker.ts";
import { CHECKERS } from "../../checkers/registry.ts";
import { loadConfig } from "../../config/load.ts";
import { isTrigateError } from "../../errors/trigate-error.ts";
import type { Proposal } from "../propose-config.ts";
import { namedPresets, overPresets, presetProposalText } from "./preset-proposal.ts";

let root = "";
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "trigate-over-presets-")));
  mkdirSync(join(root, ".git"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function installed(...names: readonly string[]): ToolFinder {
  const find = async (name: string) => (names.includes(name) ? [`/bin/${name}`] : undefined);
  return { npm: find, npmFolder: async () => undefined, python: find, path: find };
}

async function written(proposal: Omit<Proposal, "version">, presets: readonly string[], finder: ToolFinder) {
  const context = { root, checkers: CHECKERS, find: () => finder };
  const over = await overPresets({ version: 1, ...proposal }, await namedPresets(presets), context);
  const text = await presetProposalText(over, context);
  writeFileSync(join(root, "trigate.yaml"), text);
  const { checks } = await loadConfig(root, CHECKERS);
  return { text, value: parse(text) as unknown, checks: new Map(checks.map((check) => [check.id, check])) };
}

test("only what differs from the presets is written", async () => {
  const checks = {
    ruff: {},
    "ruff-format": {},
    pytest: { suite: "unit", coverage: "coverage/lcov.info" },
    mypy: { cwd: "src" },
    actionlint: { optional: true },
  };
  const gates = { test: { unit_coverage: ">= 90%", duration: "< 1min" } };
  const notes = { actionlint: "install it", ruff: "said by the preset" };
  const { value, text } = await written({ checks, gates, notes }, ["trigate:python"], installed("bandit", "lizard"));
  expect(value).toEqual({
    version: 1,
    extends: ["trigate:python"],
    checks: { pytest: { suite: "unit" }, mypy: { cwd: "src" }, actionlint: { optional: true } },
    gates: { test: { duration: "< 1min" } },
  });
  expect(text).toMatch(/# install it\n {2}actionlint:/);
});

test("what is made another way or not installed is taken away, with the reason beside it", async () => {
  const checks = {
    "api-ruff": { tool: "ruff", cwd: "api" },
    "web-ruff": { tool: "ruff", cwd: "web" },
    pytest: { suite: "unit" },
  };
  const all = await written({ checks, notes: {} }, ["python"], installed("ruff", "mypy"));
  expect(all.value).toMatchObject({
    checks: { ruff: null, bandit: null, lizard: null, pytest: { suite: "unit", coverage: null } },
  });
  expect(all.text).toMatch(/# .*not used here.*\n {2}ruff: null/);
  expect([...all.checks.keys()].toSorted()).toEqual([
    "api-ruff",
    "mypy",
    "osv-audit",
    "pytest",
    "ruff-format",
    "web-ruff",
  ]);
  expect(all.checks.get("pytest")).toMatchObject({ coverage: undefined });
});

test("a preset that there is not is named with those that there are", async () => {
  await expect(namedPresets(["python", "rust"])).rejects.toSatisfy(
    (error) => isTrigateError(error, "usage/bad-argument") && error.message.includes("trigate:solidity"),
  );
});
