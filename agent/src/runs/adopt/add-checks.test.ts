import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CHECKERS } from "../../checkers/registry.ts";
import { isTrigateError } from "../../errors/trigate-error.ts";
import { addChecks } from "./add-checks.ts";

let root = "";
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "trigate-add-")));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const added = (text: string, checks: Record<string, Record<string, unknown>>) =>
  addChecks(text, checks, { file: join(root, "trigate.yaml"), checkers: CHECKERS });

test("what stands there stays, comments too, and what is new comes at the end", async () => {
  const text = "version: 1\n# ours\nchecks:\n  ruff: {} # fast\n";
  const result = await added(text, { ruff: { args: ["x"] }, black: { optional: true } });
  expect(result.added).toEqual(["black"]);
  expect(result.text).toBe(`${text}  black:\n    optional: true\n`);
});

test("a check of an extended file is there already, and one that was taken away is not wanted", async () => {
  const text =
    'version: 1\nextends: trigate:python\nchecks: { mypy: null }\ngates: { test: { unit_coverage: ">= 1%" } }\n';
  const result = await added(text, { ruff: {}, mypy: {}, black: {} });
  expect(result.added).toEqual(["black"]);
  expect((await added("version: 1\nextends: trigate:python\n", { ruff: {} })).text).toBe(
    "version: 1\nextends: trigate:python\n",
  );
});

test("a file that is faulty or would become so is left alone", async () => {
  for (const [text, checks] of [
    ["version: 1\nchecks: { rufff: {} }\n", { black: {} }],
    ["version: 1\nextends: trigate:rust\n", { black: {} }],
    ["version: 1\nchecks: { ruff: {} }\n", { own: { tool: "none" } }],
  ] as const)
    await expect(added(text, checks)).rejects.toSatisfy((error) => isTrigateError(error, "config/invalid"));
});
