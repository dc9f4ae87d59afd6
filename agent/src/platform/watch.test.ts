import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Watch, watchFiles } from "./watch.ts";

let folder = "";
let watching: Watch | undefined;
let changes = 0;
let tell: () => void = () => undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "trigate-watch-"));
  changes = 0;
});
afterEach(() => {
  watching?.close();
  rmSync(folder, { recursive: true, force: true });
});
const at = (...parts: string[]) => join(folder, ...parts);
async function watch(...paths: string[]): Promise<void> {
  watching = watchFiles(paths, () => {
    changes++;
    tell();
  });
  await watching.ready;
}
/** Does something to the files and waits until it was seen. */
async function seen(change: () => void): Promise<void> {
  const told = new Promise<void>((resolve) => {
    tell = resolve;
  });
  change();
  await told;
}

test.each<{ name: string; before?: () => void; change: () => void }>([
  { name: "appears", change: () => writeFileSync(at("file"), "new") },
  { name: "changes", before: () => writeFileSync(at("file"), "old"), change: () => writeFileSync(at("file"), "newer") },
  { name: "vanishes", before: () => writeFileSync(at("file"), "old"), change: () => rmSync(at("file")) },
  {
    name: "is replaced by another with the same size",
    before: () => {
      writeFileSync(at("file"), "one");
      writeFileSync(at("next"), "two");
    },
    change: () => renameSync(at("next"), at("file")),
  },
])("a file that $name is reported", async ({ before, change }) => {
  before?.();
  await watch(at("file"));
  await seen(change);
  expect(changes).toBeGreaterThan(0);
});

test("a file in folders that are yet to be made is reported", async () => {
  await watch(at("a", "b", "file"));
  await seen(() => {
    mkdirSync(at("a", "b"), { recursive: true });
    writeFileSync(at("a", "b", "file"), "new");
  });
  await seen(() => writeFileSync(at("a", "b", "file"), "changed"));
  expect(changes).toBeGreaterThanOrEqual(2);
});

test("a folder that is removed and made again is still watched", async () => {
  mkdirSync(at("a"));
  writeFileSync(at("a", "file"), "old");
  await watch(at("a", "file"));
  await seen(() => rmSync(at("a"), { recursive: true }));
  await seen(() => {
    mkdirSync(at("a"));
    writeFileSync(at("a", "file"), "again");
  });
  expect(changes).toBeGreaterThanOrEqual(2);
});

test("other files are nobody's business, and nothing is reported after closing", async () => {
  writeFileSync(at("file"), "old");
  await watch(at("file"));
  writeFileSync(at("other"), "new");
  await new Promise((resolve) => setTimeout(resolve, 100));
  watching?.close();
  writeFileSync(at("file"), "newer");
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(changes).toBe(0);
});
