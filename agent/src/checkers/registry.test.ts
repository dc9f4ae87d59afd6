import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { METRICS } from "../core/metrics.ts";
import { CHECKERS } from "./registry.ts";

const HERE = dirname(fileURLToPath(import.meta.url));
/** Exported checkers by the folder of their adapter. */
const ADAPTERS = globSync("*/*/adapter.ts", { cwd: HERE }).flatMap((file) => {
  const names = [...readFileSync(join(HERE, file), "utf8").matchAll(/^export const (\w+Checker)\b/gm)];
  return names.map(([, name = ""]) => ({ folder: dirname(file), name }));
});
const testsIn = (folder: string) =>
  globSync(`${folder}/*.test.ts`, { cwd: HERE })
    .map((file) => readFileSync(join(HERE, file), "utf8"))
    .join("\n");

test("every checker is listed under its own id, once", () => {
  expect([...CHECKERS].map(([key, { id }]) => [key, id])).toEqual([...CHECKERS].map(([, { id }]) => [id, id]));
  expect(new Set([...CHECKERS.values()].map(({ title }) => title)).size).toBe(CHECKERS.size);
  expect(ADAPTERS.length).toBe(CHECKERS.size);
});

test.each(ADAPTERS)("$folder: $name proves red, clean, truncated, empty and missing", ({ folder, name }) => {
  expect(testsIn(folder)).toContain(`requiredCases(${name},`);
});

test.each(
  [...new Set(ADAPTERS.map(({ folder }) => folder))].filter((folder) => existsSync(join(HERE, folder, "parse.ts"))),
)("%s: its parser is fuzzed", (folder) => expect(testsIn(folder)).toContain("fuzzParser("));

test.each([...CHECKERS.values()])("$id feeds metrics of its own stage and can do without settings", ({
  stage,
  feeds,
  settings,
}) => {
  expect(feeds.length).toBeGreaterThan(0);
  expect(feeds.filter((metric) => METRICS[metric].stage !== stage)).toEqual([]);
  expect(settings.safeParse({}).success).toBe(true);
  expect(settings.safeParse({ noSuchSetting: true }).success).toBe(false);
});
