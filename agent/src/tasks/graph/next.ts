import { TASK_PRIORITIES } from "../../core/task.ts";
import { type ListedTask, statuses } from "./dependencies.ts";

/** What to do now and why, or why there is nothing. */
export interface NextListedTask {
  readonly task: ListedTask | undefined;
  readonly reason: string;
}

/**
 * The one rule for what comes next. An item is *ready* when its status is `pending` or `in-progress` and all its
 * dependencies are `done`.
 *
 * 1. Work under way first: the ready subtasks of tasks that are `in-progress`.
 * 2. Else the ready tasks. A task in progress with an unfinished subtask is not handed out itself: its subtasks are.
 *
 * Of several: the higher priority (`critical`, `high`, `medium`, `low`; a subtask without one has its parent's), then
 * fewer dependencies, then the lower id.
 */
export function chooseNext(tasks: readonly ListedTask[]): NextListedTask {
  const [task] = readyInOrder(tasks);
  if (task === undefined) return { task: undefined, reason: whyNone(tasks) };
  if (!isSubtaskOf(tasks, task)) return { task, reason: `${task.id} is ready; ${readiness(task)}` };
  return {
    task,
    reason: `${task.id} continues task ${parentOf(task.id)}, which is in progress; ${readiness(task)}`,
  };
}

/** All that is ready, in the order in which it would be handed out: the next one first. */
export function readyInOrder(tasks: readonly ListedTask[]): readonly ListedTask[] {
  const subtasks = tasks.filter(({ status }) => status === "in-progress").flatMap((task) => task.subtasks);
  return [
    ...subtasks.filter(isReady).toSorted(compare),
    ...tasks.filter((task) => isReady(task) && !isInParts(task)).toSorted(compare),
  ];
}

/** Whether a status says that there is work to do. */
export function isOpen({ status }: Pick<ListedTask, "status">): boolean {
  return status === "pending" || status === "in-progress";
}

/** Whether a task is under way in its subtasks, so that they are handed out and not the task. */
export function isInParts({ status, subtasks }: ListedTask): boolean {
  return status === "in-progress" && subtasks.some(isOpen);
}

function isReady(task: ListedTask): boolean {
  return isOpen(task) && task.blockedBy.length === 0;
}

function isSubtaskOf(tasks: readonly ListedTask[], task: ListedTask): boolean {
  return !tasks.includes(task);
}

/** The order among ready items of one sort: the first difference decides. */
function compare(a: ListedTask, b: ListedTask): number {
  return (
    TASK_PRIORITIES.indexOf(a.priority) - TASK_PRIORITIES.indexOf(b.priority) ||
    a.dependencies.length - b.dependencies.length ||
    a.id.localeCompare(b.id, "en", { numeric: true })
  );
}

function parentOf(id: string): string {
  return id.slice(0, id.lastIndexOf("."));
}

function readiness({ priority, dependencies }: ListedTask): string {
  const done = dependencies.length === 0 ? "it depends on nothing" : `done before it: ${dependencies.join(", ")}`;
  return `priority ${priority}, ${done}`;
}

/** How many waiting tasks are named before the rest is only counted. */
const NAMED = 3;

function whyNone(tasks: readonly ListedTask[]): string {
  if (tasks.length === 0) return "there are no tasks yet";
  const statusOf = statuses(tasks);
  const waiting = tasks
    .flatMap((task) => [task, ...task.subtasks])
    .filter((task) => isOpen(task) && task.blockedBy.length > 0);
  if (waiting.length === 0) return "no task is open: each is done, cancelled, deferred, blocked or in review";
  const named = waiting.slice(0, NAMED).map(({ id, blockedBy }) => {
    return `${id} waits for ${blockedBy.map((other) => `${other} (${statusOf.get(other) ?? "missing"})`).join(", ")}`;
  });
  const rest = waiting.length > NAMED ? `; ${waiting.length - NAMED} more wait` : "";
  return `nothing is ready: ${named.join("; ")}${rest}`;
}
