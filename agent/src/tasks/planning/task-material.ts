import type { Task } from "../../core/task.ts";

/** A task as a model is told of it: all its texts, nothing of where it stands. */
export function taskMaterial(task: Task): string {
  return [
    `id: ${task.id}`,
    `title: ${task.title}`,
    `status: ${task.status}`,
    `priority: ${task.priority}`,
    `depends on: ${task.dependencies.join(", ") || "nothing"}`,
    `description: ${task.description}`,
    ...(task.details === "" ? [] : [`details: ${task.details}`]),
    ...(task.testStrategy === "" ? [] : [`test strategy: ${task.testStrategy}`]),
  ].join("\n");
}

/** A task in one line. */
export function taskLine({ id, status, title }: Task): string {
  return `${id} (${status}): ${title}`;
}

/** What stands around a task: what it depends on and what depends on it, in a line each. */
export function surroundings(task: Task, tasks: readonly Task[]): string {
  const own = new Set(task.dependencies);
  return tasks
    .filter(({ id, dependencies }) => id !== task.id && (own.has(id) || dependencies.includes(task.id)))
    .map(taskLine)
    .join("\n");
}
