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
export const Task = TaskFields.extend({
  subtasks: z.array(TaskFields),
  /** What `metadata.trigate` of the task says; only where one task is asked for. */
  proof: z.record(z.string(), z.unknown()).optional(),
});

export const TaskList = z.strictObject({
  tag: z.string(),
  tags: z.array(z.string()),
  tasks: z.array(Task),
  /** Id of the task to do now. */
  next: z.string().optional(),
  nextReason: z.string(),
  /** Full ids of tasks and subtasks that were called done without proof. */
  forced: z.array(z.string()).optional(),
});

/** Something wrong with the graph of a list; what each kind means stands on the page about tasks. */
export const GraphProblem = z.strictObject({
  kind: z.enum([
    "duplicate-id",
    "self-dependency",
    "dangling",
    "duplicate-dependency",
    "ambiguous",
    "cycle",
    "family-cycle",
  ]),
  /** The one concerned and what it depends on; of a cycle all of it in order, without the first one again. */
  ids: z.array(z.string()).readonly(),
  text: z.string(),
});

/** Why an open task is not the next one. */
export const NotNextTask = z.strictObject({
  id: z.string(),
  title: z.string(),
  /** Whether it could be done now; then only the order is against it. */
  ready: z.boolean(),
  why: z.string(),
});

/** Dependencies of one task or subtask, by full id. */
export const DependencyChange = z.strictObject({
  id: z.string(),
  /** Those that were added or taken away. */
  changed: z.array(z.string()).readonly(),
  /** All that it depends on now. */
  dependencies: z.array(z.string()).readonly(),
});

/** A task or subtask and the id that it has afterwards; `"7.2"` makes it a subtask of 7. */
export const TaskMove = z.strictObject({ from: z.string(), to: z.string() });

export const TagOverview = z.strictObject({
  name: z.string(),
  /** Tasks and how many of them are done, without subtasks. */
  tasks: z.int(),
  done: z.int(),
  active: z.boolean(),
});

export type Task = z.infer<typeof Task>;
export type Subtask = z.infer<typeof TaskFields>;
export type TaskList = z.infer<typeof TaskList>;
export type TaskStatus = z.infer<typeof TaskStatus>;
