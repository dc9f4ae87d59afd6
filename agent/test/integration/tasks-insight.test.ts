import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { buildAgent, Workspace } from "./front-door.ts";

const TASKS = ".taskmaster/tasks/tasks.json";
const HOUR_MS = 3_600_000;

let workspace: Workspace;

beforeAll(async () => {
  await buildAgent();
  workspace = new Workspace();
  // As much of a history as suggestions learn from first, and then some.
  for (const [name, file, count] of [
    ["Ada", "api/user.ts", 35],
    ["Bob", "web/page.ts", 25],
  ] as const) {
    workspace.folder.git("config", "user.name", name);
    workspace.folder.git("config", "user.email", `${name.toLowerCase()}@example.org`);
    for (let at = 0; at < count; at++) {
      workspace.write(file, `${at}\n`);
      workspace.folder.commit(`change ${at}`);
    }
  }
}, 180_000);
afterAll(() => workspace.dispose());

/** A task that took `hours` on the day of its id, or one that is still open. */
function task(id: number, more: { readonly score: number; readonly hours?: number; readonly details?: string }) {
  const startedMs = Date.UTC(2026, 0, 5 + id, 1);
  const { score, hours, details = "" } = more;
  const times =
    hours === undefined
      ? {}
      : {
          startedAt: new Date(startedMs).toISOString(),
          finishedAt: new Date(startedMs + hours * HOUR_MS).toISOString(),
        };
  const status = hours === undefined ? "pending" : "done";
  return {
    id,
    title: `Task ${id}`,
    details,
    status,
    complexity: score,
    subtasks: [],
    metadata: { theirs: 1, trigate: { times } },
  };
}

const write = (tasks: readonly object[]) =>
  workspace.write(TASKS, `${JSON.stringify({ master: { tasks } }, null, 2)}\n`);
const Estimates = z.object({
  learned: z.looseObject({ method: z.string(), why: z.string(), finished: z.number() }),
  held: z.object({ held: z.number(), asked: z.number() }).optional(),
  tasks: z.array(
    z.looseObject({
      id: z.string(),
      modelScore: z.number(),
      hours: z.number(),
      score: z.number().optional(),
      interval: z.object({ low: z.number(), high: z.number() }),
      reasons: z.array(z.object({ feature: z.string(), factor: z.number() })),
    }),
  ),
});

describe("trigate tasks estimate", () => {
  test("learns from finished tasks, and prints its errors beside the median's", async () => {
    const done = Array.from({ length: 16 }, (_, at) =>
      task(at + 1, { score: 1 + (at % 8), hours: 0.1 * 1.6 ** (1 + (at % 8)) }),
    );
    write([...done, task(30, { score: 2 }), task(31, { score: 8 })]);
    const { exitCode, stdout, stderr } = await workspace.trigate("tasks", "estimate", "--json", "--report", "--trust");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const { learned, held, tasks } = Estimates.parse(JSON.parse(stdout));
    expect(learned).toMatchObject({ method: "regression", why: "better-than-median", finished: 16 });
    expect(held?.asked).toBe(16);
    expect(tasks.map(({ id }) => id)).toEqual(["30", "31"]);
    const [small, large] = tasks;
    expect(large?.hours).toBeGreaterThan(3 * (small?.hours ?? Number.NaN));
    expect(large?.score).toBeGreaterThan(small?.score ?? Number.NaN);
    const text = await workspace.trigate("tasks", "estimate", "31", "--report", "--trust");
    expect(text.stdout).toContain("31 Task 31: ");
    expect(text.stdout).toMatch(/regression +off by a factor of 1\.\d\d/);
    expect(text.stdout).toMatch(/median of all +off by a factor of [2-9]/);
    expect(text.stdout).not.toContain("30 Task 30");
  });

  test("says that history is too short, and what it lacks", async () => {
    write([task(1, { score: 3, hours: 2 }), { id: 2, title: "Two", status: "done" }, task(3, { score: 9 })]);
    const { exitCode, stdout } = await workspace.trigate("tasks", "estimate", "--trust");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("3 Task 3: 2 h, model's score 9");
    expect(stdout).toContain("history is too short to learn from");
    expect(stdout).toContain("1 done without a known start and end");
  });

  test.each([
    ["a task that is not there", ["99", "--trust"], "99"],
    ["a list that is not there", ["--tag", "nope", "--trust"], "nope"],
  ])("refuses %s", async (_name, args, words) => {
    write([task(1, { score: 3 })]);
    const { exitCode, stderr } = await workspace.trigate("tasks", "estimate", ...args);
    expect(exitCode).toBe(2);
    expect(stderr).toContain(words);
  });
});

test("neither is given in a workspace that is not trusted", async () => {
  write([task(1, { score: 3 })]);
  for (const name of ["estimate", "assign"]) {
    const own = { TRIGATE_STATE_DIR: join(workspace.stateFolder, "untrusting") };
    const { exitCode, stderr } = await workspace.start(["tasks", name], own).ended;
    expect(exitCode).toBe(2);
    expect(stderr).toContain("--trust");
  }
});

describe("trigate tasks assign", () => {
  test("names who works on what the task names, and writes down who is chosen", async () => {
    write([
      task(1, { score: 3, details: "Change api/user.ts." }),
      task(2, { score: 3, details: "New page web/about.ts" }),
    ]);
    const { exitCode, stdout } = await workspace.trigate("tasks", "assign", "1", "--trust");
    expect(exitCode).toBe(0);
    expect(stdout).toContain("it names api/user.ts");
    expect(stdout.indexOf("Ada <ada@example.org>")).toBeGreaterThan(-1);
    expect(stdout.indexOf("Ada <")).toBeLessThan(stdout.indexOf("Bob <"));
    expect(stdout).toContain("api/user.ts: 35 commits, last today");
    expect(stdout).toContain("Claude Code has finished no task here yet");
    const other = await workspace.trigate("tasks", "assign", "2", "--json", "--trust");
    expect(JSON.parse(other.stdout)).toMatchObject({
      candidates: [{ name: "Bob" }, { name: "Ada" }, { name: "Tester" }],
    });

    expect(await workspace.trigate("tasks", "assign", "2", "--to", "Bob")).toMatchObject({
      exitCode: 0,
      stdout: "2: Bob\n",
    });
    const again = await workspace.trigate("tasks", "assign", "2", "--json", "--trust");
    expect(JSON.parse(again.stdout)).toMatchObject({ id: "2", assignee: "Bob" });
  });

  test("is tried on the past beside simple guesses", async () => {
    const { exitCode, stdout } = await workspace.trigate("tasks", "assign", "--backtest", "--json", "--trust");
    expect(exitCode).toBe(0);
    const Result = z.looseObject({
      asked: z.number(),
      authors: z.number(),
      suggestion: z.object({ top1: z.number(), top3: z.number() }),
    });
    // 60 commits of two people and the sample's own; of the first 50 is only learned.
    expect(Result.parse(JSON.parse(stdout))).toMatchObject({ asked: 11, authors: 3, suggestion: { top1: 1, top3: 1 } });
    const text = await workspace.trigate("tasks", "assign", "--backtest", "--trust");
    expect(text.stdout).toMatch(/suggestion +100 % +100 %/);
  });

  test("says so where a part of the past is missing", async () => {
    const shallow = new Workspace();
    try {
      shallow.folder.git("fetch", "--quiet", "--depth=1", `file://${workspace.folder.root}`);
      shallow.folder.git("reset", "--quiet", "--hard", "FETCH_HEAD");
      const { stdout } = await shallow.trigate("tasks", "assign", "--backtest", "--trust");
      expect(stdout).toMatch(/too short[\s\S]*git fetch --unshallow/);
    } finally {
      shallow.dispose();
    }
  });

  test("refuses a half-life that is none", async () => {
    expect(await workspace.trigate("tasks", "assign", "--backtest", "--half-life", "0")).toMatchObject({ exitCode: 2 });
  });
});
