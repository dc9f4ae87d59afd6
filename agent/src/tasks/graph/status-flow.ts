import type { Task, TaskStatus } from "../../core/task.ts";

/** Why the status of a task follows from that of another one. */
export type FlowReason = "begun" | "put-back" | "reopened" | "with-task";

export interface FollowingStatus {
  readonly id: string;
  readonly status: TaskStatus;
  readonly why: FlowReason;
}

/**
 * What the status of a task becomes when those of its subtasks are as given, or `undefined` when it stays:
 *
 * - A pending task is `in-progress` as soon as a subtask is in progress, in review or done: the rule for what is next looks
 *   at the subtasks of tasks in progress.
 * - A task in progress is `pending` again when all its subtasks are.
 * - A task that is done or in review is `in-progress` again when one of its subtasks has work left.
 * - It never becomes `done` by itself, since done needs proof; see {@link isReadyToClose}.
 */
export function statusFromSubtasks(
  status: TaskStatus,
  subtasks: readonly TaskStatus[],
): Omit<FollowingStatus, "id"> | undefined {
  if (subtasks.length === 0) return undefined;
  const rules: readonly (Omit<FollowingStatus, "id"> & { readonly applies: boolean })[] = [
    { status: "in-progress", why: "begun", applies: status === "pending" && subtasks.some(isBegun) },
    { status: "pending", why: "put-back", applies: status === "in-progress" && subtasks.every(isPending) },
    { status: "in-progress", why: "reopened", applies: isFinished(status) && subtasks.some(isLeft) },
  ];
  const rule = rules.find(({ applies }) => applies);
  return rule === undefined ? undefined : { status: rule.status, why: rule.why };
}

const isPending = (status: TaskStatus): boolean => status === "pending";
const isFinished = (status: TaskStatus): boolean => status === "done" || status === "review";
const isLeft = (status: TaskStatus): boolean => status === "pending" || status === "in-progress";

function isBegun(status: TaskStatus): boolean {
  return status === "in-progress" || status === "review" || status === "done";
}

/**
 * The subtasks that get the status of their task, on request. What is cancelled stays so, and what is done stays done
 * unless the task is put back to `pending`.
 */
export function statusToSubtasks({ subtasks }: Task, status: TaskStatus): readonly FollowingStatus[] {
  return subtasks
    .filter((subtask) => subtask.status !== status && subtask.status !== "cancelled")
    .filter((subtask) => subtask.status !== "done" || status === "pending")
    .map(({ id }) => ({ id, status, why: "with-task" }));
}

/** Whether a task is under way though nothing is left to do below it: it waits for its own proof. */
export function isReadyToClose({ status, subtasks }: Task): boolean {
  const isOver = (each: Task) => each.status === "done" || each.status === "cancelled";
  return status === "in-progress" && subtasks.some((each) => each.status === "done") && subtasks.every(isOver);
}
