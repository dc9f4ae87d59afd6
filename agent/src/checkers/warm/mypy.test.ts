import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { z } from "zod";
import type { CheckOutput } from "../../core/check.ts";
import { mypyChecker } from "../static/mypy/adapter.ts";
import { fakeContext } from "../testing/fake-context.ts";
import { REPOSITORY } from "../testing/run-checker.ts";
import { mypyWarm } from "./mypy.ts";
import { WarmWorkspace } from "./testing/warm-workspace.ts";

const Status = z.object({ pid: z.int(), connection_name: z.string() });
const PATIENCE = { timeout: 40_000 };
const FILES = {
  "mypy.ini": "[mypy]\nfiles = app\ncheck_untyped_defs = True\n",
  "app/__init__.py": "",
  "app/a.py": "def f(x: int) -> int:\n    return x\n",
  "app/b.py": "from app.a import f\n\nANSWER: int = f(1)\n",
};

let state = "";
let workspace: WarmWorkspace;
beforeEach(async () => {
  state = mkdtempSync(join(tmpdir(), "trigate-dmypy-"));
  vi.stubEnv("TRIGATE_STATE_DIR", state);
  workspace = await WarmWorkspace.create(FILES);
});
afterEach(async () => {
  await workspace.dispose();
  vi.unstubAllEnvs();
  rmSync(state, { recursive: true, force: true });
});

const ready = async () => {
  await expect.poll(() => workspace.warm(mypyChecker, "app/b.py"), PATIENCE).toBeDefined();
  const [status] = statuses();
  if (status === undefined) throw new Error("dmypy left no status file in the state folder");
  return status;
};
const statuses = () =>
  readdirSync(state, { recursive: true, encoding: "utf8" })
    .filter((path) => /dmypy-[^/]+\/status-\d+\.json$/.test(path))
    .map((path) => Status.parse(JSON.parse(readFileSync(join(state, path), "utf8"))));
const isAlive = (pid: number) => existsSync(`/proc/${pid}`);
const shown = ({ findings }: CheckOutput) => findings.map(({ file, message, range }) => ({ file, message, range }));

test("says of each saved file what the command line says, and goes without leaving anything", async () => {
  const { pid, connection_name } = await ready();
  expect([isAlive(pid), existsSync(connection_name)]).toEqual([true, true]);
  expect(readdirSync(workspace.root).toSorted()).toEqual(["app", "mypy.ini"]);
  for (const content of [
    "def f(x: int) -> str:\n    return x\n",
    "def f(x: str) -> int:\n    return len(x)\n",
    "def f(\n",
    "def f(x: int) -> int:\n    return x\n",
  ]) {
    await workspace.write("app/a.py", content);
    const started = await workspace.started(mypyChecker, ["app/a.py", "app/b.py"]);
    for (const file of ["app/a.py", "app/b.py"]) {
      const warm = await workspace.warm(mypyChecker, file);
      expect(warm && shown(warm)).toEqual(shown(started).filter((finding) => finding.file === file));
    }
  }
  workspace.pool.close();
  await expect.poll(() => isAlive(pid), PATIENCE).toBe(false);
  expect([existsSync(connection_name), statuses()]).toEqual([false, []]);
});

describe("the daemon", () => {
  test("that crashed is told, and what it left is taken away by the next", async () => {
    const { pid, connection_name } = await ready();
    process.kill(pid, "SIGKILL");
    await expect(workspace.warm(mypyChecker, "app/b.py")).rejects.toThrow(/dmypy|daemon|process|connection/i);
    await expect
      .poll(() => workspace.pool.states, PATIENCE)
      .toMatchObject([{ tool: "mypy", state: "waiting", crashes: 1 }]);
    await expect.poll(() => workspace.warm(mypyChecker, "app/b.py").catch(() => undefined), PATIENCE).toBeDefined();
    expect([existsSync(connection_name), statuses().length]).toEqual([false, 1]);
  });

  test("that will not work with the configuration leaves the answer to the command line", async () => {
    await workspace.write("mypy.ini", "[mypy]\nfiles = app\nfollow_imports = silent\n");
    await expect
      .poll(() => workspace.warm(mypyChecker, "app/b.py").catch((error: unknown) => String(error)), PATIENCE)
      .toMatch(/silent|ended with exit code/);
    expect((await workspace.started(mypyChecker, ["app/b.py"])).findings).toEqual([]);
  });

  test("does not outlive the agent, however that ends", PATIENCE, async () => {
    const script = `
      import { WarmWorkspace } from "./agent/src/checkers/warm/testing/warm-workspace.ts";
      import { mypyChecker } from "./agent/src/checkers/static/mypy/adapter.ts";
      const workspace = await WarmWorkspace.create(${JSON.stringify(FILES)});
      console.log(workspace.root);
      for (;;) if (await workspace.warm(mypyChecker, "app/b.py") !== undefined) console.log("ready");
    `;
    const agent = spawn(process.execPath, ["--input-type=module", "--eval", script], {
      cwd: REPOSITORY,
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    agent.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
    await expect.poll(() => said, PATIENCE).toContain("ready");
    const pids = statuses().map(({ pid }) => pid);
    agent.kill("SIGKILL");
    expect(pids).toHaveLength(1);
    await expect.poll(() => pids.some(isAlive), PATIENCE).toBe(false);
    rmSync(said.split("\n", 1)[0] ?? "", { recursive: true, force: true });
  });
});

describe("the Python that mypy is installed in", () => {
  const interpreter = async (script: string, tool = ["/bin/mypy"]) => {
    const context = fakeContext(mypyChecker, { files: ["a.py"], texts: { "/bin/mypy": script } });
    return (await mypyWarm.start({ ...context, tool }))?.argv.slice(0, 2);
  };
  test.each([
    ["#!/venv/bin/python3.12\nimport sys\n", ["/venv/bin/python3.12", "-X"]],
    ["#!/usr/bin/env python3\n", ["/usr/bin/env", "python3"]],
    ['#!/bin/sh\n\'\'\'exec\' "/a b/python" "$0" "$@"\n', ["/a b/python", "-X"]],
    ["#!/bin/sh\nexec something\n", undefined],
    ["\u007fELF", undefined],
  ])("is named by its script: %j", async (script, argv) => expect(await interpreter(script)).toEqual(argv));
  test("is not looked for behind another program", async () =>
    expect(await interpreter("", ["uv", "run", "mypy"])).toBeUndefined());
});
