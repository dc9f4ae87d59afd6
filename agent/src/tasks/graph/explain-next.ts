import { TASK_PRIORITIES, type TaskStatus } from "../../core/task.ts";
import { type ListedTask, statuses } from "./dependencies.ts";
import { isInParts, isOpen, readyInOrder } from "./next.ts";

/** Why an open task or subtask is not the next one. */
export interface NotNext {
  readonly id: string;
  readonly title: string;
  /** Whether it could be done now; then only the order is against it. */
  readonly ready: boolean;
  readonly why: string;
}

/**
 * Why each open task and subtask but the next one is not the next one: first those that are ready, in the order in which
 * they would be handed out, then those that wait, in the order of the list.
 */
export function explainNext(tasks: readonly ListedTask[]): readonly NotNext[] {
  const ready = readyInOrder(tasks);
  const [next] = ready;
  const parents = new Map(tasks.flatMap((task) => task.subtasks.map((subtask) => [subtask, task] as const)));
  const statusOf = statuses(tasks);
  const later = ready.slice(1).map((task) => ({
    ...named(task),
    ready: true,
    why: next === undefined ? "" : whyLater(next, task, parents),
  }));
  const isReady = new Set(ready);
  const waiting = tasks
    .flatMap((task) => [task, ...task.subtasks])
    .filter((task) => isOpen(task) && !isReady.has(task))
    .map((task) => ({ ...named(task), ready: false, why: whyWaiting(task, parents.get(task), statusOf) }));
  return [...later, ...waiting];
}

function named({ id, title }: ListedTask): Pick<NotNext, "id" | "title"> {
  return { id, title };
}

function whyLater(next: ListedTask, task: ListedTask, parents: ReadonlyMap<ListedTask, ListedTask>): string {
  if (parents.has(next) && !parents.has(task))
    return `work under way comes first: ${next.id} belongs to a task in progress`;
  if (TASK_PRIORITIES.indexOf(task.priority) > TASK_PRIORITIES.indexOf(next.priority))
    return `its priority is ${task.priority}, that of ${next.id} is ${next.priority}`;
  const [own, other] = [task.dependencies.length, next.dependencies.length];
  if (own > other)
    return `it has ${own} ${own === 1 ? "dependency" : "dependencies"}, ${next.id} has ${other === 0 ? "none" : other}`;
  return `the lower id comes first of equals: ${next.id}`;
}

function whyWaiting(
  task: ListedTask,
  parent: ListedTask | undefined,
  statusOf: ReadonlyMap<string, TaskStatus>,
): string {
  const reasons = [
    ...(parent === undefined || parent.status === "in-progress"
      ? []
      : [`its task ${parent.id} is ${parent.status}, and only subtasks of tasks in progress are handed out`]),
    ...(task.blockedBy.length === 0
      ? []
      : [`it waits for ${task.blockedBy.map((id) => `${id} (${statusOf.get(id) ?? "missing"})`).join(", ")}`]),
    ...(parent === undefined && isInParts(task) ? ["it is done in its subtasks, which are handed out instead"] : []),
  ];
  return reasons.join("; ");
}
