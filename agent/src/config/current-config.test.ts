import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ruffChecker } from "../checkers/static/ruff/adapter.ts";
import { CurrentConfig } from "./current-config.ts";
import { loadConfig } from "./load.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "trigate-current-config-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const CHECKERS = new Map([["ruff", ruffChecker]]);
const write = (base: string, file = "trigate.yaml") =>
  writeFileSync(join(root, file), `version: 1\nchecks: { ruff: {} }\nbase: ${base}\n`);

/** `aheadMs` is how much later than the files it is, by the clock that is handed in. */
function current(aheadMs: number) {
  let loads = 0;
  const load = () => {
    loads++;
    return loadConfig(root, CHECKERS);
  };
  const config = new CurrentConfig(root, load, { now: () => Date.now() + aheadMs });
  const base = async () => (await config.get()).base;
  return { config, base, loads: () => loads };
}

test.each([0, 60_000])("is the same object until the text changes, looked at %d ms after a change", async (aheadMs) => {
  write("one");
  const { config, base, loads } = current(aheadMs);
  const first = await config.get();
  expect(await config.get()).toBe(first);
  // Touched, and still the same text.
  utimesSync(join(root, "trigate.yaml"), 1, 1);
  expect(await config.get()).toBe(first);
  expect(loads()).toBe(1);
  write("two");
  expect(await base()).toBe("two");
});

test("follows a file that it extends, and says when the configuration is gone", async () => {
  write("one", "base.yaml");
  writeFileSync(join(root, "trigate.yaml"), "version: 1\nextends: ./base.yaml\n");
  const { config, base } = current(60_000);
  expect(await base()).toBe("one");
  write("three", "base.yaml");
  expect(await base()).toBe("three");
  rmSync(join(root, "trigate.yaml"));
  await expect(config.get()).rejects.toMatchObject({ code: "config/missing" });
});
