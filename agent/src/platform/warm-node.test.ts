import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isProcessAlive } from "./machine-lock.ts";
import { GroupProcessRunner } from "./process.ts";
import type { SpawnRequest } from "./spawn-request.ts";
import { ShellSupervisor } from "./supervisor.ts";
import { WarmNode } from "./warm-node.ts";

/** Longer than the pause before the next one is started, and the start itself. */
const UNTIL_WARM_MS = 1_200;

let folder = "";
let warmNode = new WarmNode();
let supervisor = new ShellSupervisor();
const started: boolean[] = [];

/** Tells of each call whether a waiting process was taken. */
class WatchedWarmNode extends WarmNode {
  override take(asked: SpawnRequest) {
    const child = super.take(asked);
    started.push(child !== undefined);
    return child;
  }
}

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "trigate-warm-")));
  started.length = 0;
  warmNode = new WatchedWarmNode();
  supervisor = new ShellSupervisor();
});

afterEach(() => {
  warmNode.close();
  supervisor.close();
  rmSync(folder, { recursive: true, force: true });
});

const ABOUT = `JSON.stringify({ argv: process.argv, execArgv: process.execArgv, cwd: process.cwd(), secret: process.env.SECRET ?? null, told: process.env.TOLD ?? null })`;

function request(script: string, rest: readonly string[] = [], more: Partial<SpawnRequest> = {}): SpawnRequest {
  const { SECRET: _secret, ...env } = process.env;
  return {
    argv: [process.execPath, script, ...rest],
    cwd: folder,
    env: { ...env, TOLD: "yes é😀" },
    timeoutMs: 20_000,
    maxOutputBytes: 1_000_000,
    signal: new AbortController().signal,
    ...more,
  };
}

describe("a warm Node", () => {
  test.each([
    {
      kind: "CommonJS",
      name: "tool.cjs",
      text: `if (require.main !== module) throw new Error("not main"); console.log(${ABOUT}); process.exitCode = 3;`,
    },
    { kind: "ES modules", name: "tool.mjs", text: `await 0; console.log(${ABOUT}); process.exitCode = 3;` },
  ])("is the program as if it had been started so: $kind", async ({ name, text }) => {
    const script = join(folder, name);
    writeFileSync(script, text);
    const runner = new GroupProcessRunner(supervisor, warmNode);
    const asked = request(script, ["--flag", "ä b", ""]);
    const cold = await runner.run(asked);
    await sleep(UNTIL_WARM_MS);
    const warm = await runner.run(asked);
    expect(started).toEqual([false, true]);
    expect(warm).toEqual(cold);
    expect(warm.exitCode).toBe(3);
    expect(JSON.parse(warm.stdout)).toMatchObject({ cwd: folder, secret: null, told: "yes é😀", execArgv: [] });
  });

  test("is not taken for another Node, other variables of Node's own, input, or what is no script", async () => {
    const script = join(folder, "tool.cjs");
    writeFileSync(script, "");
    const runner = new GroupProcessRunner(supervisor, warmNode);
    await runner.run(request(script));
    await sleep(UNTIL_WARM_MS);
    await runner.run(request(script, [], { stdin: "x" }));
    await runner.run({ ...request(script), argv: [process.execPath, "-e", "0"] });
    await runner.run({ ...request(script), argv: ["/bin/true"] });
    const asked = request(script);
    await runner.run({ ...asked, env: { ...asked.env, NODE_OPTIONS: "--no-warnings" } });
    expect(started).toEqual([false, false, false, false, false]);
  });

  test("keeps nobody alive, and ends with the one who started it", { timeout: 30_000 }, async () => {
    const script = join(folder, "tool.cjs");
    writeFileSync(script, "");
    const pidFile = join(folder, "pids");
    const program = `
      const { WarmNode } = await import(${JSON.stringify(new URL("warm-node.ts", import.meta.url).href)});
      new WarmNode().take({ argv: [process.execPath, ${JSON.stringify(script)}], cwd: ${JSON.stringify(folder)}, env: process.env });
      await new Promise((resolve) => setTimeout(resolve, 900));
      const { execFileSync } = await import("node:child_process");
      const { writeFileSync } = await import("node:fs");
      writeFileSync(${JSON.stringify(pidFile)}, execFileSync("ps", ["-o", "pid=", "--ppid", String(process.pid)]));
    `;
    const { exitCode } = await new GroupProcessRunner(supervisor).run({
      ...request(script),
      argv: [process.execPath, "--input-type=module", "-e", program],
      timeoutMs: 10_000,
    });
    expect(exitCode).toBe(0);
    const children = readFileSync(pidFile, "utf8").trim().split(/\s+/).map(Number);
    // Whoever inherits an ended process may take a while to see it off.
    await expect.poll(() => children.filter((pid) => isProcessAlive(pid)), { timeout: 15_000 }).toEqual([]);
  });

  test("is ended with its whole group like every tool", async () => {
    const script = join(folder, "tool.cjs");
    writeFileSync(script, "");
    const runner = new GroupProcessRunner(supervisor, warmNode);
    await runner.run(request(script));
    await sleep(UNTIL_WARM_MS);
    writeFileSync(script, `setInterval(() => {}, 1000);`);
    await expect(runner.run(request(script, [], { timeoutMs: 300 }))).rejects.toMatchObject({
      code: "checker/timed-out",
    });
    expect(started).toEqual([false, true]);
  });
});
