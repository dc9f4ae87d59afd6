import { type ChildProcess, spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { TASK_STATUSES, type TaskStatus } from "../../core/task.ts";
import type { TestWorkspace } from "./workspace.ts";

/** A list of so many pending tasks with texts like real ones. */
export function pendingTasks(count: number): object {
  const tasks = Array.from({ length: count }, (_, index) => ({
    id: index + 1,
    title: `Task ${index + 1}`,
    description: "What it is about",
    details: "How it is to be done. ".repeat(10),
    status: "pending",
    dependencies: [],
    subtasks: [],
  }));
  return { master: { tasks, metadata: { created: "2026-11-22T10:00:00.000Z" } } };
}

interface Change {
  readonly id: string;
  readonly status: TaskStatus;
}

interface Writer {
  readonly child: ChildProcess;
  /** The changes that it said were done, so far. */
  readonly done: Change[];
  readonly ended: Promise<{ readonly exitCode: number | null; readonly stderr: string }>;
}

function startWriter(root: string, changes: readonly Change[]): Writer {
  const script = fileURLToPath(new URL("set-statuses.ts", import.meta.url));
  const pairs = changes.flatMap(({ id, status }) => [id, status]);
  const child = spawn(process.execPath, [script, root, ...pairs], { stdio: ["ignore", "pipe", "pipe"] });
  const done: Change[] = [];
  let stderr = "";
  let rest = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += chunk.toString("utf8")));
  child.stdout.on("data", (chunk: Buffer) => {
    const lines = (rest + chunk.toString("utf8")).split("\n");
    rest = lines.pop() ?? "";
    for (let count = lines.length; count > 0; count--) {
      const change = changes[done.length];
      if (change !== undefined) done.push(change);
    }
  });
  const ended = new Promise<{ exitCode: number | null; stderr: string }>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => resolve({ exitCode, stderr }));
  });
  return { child, done, ended };
}

const statusOf = (turn: number): TaskStatus => TASK_STATUSES[1 + (turn % (TASK_STATUSES.length - 1))] ?? "done";

/**
 * Lets so many processes change so many tasks each, all at once, and answers what is not as it must be: an exit code, a
 * change that is not in the file, or a file that was left behind. Nothing is what is wanted.
 */
export async function writeAtOnce(made: TestWorkspace, { processes, changes }: { processes: number; changes: number }) {
  const all = Array.from({ length: processes * changes }, (_, turn) => ({
    id: String(turn + 1),
    status: statusOf(turn),
  }));
  const writers = Array.from({ length: processes }, (_, index) =>
    startWriter(made.root, all.slice(index * changes, (index + 1) * changes)),
  );
  const ends = await Promise.all(writers.map(({ ended }) => ended));
  const failures = ends.filter(({ exitCode }) => exitCode !== 0).map(({ stderr }) => stderr);
  return [...failures, ...(await missing(made, all)), ...leftBehind(made)];
}

/**
 * Kills a writer again and again, each time at another moment of its writing, and answers what is not as it must be: a file
 * that cannot be read, a change that was said to be done and is not there, a lock that stops the next writer, or a file that
 * is left behind after the next write. `waits` gets how long each next write took, in milliseconds.
 */
export async function killWriters(
  made: TestWorkspace,
  { kills, seed, waits }: { readonly kills: number; readonly seed: number; readonly waits: number[] },
): Promise<readonly string[]> {
  const problems: string[] = [];
  let random = seed;
  for (let kill = 0; kill < kills; kill++) {
    const changes = Array.from({ length: 2_000 }, (_, turn) => ({
      id: String(2 + ((turn + kill) % 20)),
      status: statusOf(turn + kill),
    }));
    const writer = startWriter(made.root, changes);
    await new Promise((resolve) => writer.child.stdout?.once("data", resolve));
    random = (random * 1_103_515_245 + 12_345) % 2 ** 31;
    await new Promise((resolve) => setTimeout(resolve, random % 97));
    writer.child.kill("SIGKILL");
    await writer.ended;
    const began = performance.now();
    await made.store().setStatus({ id: "1", status: statusOf(kill) });
    waits.push(performance.now() - began);
    problems.push(...(await missing(made, lastOfEach(changes, writer.done.length))), ...leftBehind(made));
  }
  return problems;
}

/** The last change of each task among the first so many, but for the tasks that the next change, which may be there, touches. */
function lastOfEach(changes: readonly Change[], count: number): readonly Change[] {
  const last = new Map(changes.slice(0, count).map((change) => [change.id, change]));
  const next = changes[count];
  if (next !== undefined) last.delete(next.id);
  return [...last.values()];
}

async function missing(made: TestWorkspace, wanted: readonly Change[]): Promise<readonly string[]> {
  const { tasks } = await made.store().list();
  const found = new Map(tasks.map(({ id, status }) => [id, status]));
  return wanted.flatMap(({ id, status }) =>
    found.get(id) === status ? [] : [`task ${id} is ${found.get(id)}, not ${status}`],
  );
}

function leftBehind({ tasksPath }: TestWorkspace): readonly string[] {
  return readdirSync(dirname(tasksPath))
    .filter((name) => name !== "tasks.json")
    .map((name) => `${name} was left behind`);
}
