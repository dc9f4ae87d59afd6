import { once } from "node:events";
import { afterEach, describe, expect, test } from "vitest";
import { isProcessAlive } from "../../platform/machine-lock.ts";
import { stateFolderOf } from "../../platform/state-folder.ts";
import { Endpoint } from "../../protocol/index.ts";
import { daemonFiles, readEndpoint } from "../../server/lifecycle/endpoint-file.ts";
import { TestEditor } from "../../server/testing/editor.ts";
import { makeTestFolder, type TestFolder } from "../../server/testing/test-daemon.ts";
import { runCli, startCli } from "./testing/run-cli.ts";

const SLOW = 60_000;
const folders: TestFolder[] = [];
async function workspace(): Promise<TestFolder> {
  const made = await makeTestFolder();
  folders.push(made);
  return made;
}

function endpointOf({ root, stateFolder }: TestFolder): Promise<Endpoint | undefined> {
  return readEndpoint(daemonFiles(stateFolderOf(root, { TRIGATE_STATE_DIR: stateFolder })));
}

async function gone(pid: number): Promise<void> {
  while (isProcessAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
}

afterEach(async () => {
  for (const made of folders.splice(0)) {
    const endpoint = await endpointOf(made);
    if (endpoint !== undefined && isProcessAlive(endpoint.pid)) process.kill(endpoint.pid, "SIGKILL");
    await made.dispose();
  }
});

describe("daemon", () => {
  test(
    "starts, is looked at, and stops",
    async () => {
      const made = await workspace();
      expect(JSON.parse((await runCli(made, ["daemon", "status", "--json"])).stdout)).toEqual({
        running: false,
        root: made.root,
      });
      expect((await runCli(made, ["daemon", "stop"])).stdout).toBe(`no daemon runs for ${made.root}\n`);

      const started = await runCli(made, ["daemon", "start", "--json"]);
      expect([started.exitCode, started.stderr]).toEqual([0, ""]);
      const { pid, token, ...rest } = JSON.parse(started.stdout);
      expect(token).toBeUndefined();
      expect(rest).toMatchObject({ running: true, root: made.root, clients: 1, runs: 0, runningRun: null });
      expect((await runCli(made, ["daemon", "start"])).stdout).toContain(`runs as process ${pid} since`);
      expect((await runCli(made, ["daemon", "status"])).stdout).toContain(
        "0 other clients, 0 runs started, none under way",
      );

      expect(JSON.parse((await runCli(made, ["daemon", "stop", "--json"])).stdout)).toEqual({
        running: false,
        wasRunning: true,
        root: made.root,
      });
      await gone(pid);
      expect((await runCli(made, ["daemon", "status"])).stdout).toBe(`no daemon runs for ${made.root}\n`);
    },
    SLOW,
  );

  test(
    "serve ends in order by a signal, and a second one ends at once",
    async () => {
      const made = await workspace();
      const first = startCli(made, ["daemon", "serve"]);
      const ended = once(first, "exit");
      while ((await endpointOf(made)) === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
      const second = await runCli(made, ["daemon", "serve"]);
      expect([second.exitCode, second.stderr]).toEqual([0, "a daemon of this workspace runs already\n"]);
      first.kill("SIGTERM");
      expect(await ended).toEqual([0, null]);
      expect(await endpointOf(made)).toBeUndefined();
    },
    SLOW,
  );

  test(
    "serve ends when it is idle",
    async () => {
      const made = await workspace();
      const { exitCode, stderr } = await runCli(made, ["daemon", "serve", "--idle-minutes", "0.001"]);
      expect([exitCode, stderr]).toEqual([0, expect.stringContaining("daemon stops: nobody needed it any more")]);
    },
    SLOW,
  );

  test.each(["0", "-1", "soon", "1e9", " "])("--idle-minutes %j is refused", async (minutes) => {
    const { exitCode, stderr } = await runCli(await workspace(), ["daemon", "serve", "--idle-minutes", minutes]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining("a number of minutes")]);
  });

  test.each(["start", "stop", "status"])("an example in the help of %s", async (name) => {
    const { stdout } = await runCli(await workspace(), ["daemon", name, "--help"]);
    expect(stdout).toContain(`Example:\n  trigate daemon ${name}`);
  });
});

describe("lsp --stdio", () => {
  function launch(made: TestFolder) {
    const child = startCli(made, ["lsp", "--stdio"]);
    if (child.stdout === null || child.stdin === null) throw new Error("no pipes");
    child.stderr?.resume();
    return {
      child,
      ended: once(child, "exit"),
      editor: TestEditor.overStreams({ output: child.stdout, input: child.stdin }, made.root),
    };
  }

  test(
    "starts the daemon, shows findings on save, and two windows share it",
    async () => {
      const made = await workspace();
      const [first, second] = [launch(made), launch(made)];
      await Promise.all([first.editor.initialize(), second.editor.initialize()]);
      const endpoint = Endpoint.parse(await first.editor.endpoint());
      expect(await second.editor.endpoint()).toEqual(endpoint);
      await first.editor.open("a.py", "x");
      await first.editor.save("a.py");
      expect(await first.editor.diagnostics("a.py")).toMatchObject([{ source: "trigate/oxlint" }]);

      await first.editor.exit();
      expect(await first.ended).toEqual([0, null]);
      expect(isProcessAlive(endpoint.pid)).toBe(true);
      second.child.stdin?.end();
      expect(await second.ended).toEqual([0, null]);
    },
    SLOW,
  );

  test(
    "ends with a failure when the daemon is killed, and the next one starts anew",
    async () => {
      const made = await workspace();
      const first = launch(made);
      await first.editor.initialize();
      const { pid } = Endpoint.parse(await first.editor.endpoint());
      process.kill(pid, "SIGKILL");
      expect(await first.ended).toEqual([2, null]);
      const second = launch(made);
      await second.editor.initialize();
      expect(Endpoint.parse(await second.editor.endpoint()).pid).not.toBe(pid);
      await second.editor.exit();
      expect(await second.ended).toEqual([0, null]);
    },
    SLOW,
  );
});
