export const TASK_STATUSES = ["pending", "in-progress", "done", "review", "deferred", "cancelled", "blocked"] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

export const TASK_PRIORITIES = ["critical", "high", "medium", "low"] as const;
export type TaskPriority = (typeof TASK_PRIORITIES)[number];

/** A task or subtask as Trigate sees it, whatever spelling the file uses. */
export interface Task {
  /** `"5"` for a task, `"5.2"` for a subtask. */
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly details: string;
  readonly testStrategy: string;
  readonly status: TaskStatus;
  readonly priority: TaskPriority;
  /** Full ids (`"5"` or `"5.2"`). */
  readonly dependencies: readonly string[];
  readonly subtasks: readonly Task[];
  /** 1 to 10 when an analysis gave it. */
  readonly complexity?: number | undefined;
}
