import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { TaskVersions } from "./task-store-versions.ts";
import { makeWorkspace, type TestWorkspace } from "./testing/workspace.ts";

const BEGAN = Date.parse("2026-11-22T10:00:00.000Z");
const coded = (code: string) => expect.objectContaining({ code });

let made: TestWorkspace;
let nowMs = BEGAN;
let warnings: string[] = [];
const clock = { now: () => nowMs, elapsed: () => performance.now() };
const tasksOf = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: index + 1, title: `T${index + 1}`, details: "x".repeat(900) }));

beforeEach(async () => {
  made = await makeWorkspace({ master: { tasks: tasksOf(9) } });
  nowMs = BEGAN;
  warnings = [];
});
afterEach(() => made.dispose());

const folder = () => join(made.root, "versions");
function store() {
  const versions = new TaskVersions({ folder: folder(), clock });
  return made.store({ clock, versions, warn: (message) => warnings.push(message) });
}
const setTitle = async (title: string, afterMs: number) => {
  nowMs += afterMs;
  await store().change("master", ({ document }) => {
    return { text: document.text.replace(/"title": "[^"]*"/, `"title": ${JSON.stringify(title)}`), meaning: undefined };
  });
};
const titlesKept = async () =>
  (await store().versions()).map(({ path }) => JSON.parse(readFileSync(path, "utf8")).master.tasks[0].title);
const title = () => JSON.parse(made.readTasks()).master.tasks[0].title;

describe("what is kept", () => {
  test("the state before the first write and after each, one of a minute", async () => {
    await setTitle("a", 1_000);
    expect(await titlesKept()).toEqual(["a", "T1"]);
    await setTitle("b", 1_000);
    await setTitle("c", 1_000);
    expect(await titlesKept()).toEqual(["c", "T1"]);
    await setTitle("d", 70_000);
    await setTitle("e", 1_000);
    expect(await titlesKept()).toEqual(["e", "d", "T1"]);
    expect(warnings).toEqual([]);
  });

  test("what somebody else wrote between two of our writes", async () => {
    await setTitle("a", 1_000);
    writeFileSync(made.tasksPath, made.readTasks().replace('"a"', '"theirs"'));
    await setTitle("b", 120_000);
    expect(await titlesKept()).toEqual(["b", "theirs", "a", "T1"]);
  });

  test("always the last state before much of the file goes", async () => {
    await setTitle("a", 1_000);
    await setTitle("b", 1_000);
    await store().change("master", () => ({
      text: '{"master": {"tasks": [{"id": 1, "title": "little"}]}}',
      meaning: undefined,
    }));
    await setTitle("c", 1_000);
    expect(await titlesKept()).toEqual(["c", "b", "T1"]);
  });

  test("twenty at most", async () => {
    for (let turn = 0; turn < 25; turn++) await setTitle(`t${turn}`, 61_000);
    const kept = await titlesKept();
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([20, "t24", "t5"]);
  });

  test("a state that cannot be kept is told, and the write counts", async () => {
    writeFileSync(folder(), "in the way");
    await setTitle("a", 1_000);
    expect(title()).toBe("a");
    expect(warnings).toEqual([expect.stringContaining("could not be kept")]);
  });
});

describe("restoring", () => {
  test.each([
    ["truncated", (text: string) => text.slice(0, 100)],
    ["empty", () => ""],
    ["no task list", () => '{"hello": 1}'],
    ["not UTF-8", () => new Uint8Array([0x7b, 0xff, 0xfe])],
  ])("puts back the last good version of a file that is %s, and sets that one aside", async (_name, broken) => {
    await setTitle("a", 1_000);
    const good = made.readTasks();
    const content = Buffer.from(broken(good));
    writeFileSync(made.tasksPath, content);
    const { setAside } = await store().restore();
    expect(made.readTasks()).toBe(good);
    expect(readFileSync(join(made.root, setAside ?? ""))).toEqual(content);
  });

  test("brings back a file that is gone", async () => {
    await setTitle("a", 1_000);
    const good = made.readTasks();
    await made.removeTasks();
    expect(await store().restore()).toMatchObject({ setAside: undefined });
    expect(made.readTasks()).toBe(good);
  });

  test("goes back to the version named, and the present one can be put back in turn", async () => {
    await setTitle("a", 1_000);
    await setTitle("b", 1_000);
    const oldest = (await store().versions()).at(-1)?.version ?? "";
    nowMs += 1_000;
    expect(await store().restore(oldest)).toMatchObject({ version: oldest, setAside: undefined });
    expect(title()).toBe("T1");
    nowMs += 1_000;
    await store().restore();
    expect(title()).toBe("b");
    expect(readdirSync(join(made.root, ".taskmaster/tasks"))).toEqual(["tasks.json"]);
  });

  test("keeps the byte order mark of the version, not that of the file", async () => {
    writeFileSync(made.tasksPath, `\uFEFF${made.readTasks()}`);
    await setTitle("a", 1_000);
    const good = made.readTasks();
    writeFileSync(made.tasksPath, good.slice(1));
    await store().restore();
    expect(made.readTasks()).toBe(good);
  });

  test("refuses what there is not", async () => {
    await expect(store().restore()).rejects.toThrow(coded("tasks/no-version"));
    await expect(made.store().restore()).rejects.toThrow(coded("tasks/no-version"));
    await setTitle("a", 1_000);
    await expect(store().restore("1999")).rejects.toThrow(coded("tasks/no-version"));
    await expect(store().restore("2026")).rejects.toThrow(coded("tasks/no-version"));
    expect(title()).toBe("a");
  });

  test("does not write over a folder", async () => {
    await setTitle("a", 1_000);
    await made.removeTasks();
    mkdirSync(made.tasksPath);
    await expect(store().restore()).rejects.toThrow(coded("tasks/invalid"));
    expect(existsSync(made.tasksPath)).toBe(true);
  });
});
