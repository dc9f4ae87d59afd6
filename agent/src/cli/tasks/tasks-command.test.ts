import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { Task, TaskList } from "../../protocol/index.ts";
import { makeTestFolder, type TestFolder } from "../../server/testing/test-daemon.ts";
import { tasksCommand } from "./tasks-command.ts";
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

  test("an example in the help of each command", () => {
    const tasks = tasksCommand(() => Promise.reject(new Error("help opens nothing")));
    expect(tasks.commands.length).toBeGreaterThan(12);
    for (const command of tasks.commands.flatMap((each) => (each.commands.length > 0 ? each.commands : [each]))) {
      const path = command.parent === tasks ? command.name() : `${command.parent?.name()} ${command.name()}`;
      let help = "";
      command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
      expect(help).toContain(`Example:\n  trigate tasks ${path}`);
    }
  });
});

const tangled = {
  master: {
    tasks: [
      { id: 1, title: "One", dependencies: [2] },
      { id: 2, title: "Two", dependencies: [1, 9], subtasks: [{ id: 1, title: "Part" }] },
      { id: 3, title: "Three", dependencies: [1] },
    ],
  },
};

describe("the graph", () => {
  test("is found wrong with exit code 1, mended, and found right", async () => {
    const made = await workspace(tangled);
    const found = await runCli(made, ["tasks", "validate"]);
    expect([found.exitCode, found.stdout]).toEqual([
      1,
      '✗ dangling: 2 depends on 9, which does not exist\n✗ cycle: 1 → 2 → 1\n2 problems; "trigate tasks repair" mends them\n',
    ]);
    const json = JSON.parse((await runCli(made, ["tasks", "validate", "--json"])).stdout);
    expect(json).toMatchObject({
      tag: "master",
      valid: false,
      problems: [{ kind: "dangling", ids: ["2", "9"] }, { kind: "cycle" }],
    });

    const before = readFileSync(made.file, "utf8");
    expect((await runCli(made, ["tasks", "repair", "--dry-run"])).stdout).toContain("dry run");
    expect(readFileSync(made.file, "utf8")).toBe(before);
    expect((await runCli(made, ["tasks", "repair"])).stdout).toContain("1 no longer depends on 2");
    expect(readFileSync(made.file, "utf8")).toBe(before.replace("[2]", "[]").replace("[1,9]", "[1]"));
    const after = await runCli(made, ["tasks", "validate"]);
    expect([after.exitCode, after.stdout]).toEqual([0, "✓ nothing is wrong in tag master\n"]);
    expect((await runCli(made, ["tasks", "repair"])).stdout).toContain("nothing is wrong");
  });

  test("gets a dependency and loses it", async () => {
    const made = await workspace(two);
    expect((await runCli(made, ["tasks", "add-dependency", "1", "--depends-on", "2"])).stderr).toContain("tasks/cycle");
    expect((await runCli(made, ["tasks", "remove-dependency", "2", "--depends-on", "1"])).stdout).toBe(
      "2 no longer waits for 1\n",
    );
    expect((await runCli(made, ["tasks", "add-dependency", "1", "--depends-on", "2"])).stdout).toBe("1 waits for 2\n");
    expect((await runCli(made, ["tasks", "add-dependency", "1", "--depends-on", "2,2"])).stdout).toContain("already");
    expect(JSON.parse(readFileSync(made.file, "utf8")).master.tasks).toMatchObject([
      { dependencies: [2] },
      { dependencies: [] },
    ]);
  });
});

describe("what is next", () => {
  test("is explained, and told by the rules of the other program", async () => {
    const made = await workspace({
      master: {
        tasks: [
          { id: 1, title: "One" },
          { id: 2, title: "Two", priority: "critical" },
          { id: 3, dependencies: [1] },
        ],
      },
    });
    expect((await runCli(made, ["tasks", "next", "--explain"])).stdout).toContain(
      "- 3\n    not ready: it waits for 1 (pending)",
    );
    const explained = JSON.parse((await runCli(made, ["tasks", "next", "--explain", "--json"])).stdout);
    expect(explained.others.map(({ id, ready }: { id: string; ready: boolean }) => [id, ready])).toEqual([
      ["1", true],
      ["3", false],
    ]);
    expect(JSON.parse((await runCli(made, ["tasks", "next", "--rule", "cli", "--json"])).stdout)).toMatchObject({
      rule: "cli",
      id: "2",
      task: { id: "2" },
    });
    expect((await runCli(made, ["tasks", "next", "--rule", "mcp"])).stdout).toContain("Next: 1 One");
  });
});

describe("the list", () => {
  test("is filtered, for people and as JSON", async () => {
    const made = await workspace({
      master: {
        tasks: [
          { id: 1, title: "One", status: "done" },
          { id: 2, title: "Two", subtasks: [{ id: 1, title: "Part", status: "done" }] },
          { id: 3, title: "Three", dependencies: [2] },
        ],
      },
    });
    const ids = async (...args: string[]) =>
      TaskList.parse(JSON.parse((await runCli(made, ["tasks", "list", "--json", ...args])).stdout)).tasks.map(
        ({ id }) => id,
      );
    expect(await ids("--status", "done")).toEqual(["1", "2"]);
    expect(await ids("--ready")).toEqual(["2"]);
    expect((await runCli(made, ["tasks", "list", "--ready"])).stdout).toContain("2 more tasks are not shown");
    expect((await runCli(made, ["tasks", "list", "--status", "lost"])).stderr).toContain("Allowed choices");
  });
});

describe("several statuses", () => {
  test("change together or not at all, down and up on request", async () => {
    const made = await workspace({ master: { tasks: [{ id: 1, subtasks: [{ id: 1 }, { id: 2 }] }, { id: 2 }] } });
    expect((await runCli(made, ["tasks", "set-status", "1", "9", "in-progress"])).exitCode).toBe(2);
    expect((await runCli(made, ["tasks", "set-status", "2,1.1", "in-progress"])).stdout).toBe(
      "2: pending -> in-progress\n1.1: pending -> in-progress\n1: now in-progress, since one of its subtasks was begun\n",
    );
    expect((await runCli(made, ["tasks", "set-status", "1", "review", "--with-subtasks"])).stdout).toContain(
      "1.2: now review, with its task",
    );
  });
});

describe("tasks move", () => {
  test("with their references, into another list, and not where somebody is", async () => {
    const made = await workspace({ master: { tasks: [{ id: 1 }, { id: 2, dependencies: [1] }] }, beta: { tasks: [] } });
    expect((await runCli(made, ["tasks", "move", "1", "5"])).stdout).toBe("1 is 5 now\nthe dependencies of 2 follow\n");
    expect((await runCli(made, ["tasks", "move", "5", "2"])).stderr).toContain("tasks/id-taken");
    expect((await runCli(made, ["tasks", "move", "5,2", "6"])).stderr).toContain("2 to move, but 1 new ids");
    const across = await runCli(made, ["tasks", "move", "5", "--to-tag", "beta", "--ignore-dependencies", "--json"]);
    expect(JSON.parse(across.stdout)).toEqual({ moved: [{ from: "5", to: "5" }], rewritten: ["2"], cut: [["2", "5"]] });
    expect(JSON.parse(readFileSync(made.file, "utf8"))).toEqual({
      master: { tasks: [{ id: 2, dependencies: [] }] },
      beta: { tasks: [{ id: 5 }] },
    });
  });
});

describe("notes", () => {
  test("are appended in the form of the other program, by many writers at once", async () => {
    const made = await workspace({ master: { tasks: [{ id: 1, details: "First.", subtasks: [{ id: 1 }] }] } });
    await Promise.all(["a", "b", "c", "d"].map((word) => runCli(made, ["tasks", "note", "1", `note ${word}`])));
    await runCli(made, ["tasks", "note", "1.1", "of", "several", "words"]);
    const [task] = JSON.parse(readFileSync(made.file, "utf8")).master.tasks;
    const block = /<info added on (\S+Z)>\n(note [abcd])\n<\/info added on \1>/g;
    expect(task.details).toMatch(/^First\.\n<info added on /);
    expect(new Set([...task.details.matchAll(block)].map(([, , words]) => words))).toEqual(
      new Set(["note a", "note b", "note c", "note d"]),
    );
    expect(task.subtasks[0].details).toMatch(/^<info added on \S+>\nof several words\n<\/info added on \S+>$/);
    expect((await runCli(made, ["tasks", "note", "1", " "])).exitCode).toBe(2);
  });
});

describe("tags", () => {
  test("are made, used, copied, renamed and removed", async () => {
    const made = await workspace();
    const run = async (...args: string[]) => (await runCli(made, ["tasks", ...args])).stdout;
    const state = join(made.root, ".taskmaster/state.json");
    expect(await run("tags", "add", "master")).toBe("added tag master with 0 tasks\n");
    await run("add", "One");
    writeFileSync(state, '{ "currentTag": "master", "mine": [1.0] }');
    expect(await run("tags", "copy", "master", "beta")).toBe("added tag beta with 1 task\n");
    expect(await run("use-tag", "beta")).toBe("the active tag is beta now\n");
    expect(readFileSync(state, "utf8")).toMatch(
      /^\{ "currentTag": "beta", "mine": \[1\.0\], "lastSwitched": "[^"]+Z" \}$/,
    );
    expect((await runCli(made, ["tasks", "tags", "remove", "beta"])).stderr).toContain("the active tag");
    expect(await run("tags", "rename", "beta", "gamma")).toBe("tag beta is gamma now\n");
    expect(JSON.parse(await run("tags", "--json"))).toEqual({
      active: "gamma",
      tags: [
        { name: "master", tasks: 1, done: 0, active: false },
        { name: "gamma", tasks: 1, done: 0, active: true },
      ],
    });
    expect((await runCli(made, ["tasks", "tags", "remove", "master"])).stderr).toContain("--force");
    expect(await run("tags", "remove", "master", "--force")).toBe("removed tag master with 1 task\n");
    expect(await run("tags")).toBe("> gamma: 0 of 1 tasks done (active)\n");
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
