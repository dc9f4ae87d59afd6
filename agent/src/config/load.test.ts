import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CHECKERS } from "../checkers/registry.ts";
import { findRoot } from "./find-root.ts";
import { loadConfig } from "./load.ts";

const coded = (code: string) => expect.objectContaining({ code });
let folder = "";
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "trigate-config-")));
  mkdirSync(join(folder, "web", "deep"), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const write = (text: string, ...place: string[]) => writeFileSync(join(folder, ...place, "trigate.yaml"), text);

test("the root is the nearest folder upward with a trigate.yaml", async () => {
  expect(await findRoot(join(folder, "web", "deep"))).toBeUndefined();
  write("");
  expect(await findRoot(join(folder, "web", "deep"))).toBe(folder);
  write("", "web");
  expect(await findRoot(join(folder, "web", "deep"))).toBe(join(folder, "web"));
});

test("a file that is there is read, frozen and named by its content", async () => {
  write("version: 1\nchecks: { oxlint: {} }\n");
  const config = await loadConfig(folder, CHECKERS);
  expect(config).toMatchObject({ root: folder, file: join(folder, "trigate.yaml"), checks: [{ id: "oxlint" }] });
  expect(Object.isFrozen(config)).toBe(true);
  write("version: 1\nchecks: { oxlint: {} }\n# another\n");
  expect((await loadConfig(folder, CHECKERS)).hash).not.toBe(config.hash);
});

test("no file and a faulty file are errors of their own", async () => {
  await expect(loadConfig(folder, CHECKERS)).rejects.toThrow(coded("config/missing"));
  write("version: 1\n");
  await expect(loadConfig(folder, CHECKERS)).rejects.toThrow(coded("config/invalid"));
});
