import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, statSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { systemClock } from "../platform/clock.ts";
import { takeFolderLock } from "../platform/folder-lock.ts";
import { makeWorkspace, type TestWorkspace } from "./testing/workspace.ts";

const opened: TestWorkspace[] = [];
async function workspace(tasks?: unknown): Promise<TestWorkspace> {
  const made = await makeWorkspace(tasks);
  opened.push(made);
  return made;
}
afterEach(async () => {
  for (const made of opened.splice(0)) await made.dispose();
});

const script = (name: string) => fileURLToPath(new URL(`./testing/${name}`, import.meta.url));
const coded = (code: string) => expect.objectContaining({ code });
const newTask = { title: "New", description: "", details: "", priority: "medium" as const, dependencies: [] };
const three = {
  master: {
    tasks: [
      { id: 1, status: "done" },
      { id: 2, dependencies: [1] },
      { id: 3, dependencies: [2] },
    ],
  },
};

function run(argv: readonly string[]): Promise<{ exitCode: number | null; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, argv, { stdio: ["ignore", "ignore", "pipe"] });
    let stderr = "";
    child.stderr.on("data", (chunk: Buffer) => {
      stderr += chunk.toString("utf8");
    });
    child.once("error", reject);
    child.once("close", (exitCode) => resolve({ exitCode, stderr }));
  });
}

describe("reading", () => {
  test("lists the tasks of the active tag with what they wait for and what is next", async () => {
    const { store } = await workspace(three);
    const listing = await store().list();
    expect(listing).toMatchObject({ tag: "master", tags: ["master"], next: { task: { id: "2" } } });
    expect(listing.tasks.map(({ blockedBy }) => blockedBy)).toEqual([[], [], ["2"]]);
    expect(await store().show("3")).toMatchObject({ id: "3", status: "pending" });
    await expect(store().show("4")).rejects.toThrow(coded("tasks/not-found"));
  });

  test.each([
    ["an explicit tag", { state: "beta", config: "gamma", asked: "delta" }, "delta"],
    ["the state's tag", { state: "beta", config: "gamma" }, "beta"],
    ["the configuration's tag", { config: "gamma" }, "gamma"],
    ["master", {}, "master"],
  ])("%s is active", async (_name, {
    state,
    config,
    asked,
  }: { state?: string; config?: string; asked?: string }, tag) => {
    const made = await workspace(
      Object.fromEntries(["master", "beta", "gamma", "delta"].map((name) => [name, { tasks: [] }])),
    );
    if (state !== undefined) made.write(".taskmaster/state.json", JSON.stringify({ currentTag: state }));
    if (config !== undefined) made.write(".taskmaster/config.json", JSON.stringify({ global: { defaultTag: config } }));
    expect((await made.store().list(asked)).tag).toBe(tag);
  });

  test("a tag that is not there is refused, also for writing", async () => {
    const made = await workspace(three);
    made.write(".taskmaster/state.json", '{"currentTag": "gone"}');
    const before = made.readTasks();
    await expect(made.store().list()).rejects.toThrow(coded("usage/bad-argument"));
    await expect(made.store().add(newTask)).rejects.toThrow(coded("usage/bad-argument"));
    await expect(made.store().setStatus({ id: "2", status: "done", tag: "x" })).rejects.toThrow(
      coded("usage/bad-argument"),
    );
    expect(made.readTasks()).toBe(before);
  });

  test.each([
    ["tasks/unreadable", "{ currentTag"],
    ["tasks/invalid", '{"currentTag": 4}'],
  ])("a broken state.json is %s, and no excuse to write to another tag", async (code, text) => {
    const made = await workspace(three);
    made.write(".taskmaster/state.json", text);
    await expect(made.store().add(newTask)).rejects.toThrow(coded(code));
  });

  test("the old place counts only beside the old configuration", async () => {
    const made = await workspace();
    made.write("tasks/tasks.json", JSON.stringify({ tasks: [{ id: 1 }] }));
    await expect(made.store().list()).rejects.toThrow(coded("tasks/missing"));
    made.write(".taskmasterconfig", "{}");
    expect((await made.store().list()).tasks).toHaveLength(1);
  });
});

describe("writing", () => {
  test("keeps byte order mark, permissions and everything else", async () => {
    const text = '\uFEFF{\r\n\t"master": {"tasks": [{"id": "1", "status": "pending", "zzz": 1.50}]}}\r\n\r\n';
    const made = await workspace(text);
    const { mode } = statSync(made.tasksPath);
    const change = await made.store().setStatus({ id: "1", status: "in-progress", expected: "pending" });
    expect(change).toEqual({ id: "1", status: "in-progress", previous: "pending", alsoChanged: [] });
    expect(made.readTasks()).toBe(text.replace("pending", "in-progress"));
    expect(statSync(made.tasksPath).mode).toBe(mode);
    expect(readdirSync(join(made.root, ".taskmaster/tasks"))).toEqual(["tasks.json"]);
  });

  test("the same status is no write", async () => {
    const made = await workspace(three);
    const { ino } = statSync(made.tasksPath);
    await made.store().setStatus({ id: "1", status: "done" });
    expect(statSync(made.tasksPath).ino).toBe(ino);
  });

  test("the first task makes the file in the tagged form", async () => {
    const made = await workspace();
    await expect(made.store().setStatus({ id: "1", status: "done" })).rejects.toThrow(coded("tasks/missing"));
    expect(existsSync(join(made.root, ".taskmaster"))).toBe(false);
    expect(await made.store().add(newTask)).toEqual({ id: "1" });
    expect(await made.store().add({ ...newTask, dependencies: ["1"] })).toEqual({ id: "2" });
    const file = JSON.parse(made.readTasks());
    expect(file.master.tasks.map(({ id }: { id: number }) => id)).toEqual([1, 2]);
    expect(file.master.metadata.created).toMatch(/^\d{4}-/);
    expect((await made.store().list()).next.task?.id).toBe("1");
  });

  test.each([
    ["truncated", '{"master": {"tasks": [{"id": 1', "tasks/unreadable"],
    ["empty", "", "tasks/unreadable"],
    ["no task list", '{"hello": 1}', "tasks/invalid"],
    [
      "not UTF-8",
      new Uint8Array([
        ...Buffer.from('{"master": {"tasks": [{"id": 1, "title": "'),
        0xff,
        0xfe,
        ...Buffer.from('"}]}}'),
      ]),
      "tasks/unreadable",
    ],
  ])("a file that is %s is never overwritten", async (_name, content, code) => {
    const made = await workspace();
    made.write(".taskmaster/tasks/tasks.json", content);
    const before = made.readTasks();
    await expect(made.store().add(newTask)).rejects.toThrow(coded(code));
    await expect(made.store().setStatus({ id: "1", status: "done" })).rejects.toThrow(coded(code));
    expect(made.readTasks()).toBe(before);
    expect(readdirSync(join(made.root, ".taskmaster/tasks"))).toEqual(["tasks.json"]);
  });

  test("a folder in its place is refused", async () => {
    const made = await workspace();
    mkdirSync(made.tasksPath, { recursive: true });
    await expect(made.store().list()).rejects.toThrow(coded("tasks/invalid"));
    await expect(made.store().add(newTask)).rejects.toThrow(coded("tasks/invalid"));
    expect(statSync(made.tasksPath).isDirectory()).toBe(true);
  });

  test("a file where the folder should be is refused", async () => {
    const made = await workspace();
    made.write(".taskmaster", "mine");
    await expect(made.store().add(newTask)).rejects.toThrow(coded("tasks/invalid"));
    expect(statSync(join(made.root, ".taskmaster")).isFile()).toBe(true);
  });

  test("a folder that cannot be made is told", async () => {
    const made = await workspace();
    mkdirSync(join(made.root, ".taskmaster"));
    symlinkSync("nowhere", join(made.root, ".taskmaster/tasks"));
    await expect(made.store().add(newTask)).rejects.toThrow(coded("tasks/write-failed"));
  });

  test.each(["file", "folder"])("a link that leads out of the workspace is refused: %s", async (what) => {
    const made = await workspace();
    const outside = await mkdtemp(join(tmpdir(), "trigate-outside-"));
    try {
      await writeFile(join(outside, "tasks.json"), JSON.stringify(three));
      if (what === "file") {
        mkdirSync(join(made.root, ".taskmaster/tasks"), { recursive: true });
        symlinkSync(join(outside, "tasks.json"), made.tasksPath);
      } else {
        mkdirSync(join(made.root, ".taskmaster"));
        symlinkSync(outside, join(made.root, ".taskmaster/tasks"));
      }
      await expect(made.store().list()).rejects.toThrow(coded("platform/path-outside"));
      await expect(made.store().setStatus({ id: "2", status: "done" })).rejects.toThrow(coded("platform/path-outside"));
      expect(readdirSync(outside)).toEqual(["tasks.json"]);
    } finally {
      await rm(outside, { recursive: true });
    }
  });

  test("a link within the workspace stays a link", async () => {
    const made = await workspace();
    made.write("elsewhere/tasks.json", JSON.stringify(three));
    mkdirSync(join(made.root, ".taskmaster/tasks"), { recursive: true });
    symlinkSync(join(made.root, "elsewhere/tasks.json"), made.tasksPath);
    await made.store().setStatus({ id: "2", status: "done" });
    expect(readdirSync(join(made.root, ".taskmaster/tasks"), { withFileTypes: true })[0]?.isSymbolicLink()).toBe(true);
    expect((await made.store().show("2")).status).toBe("done");
  });
});

describe("the lock", () => {
  const hasty = { lock: { waitMs: 150, staleAfterMs: 60_000 } };

  test.each(["folder", "file"])("another writer's %s is waited for and then named", async (kind) => {
    const made = await workspace(three);
    const lock = `${made.tasksPath}.lock`;
    if (kind === "folder") mkdirSync(lock);
    else writeFileSync(lock, "4711");
    await expect(made.store(hasty).setStatus({ id: "2", status: "done" })).rejects.toThrow(coded("tasks/locked"));
    expect(existsSync(lock)).toBe(true);
    await rm(lock, { recursive: true });
    await made.store(hasty).setStatus({ id: "2", status: "done" });
    expect(existsSync(lock)).toBe(false);
  });

  test.each(["folder", "file"])("an abandoned %s is taken over", async (kind) => {
    const made = await workspace(three);
    const lock = `${made.tasksPath}.lock`;
    if (kind === "folder") mkdirSync(lock);
    else writeFileSync(lock, "4711");
    utimesSync(lock, new Date(2020, 1), new Date(2020, 1));
    await made.store(hasty).setStatus({ id: "2", status: "done" });
    expect(readdirSync(join(made.root, ".taskmaster/tasks"))).toEqual(["tasks.json"]);
  });

  test("a holder who was taken for dead does not write and does not free the new holder's lock", async () => {
    const made = await workspace(three);
    const path = `${made.tasksPath}.lock`;
    const options = { clock: systemClock, waitMs: 1_000, staleAfterMs: 60_000 };
    const first = await takeFolderLock(path, options);
    utimesSync(path, new Date(2020, 1), new Date(2020, 1));
    const second = await takeFolderLock(path, options);
    expect(await first?.isOurs()).toBe(false);
    await first?.release();
    expect(await second?.isOurs()).toBe(true);
    await second?.release();
    expect(existsSync(path)).toBe(false);
  });

  test("a writer that was killed while it held the lock does not stop the others for ever", async () => {
    const made = await workspace(three);
    const lock = `${made.tasksPath}.lock`;
    const holder = spawn(process.execPath, [script("hold-lock.ts"), lock], { stdio: ["ignore", "pipe", "inherit"] });
    const said = await new Promise<string>((resolve) => holder.stdout.once("data", (chunk) => resolve(String(chunk))));
    expect(said).toBe("held\n");
    const gone = new Promise((resolve) => holder.once("exit", resolve));
    holder.kill("SIGKILL");
    await gone;
    expect(existsSync(lock)).toBe(true);
    // Long before it would count as abandoned.
    const { status } = await made
      .store({ lock: { waitMs: 20_000, staleAfterMs: 3_600_000 } })
      .setStatus({ id: "2", status: "review" });
    expect(status).toBe("review");
    expect(readdirSync(join(made.root, ".taskmaster/tasks"))).toEqual(["tasks.json"]);
  });

  test("eight processes with ten changes each lose none, behind an abandoned lock", async () => {
    const ids = Array.from({ length: 80 }, (_, index) => index + 1);
    const made = await workspace({
      master: { tasks: ids.map((id) => ({ id, title: `Task ${id}`, status: "pending" })) },
    });
    mkdirSync(`${made.tasksPath}.lock`);
    utimesSync(`${made.tasksPath}.lock`, new Date(2020, 1), new Date(2020, 1));
    const writers = Array.from({ length: 8 }, (_, writer) => {
      const pairs = ids
        .slice(writer * 10, writer * 10 + 10)
        .flatMap((id) => [String(id), id % 2 === 0 ? "done" : "review"]);
      return run([script("set-statuses.ts"), made.root, ...pairs]);
    });
    const results = await Promise.all(writers);
    expect(results.filter(({ exitCode }) => exitCode !== 0)).toEqual([]);
    const { tasks } = await made.store().list();
    expect(tasks.map(({ status }) => status)).toEqual(ids.map((id) => (id % 2 === 0 ? "done" : "review")));
    expect(readdirSync(join(made.root, ".taskmaster/tasks"))).toEqual(["tasks.json"]);
  }, 120_000);

  test("adding at the same time gives every task an id of its own", async () => {
    const made = await workspace();
    const added = await Promise.all(
      Array.from({ length: 12 }, (_, index) => made.store().add({ ...newTask, title: `T${index}` })),
    );
    expect(new Set(added.map(({ id }) => id)).size).toBe(12);
    expect((await made.store().list()).tasks).toHaveLength(12);
  });
});

describe("watching", () => {
  async function expectChange(made: TestWorkspace, act: () => Promise<unknown> | void): Promise<void> {
    const seen = Promise.withResolvers<void>();
    const watch = made.store().watch(() => seen.resolve());
    try {
      await watch.ready;
      await act();
      await seen.promise;
    } finally {
      watch.close();
    }
  }

  test("tells of writes, of the active tag, of the first file and of removal", async () => {
    const made = await workspace();
    await expectChange(made, () => made.store().add(newTask));
    await expectChange(made, () => made.store().setStatus({ id: "1", status: "done" }));
    await expectChange(made, () => made.write(".taskmaster/tasks/tasks.json", JSON.stringify(three)));
    await expectChange(made, () => made.write(".taskmaster/state.json", '{"currentTag": "master"}'));
    await expectChange(made, () => rm(join(made.root, ".taskmaster"), { recursive: true }));
    await expectChange(made, () => made.store().add(newTask));
  });
});
