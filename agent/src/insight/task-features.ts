import { z } from "zod";
import type { Task, TaskPriority } from "../core/task.ts";
import type { LoggedCommit } from "../vcs/commit-log.ts";
import { kindOf, PATH_KINDS, type NamedPaths, type PathIndex } from "./named-paths.ts";
import { type NotedTask, textOf } from "./task-material.ts";

/** What a task looked like before anybody began it, as numbers, in the order of {@link FEATURES}. */
export type Features = readonly number[];

/** What the features of a task are taken from. */
export interface FeatureSource {
  readonly index: PathIndex;
  readonly commits: readonly LoggedCommit[];
  /** Scores of an analysis, 1 to 10, by tag and task id. */
  readonly scoreOf: (noted: NotedTask) => number | undefined;
  /** All tasks of the task's own tag, for dependencies. */
  readonly siblings: (tag: string) => readonly Task[];
  /** Tasks that are finished, with the logarithm of their hours. */
  readonly finished: readonly { readonly noted: NotedTask; readonly finishedMs: number; readonly logHours: number }[];
}

interface Known {
  readonly noted: NotedTask;
  readonly task: Task;
  readonly text: string;
  readonly named: NamedPaths;
  /** Files and folders that are named, there or not. */
  readonly paths: readonly string[];
  readonly score: number | undefined;
  readonly depth: number;
  readonly commitsPerFile: number;
  readonly earlierTasks: number;
}

interface Feature {
  /** What it is called when it is shown, for a value of it. */
  readonly words: (value: number) => string;
  readonly of: (known: Known) => number;
}

const PRIORITY: Readonly<Record<TaskPriority, number>> = { low: 0, medium: 1, high: 2, critical: 3 };
/** Stands for a score that nobody gave; {@link FEATURES} has one that says so, which takes up the difference. */
const MIDDLE_SCORE = 5.5;

/** Counts are taken as logarithms: the tenth subtask adds less than the first. */
const counted = (singular: string, plural: string, count: (known: Known) => number): Feature => ({
  words: (value) => {
    const whole = Math.round(Math.expm1(value));
    return `${whole} ${whole === 1 ? singular : plural}`;
  },
  of: (known) => Math.log1p(count(known)),
});
const said = (yes: string, no: string, is: (known: Known) => boolean): Feature => ({
  words: (value) => (value > 0 ? yes : no),
  of: (known) => (is(known) ? 1 : 0),
});

export const FEATURES: readonly Feature[] = [
  { words: (value) => `scored ${Math.round(value * 10) / 10}`, of: ({ score }) => score ?? MIDDLE_SCORE },
  said("no score", "scored at all", ({ score }) => score === undefined),
  said("a subtask", "a task of its own", ({ noted }) => noted.isSubtask),
  counted("subtask", "subtasks", ({ task }) => task.subtasks.length),
  counted("dependency", "dependencies", ({ task }) => new Set(task.dependencies).size),
  counted("task in a row before it", "tasks in a row before it", ({ depth }) => depth),
  counted("character of text", "characters of text", ({ text }) => text.length),
  {
    words: (value) => `priority ${["low", "medium", "high", "critical"][value] ?? "medium"}`,
    of: ({ task }) => PRIORITY[task.priority],
  },
  counted("file named", "files named", ({ named }) => named.files.length + named.unknown.length),
  counted("new file named", "new files named", ({ named }) => named.unknown.length),
  said(
    "tests are asked for",
    "no tests are asked for",
    ({ task, paths }) => task.testStrategy.trim() !== "" || paths.some((path) => kindOf(path) === "tests"),
  ),
  ...PATH_KINDS.map((kind) =>
    said(`names ${kind}`, `names no ${kind}`, ({ paths }) => paths.some((path) => kindOf(path) === kind)),
  ),
  counted("earlier commit a file named", "earlier commits a file named", ({ commitsPerFile }) => commitsPerFile),
  {
    words: (value) =>
      value === 0
        ? "no earlier task on its files"
        : `earlier tasks on its files took ${Math.round(Math.exp(value) * 100) / 100} of the usual`,
    of: ({ earlierTasks }) => earlierTasks,
  },
];

/** Features of tasks. It remembers what texts name and who touched what, so one serves a whole list. */
export class FeatureReader {
  readonly #source: FeatureSource;
  readonly #touches = new Map<string, number[]>();
  readonly #named = new Map<NotedTask, NamedPaths>();
  readonly #depths = new Map<string, ReadonlyMap<string, number>>();

  constructor(source: FeatureSource) {
    this.#source = source;
    for (const { atMs, files } of source.commits)
      for (const { path } of files) {
        const times = this.#touches.get(path);
        if (times === undefined) this.#touches.set(path, [atMs]);
        else times.push(atMs);
      }
  }

  /** What is known of a task at a moment: commits and finished tasks after it do not count. */
  at(noted: NotedTask, whenMs: number): Features {
    const { task } = noted;
    const named = this.namedBy(noted);
    const known = {
      noted,
      task,
      named,
      text: textOf(task),
      paths: [...named.files, ...named.folders, ...named.unknown],
      score: this.#source.scoreOf(noted),
      depth: this.#depthOf(noted),
      commitsPerFile: this.#commitsPerFile(named, whenMs),
      earlierTasks: this.#earlierTasks(noted, whenMs),
    };
    return FEATURES.map(({ of }) => of(known));
  }

  /** What the text of a task names, and what it requires to be judged. */
  namedBy(noted: NotedTask): NamedPaths {
    let named = this.#named.get(noted);
    if (named === undefined) this.#named.set(noted, (named = namedBy(noted, this.#source.index)));
    return named;
  }

  #commitsPerFile({ files }: NamedPaths, whenMs: number): number {
    if (files.length === 0) return 0;
    const before = (path: string) => (this.#touches.get(path) ?? []).filter((atMs) => atMs < whenMs).length;
    return files.reduce((sum, path) => sum + before(path), 0) / files.length;
  }

  /** How much longer than usual, as a logarithm, earlier tasks took that name one of the same files; 0 where there is none. */
  #earlierTasks(noted: NotedTask, whenMs: number): number {
    const earlier = this.#source.finished.filter(({ finishedMs }) => finishedMs < whenMs);
    const files = new Set(this.namedBy(noted).files);
    const akin =
      files.size === 0
        ? []
        : earlier.filter((other) => this.namedBy(other.noted).files.some((path) => files.has(path)));
    return akin.length === 0 ? 0 : meanHours(akin) - meanHours(earlier);
  }

  #depthOf({ tag, task }: NotedTask): number {
    let depths = this.#depths.get(tag);
    if (depths === undefined) this.#depths.set(tag, (depths = depthsOf(this.#source.siblings(tag))));
    return depths.get(task.id) ?? 0;
  }
}

/** What the text of a task names, and what its record says that it is about. */
function namedBy({ task, record }: NotedTask, index: PathIndex): NamedPaths {
  const required = TaskPaths.safeParse(record.requires).data?.paths ?? [];
  return index.namedIn([textOf(task), ...task.subtasks.map(textOf), ...required].join("\n"));
}

const TaskPaths = z.looseObject({ paths: z.array(z.string()).optional() });

function meanHours(tasks: readonly { readonly logHours: number }[]): number {
  return tasks.reduce((sum, { logHours }) => sum + logHours / tasks.length, 0);
}

/** How many tasks stand in the longest row before each task and subtask; an edge that closes a cycle does not count. */
function depthsOf(tasks: readonly Task[]): ReadonlyMap<string, number> {
  const byId = new Map(tasks.flatMap((task) => [task, ...task.subtasks]).map((task) => [task.id, task]));
  const depths = new Map<string, number>();
  for (const root of byId.keys()) {
    // Without recursion: a row may be as long as the list.
    const stack = [root];
    const entered = new Set<string>();
    for (let id = stack.at(-1); id !== undefined; id = stack.at(-1)) {
      const before = (byId.get(id)?.dependencies ?? []).filter((other) => byId.has(other) && other !== id);
      const open = before.filter((other) => !depths.has(other) && !entered.has(other));
      if (!entered.has(id) && open.length > 0) stack.push(...open);
      else {
        stack.pop();
        if (!depths.has(id)) depths.set(id, Math.max(0, ...before.map((other) => (depths.get(other) ?? 0) + 1)));
      }
      entered.add(id);
    }
  }
  return depths;
}
