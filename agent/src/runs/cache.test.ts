import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ResultCache } from "./cache.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "trigate-cache-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const entry = {
  output: {
    evidence: { files: 1 },
    findings: [],
    problems: [],
    coverage: { files: [{ file: "a.ts", lines: new Map([[1, 2]]), branches: [], functions: [] }], unplaced: [] },
  },
  toolVersion: "1.0",
  command: ["lint", "a.ts"],
  durationMs: 12,
};
const key = "ab".padEnd(64, "0");
/** The only file of the cache. */
function storedFile(): string {
  const first = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => join(folder, path))
    .find((path) => statSync(path).isFile());
  if (first === undefined) throw new Error("nothing is stored");
  return first;
}

describe("an answer", () => {
  test("comes back under its key and no other, also for another agent", async () => {
    await new ResultCache(folder).put(key, entry);
    expect(await new ResultCache(folder).get(key)).toEqual(entry);
    expect(await new ResultCache(folder).get("ac".padEnd(64, "0"))).toBeUndefined();
  });

  test("that is damaged in any place is a miss, and can be stored anew", async () => {
    const cache = new ResultCache(folder);
    await cache.put(key, entry);
    const path = storedFile();
    const whole = readFileSync(path);
    for (let at = 0; at < whole.length; at += 7) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ 1;
      writeFileSync(path, damaged);
      expect(await cache.get(key)).toBeUndefined();
      writeFileSync(path, whole.subarray(0, at));
      expect(await cache.get(key)).toBeUndefined();
    }
    await cache.put(key, entry);
    expect(await cache.get(key)).toEqual(entry);
  });

  test("in whose place something else lies is a miss", async () => {
    const cache = new ResultCache(folder);
    await cache.put(key, entry);
    const path = storedFile();
    rmSync(path);
    mkdirSync(path);
    expect(await cache.get(key)).toBeUndefined();
    rmSync(dirname(path), { recursive: true });
    writeFileSync(dirname(path), "");
    expect(await cache.get(key)).toBeUndefined();
  });
});

describe("the parts of the newest key", () => {
  test("come back for each check by itself", async () => {
    const cache = new ResultCache(folder);
    await cache.remember("lint", { parts: { tool: "1" } });
    await cache.remember("../escape", { parts: { tool: "2" } });
    expect([await cache.lastParts("lint"), await cache.lastParts("../escape"), await cache.lastParts("other")]).toEqual(
      [{ tool: "1" }, { tool: "2" }, undefined],
    );
  });

  test("are as good as unknown when they are damaged", async () => {
    const cache = new ResultCache(folder);
    await cache.remember("lint", { parts: { tool: "1" } });
    for (const text of ["", "{", "[1]", '"x"', '{"tool":1}']) {
      writeFileSync(storedFile(), text);
      expect(await cache.lastParts("lint")).toBeUndefined();
    }
  });
});
