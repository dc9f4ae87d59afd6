import {
  chmodSync,
  chownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { tasksCli } from "./testing/tasks-cli.ts";
import { makeWorkspace, type TestWorkspace } from "./testing/workspace.ts";
import { killWriters, pendingTasks, writeAtOnce } from "./testing/writers.ts";

let made: TestWorkspace;
let stateFolder = "";
beforeEach(async () => {
  made = await makeWorkspace(pendingTasks(60));
  stateFolder = await mkdtemp(join(tmpdir(), "trigate-tasks-state-"));
});
afterEach(async () => {
  await made.dispose();
  await rm(stateFolder, { recursive: true, force: true });
});

const WRITES = [
  ["set-status", "1", "in-progress"],
  ["add", "One more"],
];

describe("a command that cannot write says why, ends with 2 and leaves everything as it is", () => {
  /** Runs both commands that write, and compares the content of the file and the names beside it. */
  async function expectRefusal(code: string, { path = made.tasksPath, through = [] as readonly string[] } = {}) {
    const before = readFileSync(path);
    const names = readdirSync(dirname(path));
    for (const args of WRITES) {
      const { exitCode, stdout, stderr } = await tasksCli({ root: made.root, stateFolder, through }, args);
      expect([exitCode, stdout, stderr]).toEqual([2, "", expect.stringMatching(/^trigate: .+/)]);
      const json = await tasksCli({ root: made.root, stateFolder, through }, [...args, "--json"]);
      expect(JSON.parse(json.stdout)).toMatchObject({ error: { code } });
    }
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(readdirSync(dirname(path))).toEqual(names);
  }

  test("to a file that is cut off, and it names the way back", async () => {
    const whole = made.readTasks();
    writeFileSync(made.tasksPath, whole.slice(0, whole.length / 2));
    await expectRefusal("tasks/unreadable");
    const { stderr } = await tasksCli({ root: made.root, stateFolder }, ["next"]);
    expect(stderr).toMatch(/line \d+, column \d+.*trigate tasks restore/s);
  });

  test("to a folder in place of the file", async () => {
    await made.removeTasks();
    mkdirSync(made.tasksPath);
    for (const args of WRITES) {
      const { exitCode, stderr } = await tasksCli({ root: made.root, stateFolder }, args);
      expect([exitCode, stderr]).toEqual([2, expect.stringContaining("not a regular file")]);
    }
    expect(statSync(made.tasksPath).isDirectory()).toBe(true);
  });

  test("through a link out of the workspace", async () => {
    const outside = join(stateFolder, "elsewhere", "outside.json");
    mkdirSync(dirname(outside));
    writeFileSync(outside, made.readTasks());
    await made.removeTasks();
    symlinkSync(outside, made.tasksPath);
    await expectRefusal("platform/path-outside", { path: outside });
  });

  /** The superuser may write everywhere, so he becomes somebody else. */
  const NOBODY = 65_534;
  const asNobody = ["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];
  const isSuperuser = process.getuid?.() === 0;

  test.skipIf(process.platform === "win32")("into a folder without the right to", async () => {
    chmodSync(made.root, 0o755);
    chmodSync(dirname(made.tasksPath), 0o555);
    if (isSuperuser) chownSync(stateFolder, NOBODY, NOBODY);
    await expectRefusal("tasks/write-failed", { through: isSuperuser ? asNobody : [] });
    chmodSync(dirname(made.tasksPath), 0o755);
  });

  // What a full disk does to a write, without the right to make one: no file may become larger than four kilobytes.
  test.skipIf(process.platform === "win32")("where there is no room", async () => {
    const narrow = ["sh", "-c", 'ulimit -f 8 && exec "$0" "$@"'];
    expect(statSync(made.tasksPath).size).toBeGreaterThan(8 * 512);
    await expectRefusal("tasks/write-failed", { through: narrow });
  });
});

test("a broken file is restored by the command, and kept beside", async () => {
  const root = { root: made.root, stateFolder };
  expect((await tasksCli(root, ["set-status", "1", "review"])).exitCode).toBe(0);
  const good = made.readTasks();
  writeFileSync(made.tasksPath, good.slice(0, -40));
  const list = JSON.parse((await tasksCli(root, ["restore", "--list", "--json"])).stdout);
  expect(list.versions).toHaveLength(2);
  const { stdout, exitCode } = await tasksCli(root, ["restore"]);
  expect([exitCode, stdout]).toEqual([0, expect.stringContaining(`is as it was at ${list.versions[0].version}`)]);
  expect(made.readTasks()).toBe(good);
  const names = readdirSync(dirname(made.tasksPath));
  expect(names).toEqual(["tasks.json", expect.stringMatching(/^tasks\.json\.broken-/)]);
  expect(await readFile(join(dirname(made.tasksPath), names[1] ?? ""), "utf8")).toBe(good.slice(0, -40));
});

describe("many writers", () => {
  test("of six processes that write at once none loses a change", async () => {
    expect(await writeAtOnce(made, { processes: 6, changes: 10 })).toEqual([]);
  });

  test("a writer that is killed leaves a readable list with all that it said was done, and no lock", async () => {
    expect(await killWriters(made, { kills: 5, seed: 7, waits: [] })).toEqual([]);
  });
});
