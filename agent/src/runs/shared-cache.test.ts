import { join } from "node:path";
import { createClient } from "@redis/client";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { NodeToolFinder } from "../checkers/tool-finder.ts";
import type { ResolvedSharedCache } from "../config/resolved.ts";
import { GroupProcessRunner } from "../platform/process.ts";
import { connectRedis } from "../platform/redis-server.ts";
import { ShellSupervisor } from "../platform/supervisor.ts";
import { ServicePool } from "./services/service-pool.ts";
import { openSharedCache, type SharedCache, type SharedEntry } from "./shared-cache.ts";
import { MutableWorkspace } from "./testing/mutable-workspace.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const supervisor = new ShellSupervisor();
const pool = new ServicePool([], {
  root,
  env: process.env,
  processes: new GroupProcessRunner(supervisor),
  finder: new NodeToolFinder({ root, cwd: "", env: process.env }),
  signal: new AbortController().signal,
});
let url = "";
let warnings: string[] = [];
const shared: ResolvedSharedCache = {
  urlVariable: "URL",
  keyVariable: "KEY",
  readOnly: "auto",
  maxEntryBytes: 10_000,
  timeoutMs: 2_000,
};
const open = (different: Partial<ResolvedSharedCache> = {}, env: Record<string, string> = {}, dirty = false) =>
  openSharedCache(
    { ...shared, ...different },
    {
      env: { URL: url, KEY: "team secret", ...env },
      dirty,
      connect: connectRedis,
      warn: (text) => warnings.push(text),
    },
  );
const entry = (words: string): SharedEntry => ({
  entry: {
    output: { evidence: { files: 1, summary: words }, findings: [], problems: [] },
    toolVersion: "1",
    command: ["lint"],
    durationMs: 3,
  },
  contents: [new TextEncoder().encode("coverage")],
});
const wordsOf = async (cache: SharedCache | undefined, key: string) =>
  (await cache?.get(key))?.entry.output.evidence?.summary;
interface Raw {
  readonly get: (key: string) => Promise<string | null>;
  readonly set: (key: string, value: string) => Promise<unknown>;
}
async function redis<T>(body: (client: Raw) => Promise<T>): Promise<T> {
  const client = createClient({ url });
  await client.connect();
  try {
    return await body({ get: (key) => client.get(key), set: (key, value) => client.set(key, value) });
  } finally {
    client.destroy();
  }
}

beforeAll(async () => {
  url = (await pool.provide(["redis"]))["REDIS_URL"] ?? "";
}, 30_000);
beforeEach(() => {
  warnings = [];
});
afterAll(async () => {
  await pool.close();
  supervisor.close();
});

describe("an answer over a real server", () => {
  test("comes back under its key, with the files that belong to it", async () => {
    const [writer, reader] = [open(), open()];
    await writer?.put("a", entry("ten"));
    const found = await reader?.get("a");
    expect(found?.entry).toEqual(entry("ten").entry);
    expect(Buffer.from(found?.contents[0] ?? []).toString()).toBe("coverage");
    expect([await wordsOf(reader, "b"), warnings]).toEqual([undefined, []]);
    await Promise.all([writer?.close(), reader?.close()]);
  });

  test("that was altered anywhere, was signed with another key or was put in another's place is left out", async () => {
    const cache = open();
    await cache?.put("c", entry("true"));
    const stored = await redis((client) => client.get("trigate:answer:1:c"));
    const text = String(stored);
    for (let at = 0; at < text.length; at += 37) {
      const altered = text.slice(0, at) + (text[at] === "0" ? "1" : "0") + text.slice(at + 1);
      await redis((client) => client.set("trigate:answer:1:c", altered));
      expect(await wordsOf(cache, "c")).toBeUndefined();
    }
    await redis((client) => client.set("trigate:answer:1:d", text));
    expect(await wordsOf(cache, "d")).toBeUndefined();
    await redis((client) => client.set("trigate:answer:1:c", text));
    expect(await wordsOf(open({}, { KEY: "other secret" }), "c")).toBeUndefined();
    expect(await wordsOf(cache, "c")).toBe("true");
    expect(warnings[0]).toContain("not signed with this key");
    await cache?.close();
  });

  test.each<{ name: string; cache: () => SharedCache | undefined }>([
    { name: "a pull request on GitHub", cache: () => open({}, { GITHUB_EVENT_NAME: "pull_request" }) },
    { name: "one with the base's rights", cache: () => open({}, { GITHUB_EVENT_NAME: "pull_request_target" }) },
    { name: "a merge request on GitLab", cache: () => open({}, { CI_MERGE_REQUEST_IID: "7" }) },
    { name: "a dirty work tree", cache: () => open({}, {}, true) },
    { name: "the configuration's word", cache: () => open({ readOnly: true }) },
    { name: "an answer that is too large", cache: () => open({ maxEntryBytes: 10 }) },
  ])("is not written for $name", async ({ name, cache }) => {
    const opened = cache();
    await opened?.put(name, entry("x"));
    expect(await wordsOf(open(), name)).toBeUndefined();
    await opened?.close();
  });
});

describe("a server that is not there, or is slow", () => {
  test("is said once and then left alone", async () => {
    const cache = open({}, { URL: "redis://127.0.0.1:1" });
    expect([await wordsOf(cache, "a"), await wordsOf(cache, "b")]).toEqual([undefined, undefined]);
    await cache?.put("a", entry("x"));
    await cache?.close();
    expect(warnings).toEqual([expect.stringContaining("left alone")]);
  });

  test("costs one time-out, whatever is asked", async () => {
    let asked = 0;
    const never = {
      get: () => (asked++, new Promise<never>(() => undefined)),
      set: async () => undefined,
      close: async () => undefined,
    };
    const cache = openSharedCache(
      { ...shared, timeoutMs: 20 },
      { env: { URL: url, KEY: "k" }, dirty: false, connect: async () => never, warn: (text) => warnings.push(text) },
    );
    for (const key of ["a", "b", "c"]) expect(await wordsOf(cache, key)).toBeUndefined();
    expect([asked, warnings.length]).toEqual([1, 1]);
  });

  test("is not asked at all without its variables", () => {
    expect([open({}, { KEY: "" }), open({}, { URL: "" })]).toEqual([undefined, undefined]);
    expect(warnings).toEqual([expect.stringContaining("set KEY"), expect.stringContaining("set URL")]);
  });
});

test("what one machine answered, another need not ask again, wherever the workspace lies there", async () => {
  const [first, second] = [new MutableWorkspace(), new MutableWorkspace()];
  try {
    for (const workspace of [first, second]) {
      Object.assign(workspace.env, { URL: url, KEY: "team secret" });
      workspace.configure("args: [--preview]", "cache: { shared: { url: $URL, key: $KEY, timeout: 2s } }\n");
      workspace.commit();
    }
    const cachedOf = async (workspace: MutableWorkspace) =>
      (await workspace.judge()).map(({ id, cached }) => `${id} ${cached ? "cached" : "asked"}`).join(", ");
    expect(await cachedOf(first)).toBe("ruff asked, biome asked");
    expect(await cachedOf(second)).toBe("ruff cached, biome cached");
    second.write("project/a.py", "different = 1\n");
    expect(await cachedOf(second)).toBe("ruff asked, biome cached");
  } finally {
    first.remove();
    second.remove();
  }
}, 60_000);
