import { z } from "zod";

export const TaskStatus = z.enum(["pending", "in-progress", "done", "review", "deferred", "cancelled", "blocked"]);
export const TaskPriority = z.enum(["critical", "high", "medium", "low"]);

const TaskFields = z.strictObject({
  /** `"5"` for a task, `"5.2"` for a subtask. */
  id: z.string(),
  title: z.string(),
  description: z.string(),
  details: z.string(),
  testStrategy: z.string(),
  status: TaskStatus,
  priority: TaskPriority,
  /** Full ids. */
  dependencies: z.array(z.string()),
  complexity: z.number().optional(),
  /** Dependencies that are not done yet. */
  blockedBy: z.array(z.string()),
});

/** A task with its subtasks, one level deep. */
export const Task = TaskFields.extend({ subtasks: z.array(TaskFields) });

export const TaskList = z.strictObject({
  tag: z.string(),
  tags: z.array(z.string()),
  tasks: z.array(Task),
  /** Id of the task to do now. */
  next: z.string().optional(),
  nextReason: z.string(),
});

export type Task = z.infer<typeof Task>;
export type Subtask = z.infer<typeof TaskFields>;
export type TaskList = z.infer<typeof TaskList>;
export type TaskStatus = z.infer<typeof TaskStatus>;
