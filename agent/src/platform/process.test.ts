import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isProcessAlive } from "./machine-lock.ts";
import { GroupProcessRunner } from "./process.ts";
import type { SpawnRequest } from "./spawn-request.ts";
import { ShellSupervisor } from "./supervisor.ts";

const coded = (code: string) => expect.objectContaining({ code });
const supervisor = new ShellSupervisor();
const runner = new GroupProcessRunner(supervisor);
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "trigate-process-"));
});
afterAll(() => {
  supervisor.close();
  rmSync(folder, { recursive: true, force: true });
});

const request = (argv: readonly string[], different: Partial<SpawnRequest> = {}): SpawnRequest => ({
  argv,
  cwd: folder,
  env: process.env,
  timeoutMs: 60_000,
  maxOutputBytes: 1_000_000,
  signal: new AbortController().signal,
  ...different,
});
const node = (script: string, ...args: string[]) => [process.execPath, "-e", script, ...args];
const shell = (script: string, ...args: string[]) => ["/bin/sh", "-c", script, "sh", ...args];

let names = 0;
const pidFile = () => join(folder, `pid-${names++}`);
async function until<T>(look: () => T | undefined | false): Promise<T> {
  for (;;) {
    const seen = look();
    if (seen !== undefined && seen !== false) return seen;
    await sleep(10);
  }
}
const readPid = (file: string) =>
  until(() => (existsSync(file) ? Number(readFileSync(file, "utf8")) || undefined : undefined));
/** Waits as long as the test may take. */
const expectGone = (pid: number) => until(() => !isRunning(pid));
/** A process that ended but was not yet waited for still has an id; it runs no more. */
function isRunning(pid: number): boolean {
  if (!isProcessAlive(pid)) return false;
  const stat = `/proc/${pid}/stat`;
  if (!existsSync("/proc/self/stat")) return true;
  try {
    return !/\) Z /.test(readFileSync(stat, "latin1"));
  } catch {
    // Gone between the two looks.
    return false;
  }
}

describe("a program", () => {
  test("is handed its arguments as they are, without a shell", async () => {
    const odd = ["$HOME", "a b", '"; rm -rf /', "*", ""];
    const { stdout, exitCode } = await runner.run(
      request(node("console.log(JSON.stringify(process.argv.slice(1)))", ...odd)),
    );
    expect([JSON.parse(stdout), exitCode]).toEqual([odd, 0]);
  });

  test("gets its folder, its environment and nothing else, and its input", async () => {
    const script =
      "process.stdin.on('data', (d) => console.log(process.cwd(), JSON.stringify(process.env), String(d)))";
    const { stdout } = await runner.run(request(node(script), { env: { ONLY: "this" }, stdin: "héllo" }));
    // The supervisor finds by its mark what was started in the very moment in which the agent ended.
    expect(stdout.replace(/,"TRIGATE_AGENT_MARK":"[0-9a-f-]{36}"/, "")).toBe(`${folder} {"ONLY":"this"} héllo\n`);
  });

  test("without input sees the end of it at once", async () => {
    const { stdout } = await runner.run(request(["/bin/cat"]));
    expect(stdout).toBe("");
  });

  test.each([0, 1, 2, 139])("its exit code %d is a value, not an exception", async (code) => {
    expect(await runner.run(request(shell(`echo out; echo err >&2; exit ${code}`)))).toEqual({
      exitCode: code,
      stdout: "out\n",
      stderr: "err\n",
    });
  });

  test("that a signal ended has no exit code", async () => {
    expect((await runner.run(request(shell("kill -SEGV $$")))).exitCode).toBeUndefined();
  });

  test("that does not read its input is no failure", async () => {
    expect((await runner.run(request(shell("exit 3"), { stdin: "x".repeat(5_000_000) }))).exitCode).toBe(3);
  });

  test("output of several bytes a character is not cut in the middle", async () => {
    const { stdout } = await runner.run(request(node("for (let i = 0; i < 20000; i++) process.stdout.write('€')")));
    expect(stdout).toBe("€".repeat(20_000));
  });

  test.each([
    { name: "is not there", argv: ["/nowhere/at/all"], different: {} },
    { name: "is not executable", argv: ["/etc/passwd"], different: {} },
    { name: "has no name", argv: [], different: {} },
    { name: "is to run in a folder that is not there", argv: ["/bin/true"], different: { cwd: "/nowhere/at/all" } },
    { name: "has a zero byte in an argument", argv: ["/bin/true", "a\0b"], different: {} },
    { name: "has more arguments than the system takes", argv: ["/bin/true", "x".repeat(5_000_000)], different: {} },
  ])("that $name: platform/spawn-failed", async ({ argv, different }) => {
    await expect(runner.run(request(argv, different))).rejects.toThrow(coded("platform/spawn-failed"));
  });
});

describe("ending", () => {
  const endless = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);";
  const family = (own: string, child: string) =>
    shell(
      `sh -c 'echo $$ > "$0"; while :; do sleep 1; done' "$2" & echo $$ > "$1"; while :; do sleep 1; done`,
      own,
      child,
    );

  test("cancelling ends the program and its children, and gives the reason of the signal", async () => {
    const controller = new AbortController();
    const [own, child] = [pidFile(), pidFile()];
    const running = runner.run(request(family(own, child), { signal: controller.signal }));
    const pids = [await readPid(own), await readPid(child)];
    controller.abort(new Error("enough"));
    await expect(running).rejects.toThrow("enough");
    for (const pid of pids) await expectGone(pid);
  });

  test("a time-out ends the program and its children", async () => {
    const [own, child] = [pidFile(), pidFile()];
    await expect(runner.run(request(family(own, child), { timeoutMs: 500 }))).rejects.toThrow(
      coded("checker/timed-out"),
    );
    await Promise.all([own, child].map(async (file) => expectGone(await readPid(file))));
  });

  test("a time-out of more than a timer takes is no time-out", async () => {
    expect((await runner.run(request(shell("sleep 0.2; exit 4"), { timeoutMs: 1e12 }))).exitCode).toBe(4);
  });

  test("a program that ignores TERM is killed after the grace", async () => {
    const file = pidFile();
    const running = runner.run(
      request(node(`require("fs").writeFileSync(process.argv[1], String(process.pid)); ${endless}`, file), {
        timeoutMs: 1000,
      }),
    );
    await expect(running).rejects.toThrow(coded("checker/timed-out"));
    await expectGone(await readPid(file));
  }, 20_000);

  test("a signal that is aborted already starts nothing", async () => {
    const file = pidFile();
    const aborted = AbortSignal.abort(new Error("before"));
    await expect(runner.run(request(shell('echo $$ > "$1"', file), { signal: aborted }))).rejects.toThrow("before");
    expect(existsSync(file)).toBe(false);
  });

  test("too much output ends it", async () => {
    const running = runner.run(request(shell("while :; do echo 0123456789; done"), { maxOutputBytes: 10_000 }));
    await expect(running).rejects.toThrow(coded("checker/output-too-large"));
  });

  test("a child that the program leaves behind ends with it, and the answer does not wait for it", async () => {
    const file = pidFile();
    const { stdout, exitCode } = await runner.run(
      request(shell('(echo $BASHPID; sleep 1000) & echo $! > "$1"; echo done; exit 5', file), { timeoutMs: 20_000 }),
    );
    expect([stdout.trim().endsWith("done"), exitCode]).toEqual([true, 5]);
    await expectGone(await readPid(file));
  });

  test("a child that left the group and holds the output does not hold up the answer", async () => {
    const file = pidFile();
    const script = `const { spawn } = require("child_process"); const c = spawn("sleep", ["1000"], { detached: true, stdio: "inherit" }); require("fs").writeFileSync(process.argv[1], String(c.pid)); c.unref(); console.log("done"); process.exit(6)`;
    const { stdout, exitCode } = await runner.run(request(node(script, file), { timeoutMs: 20_000 }));
    process.kill(await readPid(file), "SIGKILL");
    expect([stdout, exitCode]).toEqual(["done\n", 6]);
  }, 15_000);
});

describe("when the agent itself is killed", () => {
  const script = fileURLToPath(new URL("testing/run-and-wait.ts", import.meta.url));
  const startAgent = (...argv: string[]): ChildProcess =>
    spawn(process.execPath, [script, ...argv], { cwd: folder, stdio: "inherit" });

  test.each([
    "SIGKILL",
    "SIGTERM",
  ] as const)("by %s, the supervisor ends its tools and their children", async (signal) => {
    const [own, child] = [pidFile(), pidFile()];
    const agent = startAgent(
      ...shell(
        `sh -c 'echo $$ > "$0"; while :; do sleep 1; done' "$2" & echo $$ > "$1"; while :; do sleep 1; done`,
        own,
        child,
      ),
    );
    const pids = [await readPid(own), await readPid(child)];
    agent.kill(signal);
    for (const pid of pids) await expectGone(pid);
  }, 20_000);

  test("a tool that ignores TERM is killed after a grace", async () => {
    const file = pidFile();
    const agent = startAgent(
      ...node(
        `require("fs").writeFileSync(process.argv[1], String(process.pid)); process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)`,
        file,
      ),
    );
    const pid = await readPid(file);
    agent.kill("SIGKILL");
    await expectGone(pid);
  }, 20_000);
});
