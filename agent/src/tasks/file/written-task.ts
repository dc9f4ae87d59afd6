import { z } from "zod";
import { TASK_PRIORITIES, TASK_STATUSES, type Task, type TaskPriority, type TaskStatus } from "../../core/task.ts";

/** Spellings that older programs left in the file. They are read, never written. */
const OTHER_SPELLINGS: ReadonlyMap<string, TaskStatus> = new Map([
  ["completed", "done"],
  ["canceled", "cancelled"],
]);

const Id = z.union([z.number(), z.string().min(1)], { error: "must be a number or a text" });
const Text = z.string().nullish();

const Status = Text.transform((written, context): TaskStatus => {
  const spelled = (written ?? "pending").toLowerCase().replaceAll(/[\s_]+/g, "-");
  const status = OTHER_SPELLINGS.get(spelled) ?? TASK_STATUSES.find((known) => known === spelled);
  if (status !== undefined) return status;
  context.addIssue({
    code: "custom",
    message: `the status ${JSON.stringify(written)} is none of ${TASK_STATUSES.join(", ")}`,
  });
  return z.NEVER;
});

const Priority = Text.transform((written, context): TaskPriority | undefined => {
  if (written === null || written === undefined || written === "") return undefined;
  const priority = TASK_PRIORITIES.find((known) => known === written.toLowerCase());
  if (priority !== undefined) return priority;
  context.addIssue({
    code: "custom",
    message: `the priority ${JSON.stringify(written)} is none of ${TASK_PRIORITIES.join(", ")}`,
  });
  return z.NEVER;
});

const Fields = z.looseObject({
  id: Id,
  title: Text,
  description: Text,
  details: Text,
  testStrategy: Text,
  status: Status,
  priority: Priority,
  dependencies: z.array(Id).nullish(),
  /** Only shown, so an odd value is no reason to refuse the file. */
  complexity: z.number().min(1).max(10).optional().catch(undefined),
});

const Written = Fields.extend({ subtasks: z.array(Fields).nullish() });

/** A task as it stands in the file. Keys that are not ours are allowed and never touched. */
export type WrittenTask = z.infer<typeof Written>;
type WrittenFields = z.infer<typeof Fields>;

const Tasks = z
  .array(Written)
  .nullish()
  .transform((tasks) => tasks ?? []);

/** What stands under a tag: its tasks, and keys that belong to the other program. */
export const TagContent = z.looseObject({ tasks: Tasks });
/** A file without tags, as old versions of the other program wrote it. */
export const FlatFile = z.looseObject({ tasks: Tasks });

/** Gives all ids their full form and fills what is missing: `pending`, and the parent's priority or `medium`. */
export function toTasks(written: readonly WrittenTask[]): readonly Task[] {
  const taskIds = new Set(written.map(({ id }) => String(id)));
  return written.map((task) => {
    const id = String(task.id);
    const priority = task.priority ?? "medium";
    const siblings = new Set((task.subtasks ?? []).map((subtask) => subtaskId(id, subtask.id)));
    const full = (dependency: number | string) => fullDependency(dependency, { parent: id, siblings, taskIds });
    return {
      ...commonOf(task, priority),
      id,
      dependencies: (task.dependencies ?? []).map(String),
      subtasks: (task.subtasks ?? []).map((subtask) => ({
        ...commonOf(subtask, priority),
        id: subtaskId(id, subtask.id),
        dependencies: (subtask.dependencies ?? []).map(full),
        subtasks: [],
      })),
    };
  });
}

function commonOf(written: WrittenFields, inherited: TaskPriority): Omit<Task, "id" | "dependencies" | "subtasks"> {
  return {
    title: written.title ?? "",
    description: written.description ?? "",
    details: written.details ?? "",
    testStrategy: written.testStrategy ?? "",
    status: written.status,
    priority: written.priority ?? inherited,
    complexity: written.complexity,
  };
}

/** Subtasks count from 1 within their parent; some writers put the dotted form there already. */
function subtaskId(parent: string, written: number | string): string {
  return String(written).startsWith(`${parent}.`) ? String(written) : `${parent}.${written}`;
}

interface Family {
  readonly parent: string;
  readonly siblings: ReadonlySet<string>;
  readonly taskIds: ReadonlySet<string>;
}

/**
 * A subtask's dependency in its full form. A dotted id is one already; a bare one means a sibling, or else a task of
 * that id. What matches nothing stays a sibling's id, so that it is shown as missing.
 */
function fullDependency(written: number | string, { parent, siblings, taskIds }: Family): string {
  const bare = String(written);
  if (bare.includes(".")) return bare;
  const sibling = `${parent}.${bare}`;
  return !siblings.has(sibling) && taskIds.has(bare) ? bare : sibling;
}
