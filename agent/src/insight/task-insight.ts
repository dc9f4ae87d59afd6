import { TrigateError } from "../errors/trigate-error.ts";
import type { Clock } from "../platform/clock.ts";
import { activeTagName } from "../tasks/file/active-tag.ts";
import { readComplexities } from "../tasks/planning/complexity-report.ts";
import type { TaskStore } from "../tasks/task-store.ts";
import { type LoggedCommit, readCommits } from "../vcs/commit-log.ts";
import type { Repository } from "../vcs/repository.ts";
import { setAssignee, suggest, type Suggestion } from "./assignment.ts";
import { backtest, type Backtest } from "./backtest.ts";
import { type Estimate, Estimator, type FinishedTask, type Held, type Learned } from "./estimate.ts";
import { PathIndex } from "./named-paths.ts";
import { FeatureReader } from "./task-features.ts";
import { type NotedTask, readNotedTasks } from "./task-material.ts";
import { workingHours } from "./working-time.ts";

export interface InsightParts {
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly store: TaskStore;
  readonly repository: () => Promise<Repository>;
}

export interface TaskEstimate extends Estimate {
  readonly id: string;
  readonly title: string;
  /** What the model gave it, 1 to 10. */
  readonly modelScore: number | undefined;
}

export interface Estimates {
  readonly tag: string;
  readonly learned: Learned;
  /** Tasks that are done but tell nothing, by why. */
  readonly unusable: { readonly notStarted: number; readonly shorterThanAMinute: number };
  readonly held: Held | undefined;
  readonly tasks: readonly TaskEstimate[];
}

/** How far back git can tell. */
export interface Reach {
  /** Whether the history that is here ends before the repository's own does. */
  readonly shallow: boolean;
}

/** As much of the past as is looked at. */
const MOST_COMMITS = 20_000;
/** A folder with more files is too wide to say whose work each of them is. */
const MOST_OF_A_FOLDER = 200;
/** Who sets a task to begun and done in one go only keeps books; that says nothing of the work. */
const SHORTEST_HOURS = 1 / 60;

/** What the history of a workspace teaches about its tasks. Reads the tasks, their records and git; writes nothing but an assignee. */
export class TaskInsight {
  readonly #parts: InsightParts;

  constructor(parts: InsightParts) {
    this.#parts = parts;
  }

  /**
   * How long tasks will take: those named, or all open ones. Learns from the finished tasks of all tags. Throws what reading the
   * tasks throws, and `tasks/not-found`.
   */
  async estimate(wish: {
    readonly tag: string | undefined;
    readonly ids: readonly string[];
    readonly withHeld: boolean;
  }): Promise<Estimates> {
    const material = await this.#material(wish.tag);
    const { reader, tag } = material;
    const done = [...material.all.values()].flat().filter(({ task }) => task.status === "done");
    const usable = done.flatMap((noted) => spanOf(noted) ?? []);
    const shortest = usable.filter(({ hours }) => hours < SHORTEST_HOURS).length;
    const estimator = new Estimator(
      material.finished.map((one) => ({ ...one, features: reader.at(one.noted, one.startedMs) })),
    );
    const now = this.#parts.clock.now();
    const tasks = wanted(material.own, wish.ids, tag).map((noted) => ({
      id: noted.task.id,
      title: noted.task.title,
      modelScore: material.scoreOf(noted),
      ...estimator.estimate(reader.at(noted, now)),
    }));
    const unusable = { notStarted: done.length - usable.length, shorterThanAMinute: shortest };
    return { tag, learned: estimator.learned, unusable, held: wish.withHeld ? estimator.held() : undefined, tasks };
  }

  /**
   * Who should take a task, with the reasons. Throws what reading the tasks throws, and `tasks/not-found`.
   */
  async suggest(wish: {
    readonly tag: string | undefined;
    readonly id: string;
    readonly halfLifeDays: number;
    readonly most: number;
  }): Promise<Suggestion & Reach> {
    const material = await this.#material(wish.tag);
    const [noted] = wanted(material.own, [wish.id], material.tag);
    if (noted === undefined) throw new TrigateError("tasks/not-found", { id: wish.id, tag: material.tag });
    const named = material.reader.namedBy(noted);
    const below = named.folders.flatMap((folder) => material.index.below(folder).slice(0, MOST_OF_A_FOLDER));
    const suggestion = suggest({
      ...wish,
      noted,
      tasks: [...material.all.values()].flat(),
      commits: material.commits,
      paths: [...named.files, ...named.folders, ...named.unknown],
      files: [...new Set([...named.files, ...below, ...named.unknown])],
      scoreOf: material.scoreOf,
      nowMs: this.#parts.clock.now(),
    });
    return { ...suggestion, ...(await this.#reach()) };
  }

  /** Writes down who is to do a task; a blank name takes it away. Throws what writing the tasks throws. */
  assign(tag: string | undefined, id: string, name: string): Promise<{ readonly id: string }> {
    return this.#parts.store.change(tag, (where) => setAssignee(where, id, name));
  }

  /** How often suggestions would have named who then did the work. */
  async backtest(halfLifeDays: number): Promise<Backtest & Reach> {
    return { ...backtest(await this.#commits(), halfLifeDays), ...(await this.#reach()) };
  }

  async #reach(): Promise<Reach> {
    return { shallow: await (await this.#parts.repository()).isShallow() };
  }

  /** Everything that estimates are made from, read once. */
  async #material(asked: string | undefined) {
    const { root, repository } = this.#parts;
    const all = await readNotedTasks(root);
    const tag = await activeTagName(root, asked);
    const [commits, paths] = await Promise.all([this.#commits(), repository().then((found) => found.paths())]);
    const reports = new Map(
      await Promise.all([...all.keys()].map(async (name) => [name, await readComplexities(root, name)] as const)),
    );
    const scoreOf = ({ tag: of, task }: NotedTask) => task.complexity ?? reports.get(of)?.get(task.id)?.complexityScore;
    const index = new PathIndex([...paths, ...commits.flatMap(({ files }) => files.map(({ path }) => path))]);
    const finished = [...all.values()].flat().flatMap((noted): Omit<FinishedTask, "features">[] => {
      const span = noted.task.status === "done" ? spanOf(noted) : undefined;
      return span === undefined || span.hours < SHORTEST_HOURS
        ? []
        : [{ noted, ...span, logHours: Math.log(span.hours) }];
    });
    const siblings = (of: string) => (all.get(of) ?? []).flatMap(({ task, isSubtask }) => (isSubtask ? [] : [task]));
    const reader = new FeatureReader({ index, commits, scoreOf, siblings, finished });
    const own = all.get(tag);
    if (own === undefined && all.size > 0)
      throw new TrigateError("usage/bad-argument", {
        problem: `there is no tag ${JSON.stringify(tag)}`,
        hint: `the tags are ${[...all.keys()].map((name) => JSON.stringify(name)).join(", ")}`,
      });
    return { all, own: own ?? [], tag, commits, index, scoreOf, finished, reader };
  }

  #commits(): Promise<readonly LoggedCommit[]> {
    return readCommits(this.#parts.root, { env: this.#parts.env, most: MOST_COMMITS });
  }
}

/** From begun to done; `undefined` where one of them is not known, or lies before the other. */
function spanOf({ record: { times } }: NotedTask) {
  const [startedMs, finishedMs] = [Date.parse(times?.startedAt ?? ""), Date.parse(times?.finishedAt ?? "")];
  if (Number.isNaN(startedMs) || Number.isNaN(finishedMs) || finishedMs < startedMs) return undefined;
  return { startedMs, finishedMs, hours: workingHours(startedMs, finishedMs) };
}

/** The tasks that are asked about: those named, or all that are open. Throws `tasks/not-found`. */
function wanted(own: readonly NotedTask[], ids: readonly string[], tag: string): readonly NotedTask[] {
  if (ids.length === 0)
    return own.filter(({ task, isSubtask }) => !isSubtask && task.status !== "done" && task.status !== "cancelled");
  return ids.map((id) => {
    const found = own.find(({ task }) => task.id === id);
    if (found === undefined) throw new TrigateError("tasks/not-found", { id, tag });
    return found;
  });
}
