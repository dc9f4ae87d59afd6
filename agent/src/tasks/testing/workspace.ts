import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { systemClock } from "../../platform/clock.ts";
import { TaskStore, type TaskStoreOptions } from "../task-store.ts";

/** A workspace on disk for one test; `dispose` removes it. */
export interface TestWorkspace {
  readonly root: string;
  readonly tasksPath: string;
  readonly write: (name: string, text: string | Uint8Array) => void;
  readonly readTasks: () => string;
  readonly removeTasks: () => Promise<void>;
  readonly store: (options?: Partial<TaskStoreOptions>) => TaskStore;
  readonly dispose: () => Promise<void>;
}

export async function makeWorkspace(tasks?: unknown): Promise<TestWorkspace> {
  const root = await mkdtemp(join(tmpdir(), "trigate-tasks-"));
  const tasksPath = join(root, ".taskmaster", "tasks", "tasks.json");
  const write = (name: string, text: string | Uint8Array) => {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  if (tasks !== undefined)
    write(".taskmaster/tasks/tasks.json", typeof tasks === "string" ? tasks : `${JSON.stringify(tasks, null, 2)}\n`);
  return {
    root,
    tasksPath,
    write,
    readTasks: () => readFileSync(tasksPath, "utf8"),
    removeTasks: () => rm(tasksPath),
    store: (options) => new TaskStore({ root, clock: systemClock, ...options }),
    dispose: () => rm(root, { recursive: true, force: true }),
  };
}
