// The small form of zod: the usual one takes longer to load than a list of a thousand tasks takes to read.
import * as z from "zod/mini";
import { TASK_PRIORITIES, TASK_STATUSES, type Task, type TaskPriority, type TaskStatus } from "../../core/task.ts";

/** Spellings that older programs left in the file. They are read, never written. */
const OTHER_SPELLINGS: ReadonlyMap<string, TaskStatus> = new Map([
  ["completed", "done"],
  ["canceled", "cancelled"],
]);

const { catch: orElse } = z;

const Id = z.union([z.number(), z.string().check(z.minLength(1))], { error: "must be a number or a text" });
const Text = z.nullish(z.string("must be a text"));

const Status = z.pipe(
  Text,
  z.transform((written, context): TaskStatus => {
    const spelled = (written ?? "pending").toLowerCase().replaceAll(/[\s_]+/g, "-");
    const status = OTHER_SPELLINGS.get(spelled) ?? TASK_STATUSES.find((known) => known === spelled);
    if (status !== undefined) return status;
    const message = `the status ${JSON.stringify(written)} is none of ${TASK_STATUSES.join(", ")}`;
    context.issues.push({ code: "custom", message, input: written });
    return z.NEVER;
  }),
);

const Priority = z.pipe(
  Text,
  z.transform((written, context): TaskPriority | undefined => {
    if (written === null || written === undefined || written === "") return undefined;
    const priority = TASK_PRIORITIES.find((known) => known === written.toLowerCase());
    if (priority !== undefined) return priority;
    const message = `the priority ${JSON.stringify(written)} is none of ${TASK_PRIORITIES.join(", ")}`;
    context.issues.push({ code: "custom", message, input: written });
    return z.NEVER;
  }),
);

const List = "must be a list";
const Record = "must be an object";

const Fields = z.object(
  {
    id: Id,
    title: Text,
    description: Text,
    details: Text,
    testStrategy: Text,
    status: Status,
    priority: Priority,
    dependencies: z.nullish(z.array(Id, List)),
    /** Only shown, so an odd value is no reason to refuse the file. */
    complexity: orElse(z.optional(z.number().check(z.minimum(1), z.maximum(10))), undefined),
  },
  Record,
);

const Written = z.extend(Fields, { subtasks: z.nullish(z.array(Fields, List)) });

/** A task as it stands in the file. Keys that are not ours are allowed and never touched. */
export type WrittenTask = z.infer<typeof Written>;
type WrittenFields = z.infer<typeof Fields>;

const Tasks = z.pipe(
  z.nullish(z.array(Written, List)),
  z.transform((tasks) => tasks ?? []),
);

const KNOWN_STATUSES: ReadonlySet<unknown> = new Set(TASK_STATUSES);
const KNOWN_PRIORITIES: ReadonlySet<unknown> = new Set([...TASK_PRIORITIES, undefined]);

/**
 * Whether a list says already what the schema would make of it, as what any program writes today does. It only says yes
 * where the schema says the same, in a tenth of the time; whatever is odd or wrong is the schema's to mend or to name.
 */
export function isPlainList(tasks: unknown): tasks is readonly WrittenTask[] {
  return Array.isArray(tasks) && tasks.every(isPlainTask);
}

function isPlainTask(task: unknown): task is WrittenTask {
  if (!isPlain(task)) return false;
  const subtasks: unknown = Reflect.get(task, "subtasks");
  return subtasks === undefined || (Array.isArray(subtasks) && subtasks.every(isPlain));
}

function isPlain(task: unknown): task is WrittenFields {
  if (typeof task !== "object" || task === null) return false;
  const written: Partial<Record<keyof WrittenFields, unknown>> = task;
  return isPlainId(written.id) && hasPlainTexts(written) && hasPlainValues(written);
}

function hasPlainTexts(written: Partial<Record<keyof WrittenFields, unknown>>): boolean {
  return (
    isPlainText(written.title) &&
    isPlainText(written.description) &&
    isPlainText(written.details) &&
    isPlainText(written.testStrategy)
  );
}

function hasPlainValues({ status, priority, dependencies, complexity }: Partial<Record<keyof WrittenFields, unknown>>) {
  return (
    KNOWN_STATUSES.has(status) &&
    KNOWN_PRIORITIES.has(priority) &&
    (complexity === undefined || (typeof complexity === "number" && complexity >= 1 && complexity <= 10)) &&
    (dependencies === undefined || (Array.isArray(dependencies) && dependencies.every(isPlainId)))
  );
}

function isPlainText(value: unknown): boolean {
  return typeof value === "string" || value === undefined;
}

function isPlainId(id: unknown): boolean {
  return typeof id === "string" ? id !== "" : Number.isFinite(id);
}

/** What stands under a tag or in a file without tags: its tasks, beside keys that belong to the other program. */
export const TagContent = z.object({ tasks: Tasks });

/** Gives all ids their full form and fills what is missing: `pending`, and the parent's priority or `medium`. */
export function toTasks(written: readonly WrittenTask[]): readonly Task[] {
  const taskIds = new Set(written.map(({ id }) => String(id)));
  return written.map((task) => {
    const id = String(task.id);
    const priority = task.priority ?? "medium";
    const siblings = new Set((task.subtasks ?? []).map((subtask) => subtaskId(id, subtask.id)));
    const full = (dependency: number | string) => fullDependency(dependency, { parent: id, siblings, taskIds });
    const subtasks = (task.subtasks ?? []).map((subtask) => {
      const dependencies = (subtask.dependencies ?? []).map(full);
      return toTask(subtask, { id: subtaskId(id, subtask.id), priority, dependencies, subtasks: [] });
    });
    return toTask(task, { id, priority, dependencies: (task.dependencies ?? []).map(String), subtasks });
  });
}

/** `priority` is the one of a task that names none. Written out, since a list of thousands is made at each reading. */
function toTask(
  written: WrittenFields,
  { id, priority, dependencies, subtasks }: Pick<Task, "id" | "priority" | "dependencies" | "subtasks">,
): Task {
  return {
    id,
    title: written.title ?? "",
    description: written.description ?? "",
    details: written.details ?? "",
    testStrategy: written.testStrategy ?? "",
    status: written.status,
    priority: written.priority ?? priority,
    dependencies,
    subtasks,
    complexity: written.complexity,
  };
}

/** Subtasks count from 1 within their parent; some writers put the dotted form there already. */
function subtaskId(parent: string, written: number | string): string {
  return String(written).startsWith(`${parent}.`) ? String(written) : `${parent}.${written}`;
}

/** What a bare id in a subtask can mean. */
export interface Family {
  readonly parent: string;
  readonly siblings: ReadonlySet<string>;
  readonly taskIds: ReadonlySet<string>;
}

/**
 * A subtask's dependency in its full form. A dotted id is one already; a bare one means a sibling, or else a task of
 * that id. What matches nothing stays a sibling's id, so that it is shown as missing.
 */
export function fullDependency(written: number | string, { parent, siblings, taskIds }: Family): string {
  const bare = String(written);
  if (bare.includes(".")) return bare;
  const sibling = `${parent}.${bare}`;
  return !siblings.has(sibling) && taskIds.has(bare) ? bare : sibling;
}
