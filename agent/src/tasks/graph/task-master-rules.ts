import * as z from "zod/mini";

/** The two programs of task-master-ai that say what comes next; they do not always agree. */
export const TASK_MASTER_RULES = ["cli", "mcp"] as const;
export type TaskMasterRule = (typeof TASK_MASTER_RULES)[number];

const Id = z.union([z.number(), z.string()]);
const Word = z.nullish(z.string());

const RawSubtask = z.looseObject({
  id: Id,
  status: Word,
  priority: Word,
  dependencies: z.nullish(z.array(Id)),
});
const RawTask = z.extend(RawSubtask, { subtasks: z.nullish(z.array(RawSubtask)) });
const RawTasks = z.nullish(z.array(RawTask));

type RawTask = z.infer<typeof RawTask>;

/** What both rules compare: the rank of the priority, how many dependencies, and the written numbers of the id. */
interface Candidate {
  readonly id: string;
  readonly rank: number;
  readonly dependencies: readonly string[];
  readonly numbers: readonly number[];
}

interface Dialect {
  /** Ranks of the priorities it knows; any other counts as `medium`. */
  readonly ranks: ReadonlyMap<string, number>;
  readonly isDone: (status: string | undefined) => boolean;
  /** The tasks that it looks at at all, with the ids as it reads them. */
  readonly prepare: (tasks: readonly RawTask[]) => readonly RawTask[];
}

const MEDIUM = 2;
const RANKS = [
  ["high", 3],
  ["medium", MEDIUM],
  ["low", 1],
] as const;

const SEEN_BY_CLI: ReadonlySet<string> = new Set(["pending", "in-progress", "done"]);

const DIALECTS: Readonly<Record<TaskMasterRule, Dialect>> = {
  // The newer program drops every other task before it looks, and with it the done subtasks of that task.
  cli: {
    ranks: new Map([["critical", 4], ...RANKS]),
    isDone: (status) => status === "done",
    prepare: (tasks) => tasks.filter(({ status }) => SEEN_BY_CLI.has(status || "pending")),
  },
  // The older one reads ids as whole numbers where they begin like one, and never heard of `critical`.
  mcp: {
    ranks: new Map(RANKS),
    isDone: (status) => status === "done" || status === "completed",
    prepare: (tasks) => tasks.map(withNumericIds),
  },
};

/**
 * The id that task-master-ai 0.43.1 names as next, or `undefined` when it finds none. `written` is the `tasks` of a tag as
 * they stand in the file: both rules depend on what {@link chooseNext} no longer sees, such as the type of an id or a
 * priority that is missing. Measured and described on the page about Task Master, not taken from it:
 *
 * 1. Subtasks of tasks that are `in-progress`: those that are open and whose dependencies are all done, whatever their
 *    task waits for. A dependency that is a number, or a text without a dot, means a sibling.
 * 2. Else tasks that are open and whose dependencies are all done.
 *
 * Of several: the higher priority, fewer dependencies, the lower number; ids that are no numbers keep the order of the
 * file. `cli` ranks `critical` above `high`, and takes neither `completed` nor the done subtasks of a task that is
 * blocked, deferred, cancelled or in review for done. `mcp` takes both, and `critical` for `medium`.
 */
export function taskMasterNext(written: unknown, rule: TaskMasterRule): string | undefined {
  const dialect = DIALECTS[rule];
  const tasks = dialect.prepare(RawTasks.parse(written) ?? []);
  const done = doneIds(tasks, dialect);
  const best = (candidates: readonly Candidate[]) =>
    candidates.filter(({ dependencies }) => dependencies.every((id) => done.has(id))).toSorted(compare)[0]?.id;
  return best(openSubtasks(tasks, dialect)) ?? best(openTasks(tasks, dialect));
}

function doneIds(tasks: readonly RawTask[], { isDone }: Dialect): ReadonlySet<string> {
  const done = new Set<string>();
  for (const { id, status, subtasks } of tasks) {
    if (isDone(status ?? undefined)) done.add(String(id));
    for (const subtask of subtasks ?? []) if (isDone(subtask.status ?? undefined)) done.add(`${id}.${subtask.id}`);
  }
  return done;
}

function openSubtasks(tasks: readonly RawTask[], { ranks }: Dialect): readonly Candidate[] {
  return tasks
    .filter(({ status }) => status === "in-progress")
    .flatMap((parent) =>
      (parent.subtasks ?? []).filter(isOpen).map((subtask) => {
        const id = `${parent.id}.${subtask.id}`;
        return {
          id,
          rank: ranks.get(subtask.priority || parent.priority || "medium") ?? MEDIUM,
          dependencies: (subtask.dependencies ?? []).map((dependency) => siblingOrDotted(parent.id, dependency)),
          // An id of more than two parts counts by its first two.
          numbers: id.split(".").slice(0, 2).map(Number),
        };
      }),
    );
}

function openTasks(tasks: readonly RawTask[], { ranks }: Dialect): readonly Candidate[] {
  return tasks.filter(isOpen).map(({ id, priority, dependencies }) => ({
    id: String(id),
    rank: ranks.get(priority || "medium") ?? MEDIUM,
    dependencies: (dependencies ?? []).map(String),
    numbers: [Number(id)],
  }));
}

function isOpen({ status }: { readonly status?: string | null | undefined }): boolean {
  const spelled = (status || "pending").toLowerCase();
  return spelled === "pending" || spelled === "in-progress";
}

/** A number with a point is a sibling for both programs, as odd as that is: only a text can be dotted. */
function siblingOrDotted(parent: number | string, dependency: number | string): string {
  return typeof dependency === "string" && dependency.includes(".") ? dependency : `${parent}.${dependency}`;
}

/** Ids that are no numbers compare as equal, so that the order of the file decides, as it does there. */
function compare(a: Candidate, b: Candidate): number {
  return (
    b.rank - a.rank ||
    a.dependencies.length - b.dependencies.length ||
    (a.numbers.map((number, index) => number - (b.numbers[index] ?? 0)).find((difference) => difference !== 0) ?? 0)
  );
}

function withNumericIds(task: RawTask): RawTask {
  return {
    ...task,
    id: numberOf(task.id),
    subtasks: task.subtasks?.map((subtask) => ({
      ...subtask,
      id: numberOf(String(subtask.id).split(".").at(-1) ?? ""),
    })),
  };
}

/** The whole number that an id begins with, if it is one from 1; else the id as it is. */
function numberOf(id: number | string): number | string {
  const number = Number.parseInt(String(id), 10);
  return number > 0 ? number : id;
}
