import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CHECKERS } from "../checkers/registry.ts";
import { isTrigateError } from "../errors/trigate-error.ts";
import { configHash, loadConfig } from "./load.ts";
import { presetNames } from "./presets.ts";

const NAMES = ["trigate:cpp", "trigate:monorepo", "trigate:python", "trigate:solidity", "trigate:typescript"];

let top = "";
beforeEach(() => {
  top = realpathSync(mkdtempSync(join(tmpdir(), "trigate-presets-")));
  mkdirSync(join(top, ".git"));
});
afterEach(() => rmSync(top, { recursive: true, force: true }));

async function resolved(text: string) {
  writeFileSync(join(top, "trigate.yaml"), `version: 1\n${text}`);
  const config = await loadConfig(top, CHECKERS);
  const limits = config.gates.map(
    ({ metric, threshold, configured }) => [metric, { ...threshold, configured }] as const,
  );
  return {
    ...config,
    ids: config.checks.map(({ id }) => id),
    check: (id: string) => config.checks.find((each) => each.id === id),
    limits: new Map(limits),
  };
}

test("these are the presets, each a file of its own", async () => {
  expect(await presetNames()).toEqual(NAMES);
  expect(readdirSync(join(import.meta.dirname, "presets"))).toHaveLength(NAMES.length);
});

describe.each(NAMES)("%s", (name) => {
  test("resolves by itself, to checks and limits", async () => {
    const { ids, gates } = await resolved(`extends: ${name}\n`);
    expect(ids.length).toBeGreaterThan(3);
    expect(gates.some(({ stage }) => stage === "test")).toBe(true);
  });

  test("resolves without any one of its checks", async () => {
    const { ids } = await resolved(`extends: ${name}\n`);
    for (const id of ids) {
      const without = await resolved(`extends: ${name}\nchecks: { ${id}: null }\n`);
      expect(without.ids).toEqual(ids.filter((other) => other !== id));
    }
  });
});

test("the page on presets names each with all of its checks", async () => {
  const page = readFileSync(join(import.meta.dirname, "../../docs/presets.md"), "utf8");
  for (const name of NAMES) {
    const row = page.split("\n").find((line) => line.startsWith(`| \`${name}\``)) ?? "";
    const [required = "", optional = ""] = row.split("|").slice(2);
    for (const { tool, optional: mayMiss } of (await resolved(`extends: ${name}\n`)).checks)
      expect(mayMiss ? optional : required).toContain(tool);
  }
});

test("several together have the checks of each", async () => {
  const { ids } = await resolved(`extends: [${NAMES.join(", ")}]\n`);
  for (const name of NAMES) {
    const alone = await resolved(`extends: ${name}\n`);
    expect(ids).toEqual(expect.arrayContaining(alone.ids));
  }
});

test("the repository's own file decides key by key", async () => {
  const config = await resolved(`extends: trigate:python
checks:
  bandit: null
  pytest: { suite: integration }
  mypy: { optional: false, timeout: 1min }
gates: { test: { unit_coverage: ">= 50%" } }
`);
  expect(config.ids).not.toContain("bandit");
  expect(config.check("pytest")).toMatchObject({ suite: "integration", coverage: "coverage/lcov.info" });
  expect(config.check("mypy")).toMatchObject({ optional: false, timeoutMs: 60_000 });
  expect(config.limits.get("unit_coverage")).toMatchObject({ value: 50, configured: true });
  // A limit of the preset holds as a default one does: nobody wrote that there must be something to measure.
  expect(config.limits.get("patch_coverage")).toMatchObject({ value: 80, configured: false });
});

test("a gate of one's own that nothing feeds is still a fault", async () => {
  const text = 'extends: trigate:python\nchecks: { pytest: null }\ngates: { test: { unit_coverage: ">= 50%" } }\n';
  await expect(resolved(text)).rejects.toThrow(/no check in "checks" measures unit_coverage/);
});

test("an unknown preset is named with those that there are", async () => {
  const faulty = resolved("extends: [trigate:cpp, trigate:pyton]\n");
  await expect(faulty).rejects.toSatisfy((error) => isTrigateError(error, "config/invalid"));
  await expect(faulty).rejects.toThrow(
    /line 2: extends: there is no preset "trigate:pyton", did you mean "trigate:python"\?; there are: trigate:cpp, trigate:monorepo/,
  );
  await expect(resolved('extends: "trigate:../../x"\n')).rejects.toThrow(/there is no preset/);
});

test("the text of a preset counts for the hash", async () => {
  const { hash, extended } = await resolved("extends: trigate:cpp\n");
  expect(await configHash(top)).toBe(hash);
  expect(extended).toHaveLength(1);
  expect((await resolved("extends: trigate:solidity\n")).hash).not.toBe(hash);
});
