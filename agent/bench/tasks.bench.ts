// How fast long task lists are read and written: node agent/bench/tasks.bench.ts [--json]
// Prints a table, or with --json the list that the benchmark-json checker reads: how many times the budget holds the time.
// With TASK_MASTER_CLI, the path of task-master-ai's command, its answer to the same question stands beside ours.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { systemClock } from "../src/platform/clock.ts";
import { stateFolderOf } from "../src/platform/state-folder.ts";
import { joinDaemon } from "../src/server/lifecycle/start-or-join.ts";
import { TaskStore } from "../src/tasks/task-store.ts";
import { TaskVersions } from "../src/tasks/task-store-versions.ts";

const repository = join(import.meta.dirname, "..", "..");
const trigate = join(repository, "agent", "bin", "trigate.mjs");
const run = promisify(execFile);
const ROUNDS = 15;
/** A list of hundreds of thousands of lines is not for every round. */
const FEW_ROUNDS = 5;

/** A list of tasks with five subtasks each, three kilobytes a task; the first half is done. */
function listOf(count: number): string {
  const words = (about: string) => `${about} `.padEnd(110, "of what is to be done here ");
  const tasks = Array.from({ length: count }, (_, index) => {
    const status = index < count / 2 ? "done" : "pending";
    return {
      id: index + 1,
      title: `Task ${index + 1}`,
      description: words("Description"),
      details: words("Details"),
      testStrategy: words("Tests"),
      status,
      dependencies: index === 0 ? [] : [index],
      priority: ["high", "medium", "low"][index % 3],
      subtasks: [1, 2, 3, 4, 5].map((id) => ({
        id,
        title: `Subtask ${id}`,
        description: words("Description"),
        details: `${words("Details")}${words("More")}`,
        testStrategy: "",
        status,
        dependencies: id === 1 ? [] : [id - 1],
      })),
    };
  });
  return `${JSON.stringify({ master: { tasks, metadata: { created: "2026-11-22T10:00:00.000Z" } } }, null, 2)}\n`;
}

const scratch = mkdtempSync(join(tmpdir(), "trigate-tasks-bench-"));
const env = { ...process.env, TRIGATE_STATE_DIR: join(scratch, "state") };

function makeWorkspace(name: string, tasks: number): string {
  const root = join(scratch, name);
  mkdirSync(join(root, ".taskmaster", "tasks"), { recursive: true });
  writeFileSync(join(root, ".taskmaster", "tasks", "tasks.json"), listOf(tasks));
  writeFileSync(join(root, "trigate.yaml"), "version: 1\nchecks: {}\n");
  return root;
}

function storeOf(root: string): TaskStore {
  const versions = new TaskVersions({ folder: join(scratch, "versions"), clock: systemClock });
  return new TaskStore({ root, clock: systemClock, versions });
}

async function times(rounds: number, body: (round: number) => Promise<unknown>): Promise<readonly number[]> {
  const taken: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const began = performance.now();
    await body(round);
    taken.push(performance.now() - began);
  }
  return taken.toSorted((a, b) => a - b);
}

interface Row {
  readonly name: string;
  readonly ms: number;
  readonly budgetMs: number;
  readonly beside: string;
}

/** The fastest of many, since everything else on the machine only adds to it. */
const row = (name: string, budgetMs: number, taken: readonly number[]): Row => {
  return { name, ms: taken[0] ?? Number.NaN, budgetMs, beside: "" };
};

async function inOneProcess(root: string): Promise<readonly Row[]> {
  const file = join(root, ".taskmaster", "tasks", "tasks.json");
  const text = readFileSync(file, "utf8");
  // Each round another text, so that nothing is remembered.
  const read = await times(ROUNDS * 2, async (round) => {
    writeFileSync(file, `${text}${" ".repeat(round)}`);
    await storeOf(root).next();
  });
  const store = storeOf(root);
  const write = await times(ROUNDS * 2, (round) =>
    store.setStatus({ id: "900", status: round % 2 === 0 ? "review" : "pending" }),
  );
  return [row("tasks_next/daemon", 30, read), row("tasks_set_status/daemon", 40, write)];
}

async function asCommand(root: string): Promise<Row> {
  const next = () => run(process.execPath, [trigate, "tasks", "next", "--json"], { cwd: root, env });
  await next();
  const taken = await times(ROUNDS, next);
  const rival = process.env["TASK_MASTER_CLI"];
  if (rival === undefined) return row("tasks_next/command", 150, taken);
  const quiet = { ...env, TASKMASTER_SKIP_AUTO_UPDATE: "1" };
  const theirs = await times(FEW_ROUNDS, () =>
    run(process.execPath, [rival, "next", "--format", "json"], { cwd: root, env: quiet, maxBuffer: 2 ** 26 }),
  );
  return {
    ...row("tasks_next/command", 150, taken),
    beside: `task-master-ai ${(theirs[0] ?? Number.NaN).toFixed(0)} ms`,
  };
}

/** What a tree of ten thousand tasks waits for: the list over the daemon's socket, read and understood. */
async function overDaemon(root: string): Promise<Row> {
  await run(process.execPath, [trigate, "daemon", "start"], { cwd: root, env });
  const client = await joinDaemon({
    stateFolder: stateFolderOf(root, env),
    client: { client: "bench", trusted: true, env: {} },
  });
  if (client === undefined) throw new Error("no daemon answers");
  try {
    await client.call("tasks/list", { outline: true });
    return row("tasks_tree/daemon", 300, await times(FEW_ROUNDS, () => client.call("tasks/list", { outline: true })));
  } finally {
    client.close();
    await run(process.execPath, [trigate, "daemon", "stop"], { cwd: root, env });
  }
}

try {
  mkdirSync(env.TRIGATE_STATE_DIR);
  const thousand = makeWorkspace("thousand", 1_000);
  const rows = [...(await inOneProcess(thousand)), await asCommand(thousand)];
  rows.push(await overDaemon(makeWorkspace("ten-thousand", 10_000)));
  if (process.argv.includes("--json")) {
    const entries = rows.map(({ name, ms, budgetMs }) => {
      const range = `${ms.toFixed(1)} ms of ${budgetMs.toFixed(1)} ms`;
      return { name, unit: "x", value: budgetMs / ms, range };
    });
    console.log(JSON.stringify(entries));
  } else {
    console.log("what                        best ms   budget ms");
    for (const { name, ms, budgetMs, beside } of rows)
      console.log(`${name.padEnd(26)} ${ms.toFixed(1).padStart(8)} ${budgetMs.toFixed(1).padStart(11)}   ${beside}`);
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
