import type { Task, TaskStatus } from "../../core/task.ts";

/** A task with what it still waits for. */
export interface ListedTask extends Task {
  /** Full ids of dependencies that are not done: open, cancelled or missing ones. */
  readonly blockedBy: readonly string[];
  readonly subtasks: readonly ListedTask[];
}

/** Status by full id, of tasks and subtasks. */
export function statuses(tasks: readonly Task[]): ReadonlyMap<string, TaskStatus> {
  const byId = new Map<string, TaskStatus>();
  for (const task of tasks) {
    byId.set(task.id, task.status);
    for (const subtask of task.subtasks) byId.set(subtask.id, subtask.status);
  }
  return byId;
}

/**
 * Adds `blockedBy` to every task. Only `done` satisfies a dependency: a cancelled or missing one goes on blocking until
 * somebody takes it away, since nobody has said that the work can do without it.
 */
export function listTasks(tasks: readonly Task[]): readonly ListedTask[] {
  const statusOf = statuses(tasks);
  const waitsFor = (id: string) => statusOf.get(id) !== "done";
  const list = (task: Task): ListedTask => {
    const open = task.dependencies.filter(waitsFor);
    return { ...task, blockedBy: open.length > 1 ? [...new Set(open)] : open, subtasks: task.subtasks.map(list) };
  };
  return tasks.map(list);
}

/** A task or subtask by its full id. */
export function findTask(tasks: readonly ListedTask[], id: string): ListedTask | undefined {
  return tasks.flatMap((task) => [task, ...task.subtasks]).find((task) => task.id === id);
}
