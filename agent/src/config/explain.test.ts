import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CHECKERS } from "../checkers/registry.ts";
import { isTrigateError } from "../errors/trigate-error.ts";
import { explainConfig } from "./explain.ts";

let top = "";
beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), "trigate-explain-")));
  mkdirSync(join(top, ".git"));
  mkdirSync(join(top, "api"));
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

async function explained(files: Readonly<Record<string, string>>, folder = "") {
  for (const [file, text] of Object.entries(files)) writeFileSync(join(top, file), text);
  const { sources, settings } = await explainConfig(join(top, folder), CHECKERS);
  const of = new Map(settings.map(({ path, ...rest }) => [path.join("/"), rest]));
  return { sources, of, paths: settings.map(({ path }) => path.join("/")) };
}

const ROOT = `version: 1
extends: trigate:python
checks:
  ruff: { args: [--select=E] }
  bandit: null
  black:
gates:
  static: { complexity: { "api/*": "< 5", "*": "< 20" } }
`;
const OWN = `version: 1
extends: ..
checks:
  ruff: { timeout: 1min }
  pytest: { coverage: out.lcov }
gates: { test: { unit_coverage: ">= 50%" } }
newOnly: files
`;

test("each value is told with the file or preset that decides it", async () => {
  const { sources, of, paths } = await explained({ "trigate.yaml": ROOT, "api/trigate.yaml": OWN }, "api");
  expect(sources).toEqual(["trigate:python", "trigate.yaml", "api/trigate.yaml"]);
  expect(of.get("checks/ruff/args")).toEqual({ value: ["--select=E"], from: "trigate.yaml", line: 4 });
  expect(of.get("checks/ruff/timeout")).toEqual({ value: "1min", from: "api/trigate.yaml", line: 4 });
  expect(of.get("checks/pytest/coverage")).toEqual({ value: "out.lcov", from: "api/trigate.yaml", line: 5 });
  expect(of.get("checks/mypy/optional")).toMatchObject({ value: true, from: "trigate:python" });
  expect(of.get("checks/black")).toMatchObject({ value: null, from: "trigate.yaml", line: 6 });
  expect(of.get("gates/static/complexity/api/*")).toMatchObject({ value: "< 5", from: "trigate.yaml", line: 8 });
  expect(of.get("gates/test/unit_coverage")).toMatchObject({ value: ">= 50%", from: "api/trigate.yaml", line: 6 });
  expect(of.get("gates/test/patch_coverage")).toMatchObject({ value: ">= 80%", from: "trigate:python" });
  expect(of.get("newOnly")).toMatchObject({ value: "files", from: "api/trigate.yaml" });
  expect(paths.filter((path) => path.includes("bandit"))).toEqual([]);
});

test("what nobody wrote is told as a default, once", async () => {
  const { of, paths } = await explained({ "trigate.yaml": ROOT });
  expect(of.get("checks/ruff/timeout")).toEqual({ value: "300s", from: "default" });
  expect(of.get("checks/osv-audit/source")).toMatchObject({ from: "default" });
  expect(of.get("gates/static/code_style")).toEqual({ value: "100%", from: "default" });
  expect(of.get("newOnly")).toEqual({ value: "lines", from: "default" });
  expect(paths).toHaveLength(new Set(paths).size);
  expect(paths).not.toContain("gates/static/complexity");
});

test("a faulty file is an error with its complaints", async () => {
  const faulty = explained({ "trigate.yaml": "version: 1\nchecks: { rufff: {} }\n" });
  await expect(faulty).rejects.toSatisfy((error) => isTrigateError(error, "config/invalid"));
  await expect(explainConfig(join(top, "api"), CHECKERS)).rejects.toSatisfy((error) =>
    isTrigateError(error, "config/missing"),
  );
});
