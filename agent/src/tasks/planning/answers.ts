import { z } from "zod";
import { TASK_PRIORITIES } from "../../core/task.ts";

/** A text that says something. */
const Text = z.string().trim().min(1);

/** A task as a model plans it; ids are whole numbers within one answer. */
export const PlannedTask = z.strictObject({
  id: z.int().min(1),
  title: Text.max(200),
  description: Text,
  details: Text,
  testStrategy: Text,
  priority: z.enum(TASK_PRIORITIES),
  dependencies: z.array(z.int()),
});
export type PlannedTask = z.infer<typeof PlannedTask>;

/** The answer to a requirements document. */
export const PlannedTasks = z.strictObject({ tasks: z.array(PlannedTask).min(1) });

/** A subtask as a model plans it; ids count within the task. */
export const PlannedSubtask = z.strictObject({
  id: z.int().min(1),
  title: Text.max(200),
  description: Text,
  details: Text,
  testStrategy: Text,
  dependencies: z.array(z.int()),
});
export type PlannedSubtask = z.infer<typeof PlannedSubtask>;

/** The answer to a task that is to be split. */
export const PlannedSubtasks = z.strictObject({ subtasks: z.array(PlannedSubtask).min(1) });

/** How hard one task is, and how it could be split. */
export const TaskComplexity = z.strictObject({
  taskId: z.int().min(1),
  complexityScore: z.int().min(1).max(10),
  recommendedSubtasks: z.int().min(0).max(30),
  expansionPrompt: z.string(),
  reasoning: Text,
});
export type TaskComplexity = z.infer<typeof TaskComplexity>;

/** The answer to a list of tasks that are to be judged. */
export const TaskComplexities = z.strictObject({ complexityAnalysis: z.array(TaskComplexity).min(1) });

/** A task's fields after a change of plan; what is left out stays. */
export const UpdatedTask = z.strictObject({
  title: Text.max(200).optional(),
  description: Text.optional(),
  details: Text.optional(),
  testStrategy: Text.optional(),
  priority: z.enum(TASK_PRIORITIES).optional(),
});
export type UpdatedTask = z.infer<typeof UpdatedTask>;
