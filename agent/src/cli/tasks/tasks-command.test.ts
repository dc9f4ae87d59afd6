import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { Task, TaskList } from "../../protocol/index.ts";
import { makeTestFolder, type TestFolder } from "../../server/testing/test-daemon.ts";
import { runCli } from "../daemon/testing/run-cli.ts";

const folders: TestFolder[] = [];
async function workspace(tasks?: unknown): Promise<TestFolder & { readonly file: string }> {
  const made = await makeTestFolder();
  folders.push(made);
  const file = join(made.root, ".taskmaster/tasks/tasks.json");
  if (tasks !== undefined) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, typeof tasks === "string" ? tasks : JSON.stringify(tasks));
  }
  return { ...made, file };
}
afterEach(async () => {
  for (const made of folders.splice(0)) await made.dispose();
});

const two = {
  master: {
    tasks: [
      { id: 1, title: "One", status: "done" },
      { id: 2, title: "Two", dependencies: [1] },
    ],
  },
};

describe("JSON is all that is printed", () => {
  test("by list, next and show, in the protocol's form", async () => {
    const made = await workspace(two);
    const list = await runCli(made, ["tasks", "list", "--json"]);
    expect([list.exitCode, list.stderr]).toEqual([0, ""]);
    expect(TaskList.parse(JSON.parse(list.stdout))).toMatchObject({ tag: "master", next: "2" });
    const next = JSON.parse((await runCli(made, ["tasks", "next", "--json"])).stdout);
    expect(Task.parse(next.task).id).toBe("2");
    expect(Task.parse(JSON.parse((await runCli(made, ["tasks", "show", "1", "--json"])).stdout)).status).toBe("done");
  });

  test("by set-status and add, which write", async () => {
    const made = await workspace(two);
    const change = await runCli(made, ["tasks", "set-status", "2", "in-progress", "--expected", "pending", "--json"]);
    expect(JSON.parse(change.stdout)).toEqual({ id: "2", status: "in-progress", previous: "pending", alsoChanged: [] });
    const added = await runCli(made, [
      "tasks",
      "add",
      "Three",
      "--priority",
      "high",
      "--depends-on",
      "1",
      "--depends-on",
      "2",
      "--json",
    ]);
    expect(JSON.parse(added.stdout)).toEqual({ id: "3" });
    expect(JSON.parse(readFileSync(made.file, "utf8")).master.tasks).toMatchObject([
      {},
      { status: "in-progress" },
      { title: "Three", priority: "high", dependencies: [1, 2] },
    ]);
  });
});

describe("people read", () => {
  test("what they changed, without colours in a pipe", async () => {
    const made = await workspace({ master: { tasks: [{ id: 1, subtasks: [{ id: 1 }] }] } });
    expect((await runCli(made, ["tasks", "set-status", "1.1", "in-progress"])).stdout).toBe(
      "1.1: pending -> in-progress\n1: now in-progress, since one of its subtasks was begun\n",
    );
    expect((await runCli(made, ["tasks", "add", "More"])).stdout).toBe("added task 2\n");
    expect((await runCli(made, ["tasks", "next"])).stdout).toContain("nothing");
  });

  test("colours where they are wanted, and none with NO_COLOR", async () => {
    const made = await workspace(two);
    expect((await runCli(made, ["tasks", "list"], { FORCE_COLOR: "1" })).stdout).toContain("\u001b[");
    expect((await runCli(made, ["tasks", "list"], { FORCE_COLOR: "1", NO_COLOR: "1" })).stdout).not.toContain(
      "\u001b[",
    );
  });

  test.each(["list", "next", "show", "set-status", "add"])("an example in the help of %s", async (name) => {
    const made = await workspace();
    const { stdout, exitCode } = await runCli(made, ["tasks", name, "--help"]);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining(`Example:\n  trigate tasks ${name}`)]);
  });
});

describe("what goes wrong has its exit code and says what to do", () => {
  test.each([
    ["no file", undefined, ["list"], "tasks/missing"],
    ["a broken file", '{"master": {', ["list", "--json"], "tasks/unreadable"],
    ["a broken file when adding", '{"master": {', ["add", "x"], "tasks/unreadable"],
    ["an unknown task", two, ["show", "9"], "tasks/not-found"],
    ["an unknown tag", two, ["list", "--tag", "x"], "usage/bad-argument"],
    ["another status than expected", two, ["set-status", "1", "pending", "--expected", "review"], "tasks/conflict"],
    ["an unknown status", two, ["set-status", "1", "finished"], "Allowed choices are pending"],
    ["no title", two, ["add"], "missing required argument"],
    ["an unknown option", two, ["list", "--colour"], "unknown option"],
    ["an unknown command", two, ["lost"], "unknown command"],
  ])("%s", async (...[_name, tasks, args, words]) => {
    const made = await workspace(tasks);
    const before = existsSync(made.file) ? readFileSync(made.file, "utf8") : undefined;
    const { exitCode, stdout, stderr } = await runCli(made, ["tasks", ...args]);
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(words);
    expect(existsSync(made.file) ? readFileSync(made.file, "utf8") : undefined).toBe(before);
  });
});
