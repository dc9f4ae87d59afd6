import type { ResolvedModels } from "../../config/resolved.ts";
import type { Task, TaskStatus } from "../../core/task.ts";
import { TrigateError } from "../../errors/trigate-error.ts";
import type { AskJsonOptions } from "../../models/ask-json.ts";
import { addUsage, type AskOptions, type Model, type ModelUsage, NO_USAGE } from "../../models/model.ts";
import type { UnfinishedAnswers } from "../../models/unfinished-answers.ts";
import type { Clock } from "../../platform/clock.ts";
import type { ListedTask } from "../graph/dependencies.ts";
import type { TaskListing, TaskStore } from "../task-store.ts";
import { type AnalysisOptions, analyzeComplexity, previewAnalysis } from "./analyze-complexity.ts";
import type { TaskComplexity } from "./answers.ts";
import { type ComplexityEntry, readComplexities, writeComplexities } from "./complexity-report.ts";
import { expandTask, type ExpandRequest, previewExpansion } from "./expand-task.ts";
import { planPrd, type PrdOptions, type PrdPlan, type PrdRequest, previewPrd } from "./plan-prd.ts";
import { writeSubtasks, writeTasks, writeUpdate } from "./planned-edits.ts";
import { previewUpdate, updateTask } from "./update-task.ts";

export interface PlanningServiceOptions {
  /** Absolute path of the workspace root. */
  readonly root: string;
  readonly store: TaskStore;
  readonly clock: Clock;
  readonly models: () => Promise<ResolvedModels>;
  /** Where right answers are kept while a plan is not written yet. */
  readonly unfinished: UnfinishedAnswers;
  /** The model that plans; with research it may be another one. */
  readonly model: (research: boolean) => Promise<Model>;
}

/** What every plan may say. */
interface PlanWish {
  readonly tag?: string | undefined;
  readonly research: boolean;
}

/** What was asked, when it was only to be shown. */
export interface DryRun {
  readonly requests: readonly unknown[];
}

export interface PrdWish extends PlanWish {
  readonly document: string;
  readonly count: number | undefined;
  /** What happens to tasks that exist: nothing is done to them unless it is said. */
  readonly existing: "refuse" | "append" | "replace";
}

export interface ExpandWish extends PlanWish {
  /** Full ids of tasks; empty for all that are open. */
  readonly ids: readonly string[];
  /** How many subtasks; by default what the last analysis recommends, else the model decides. */
  readonly count: number | undefined;
  readonly advice: string;
  /** Subtasks that exist are replaced. */
  readonly force: boolean;
}

export interface ExpandProgress {
  readonly id: string;
  readonly done: number;
  readonly all: number;
}

const OPEN: ReadonlySet<TaskStatus> = new Set(["pending", "in-progress", "blocked", "deferred", "review"]);

/**
 * Plans through a model and writes the plan in one step when all of it is right: an answer that cannot be used, a cancelled
 * question and a list that was changed meanwhile leave the file as it was.
 */
export class PlanningService {
  readonly #options: PlanningServiceOptions;

  constructor(options: PlanningServiceOptions) {
    this.#options = options;
  }

  /** Makes tasks from a requirements document. Throws `usage/bad-argument` where tasks exist and nothing was said of them. */
  async parsePrd(wish: PrdWish, options: PrdOptions): Promise<PrdPlan & { readonly ids: readonly string[] }> {
    const request = await this.#prdRequest(wish);
    const plan = await planPrd(await this.#options.model(wish.research), request, this.#keeping(options));
    const replace = wish.existing === "replace";
    const { ids } = await this.#options.store.changeOrCreate(wish.tag, (where) =>
      writeTasks(where, plan.tasks, { replace }),
    );
    await this.#options.unfinished.clear();
    return { ...plan, ids };
  }

  async previewPrd(wish: PrdWish): Promise<DryRun> {
    return { requests: await previewPrd(await this.#options.model(wish.research), await this.#prdRequest(wish)) };
  }

  /** Scores the open tasks, or those named, and writes the report that expanding reads. */
  async analyze(
    wish: PlanWish & { readonly ids: readonly string[]; readonly threshold: number },
    options: AnalysisOptions,
  ): Promise<{
    readonly complexities: readonly TaskComplexity[];
    readonly report: string;
    readonly usage: ModelUsage;
  }> {
    const { listing, request } = await this.#analysisRequest(wish);
    const { complexities, usage } = await analyzeComplexity(
      await this.#options.model(wish.research),
      request,
      this.#keeping(options),
    );
    const report = await writeComplexities(this.#options.root, {
      tag: listing.tag,
      tasks: listing.tasks,
      complexities,
      threshold: wish.threshold,
      research: wish.research,
      nowIso: new Date(this.#options.clock.now()).toISOString(),
    });
    await this.#options.unfinished.clear();
    return { complexities, report, usage };
  }

  async previewAnalysis(
    wish: PlanWish & { readonly ids: readonly string[]; readonly threshold: number },
  ): Promise<DryRun> {
    const { request } = await this.#analysisRequest(wish);
    return { requests: await previewAnalysis(await this.#options.model(wish.research), request) };
  }

  /** Splits tasks. All of them are written together at the end. */
  async expand(
    wish: ExpandWish,
    options: AskOptions & { readonly onTask: (progress: ExpandProgress) => void },
  ): Promise<{ readonly added: Readonly<Record<string, readonly string[]>>; readonly usage: ModelUsage }> {
    const requests = await this.#expandRequests(wish);
    const model = await this.#options.model(wish.research);
    let usage = NO_USAGE;
    const plans = [];
    for (const [done, request] of requests.entries()) {
      options.onTask({ id: request.task.id, done, all: requests.length });
      const expansion = await expandTask(model, request, this.#keeping(options));
      usage = addUsage(usage, expansion.usage);
      plans.push({ seen: request.task, subtasks: expansion.subtasks, replace: wish.force });
    }
    const added: Record<string, readonly string[]> = {};
    await this.#options.store.changeInSteps(
      wish.tag,
      plans.map((plan) => (where) => {
        const edited = writeSubtasks(where, plan);
        added[plan.seen.id] = edited.meaning.ids;
        return edited;
      }),
    );
    await this.#options.unfinished.clear();
    return { added, usage };
  }

  async previewExpansion(wish: ExpandWish): Promise<DryRun> {
    const model = await this.#options.model(wish.research);
    const requests = await this.#expandRequests(wish);
    return { requests: await Promise.all(requests.map((request) => previewExpansion(model, request))) };
  }

  /** Brings a task's text up to date with what is told. */
  async update(
    wish: PlanWish & { readonly id: string; readonly information: string },
    options: AskOptions,
  ): Promise<{ readonly changed: readonly string[]; readonly usage: ModelUsage }> {
    const { task, request } = await this.#updateRequest(wish);
    const { fields, usage } = await updateTask(await this.#options.model(wish.research), request, options);
    const { changed } = await this.#options.store.change(wish.tag, (where) =>
      writeUpdate(where, { seen: task, fields }),
    );
    return { changed, usage };
  }

  async previewUpdate(wish: PlanWish & { readonly id: string; readonly information: string }): Promise<DryRun> {
    const { request } = await this.#updateRequest(wish);
    return { requests: [await previewUpdate(await this.#options.model(wish.research), request)] };
  }

  #keeping<Options extends AskOptions>(options: Options): Options & AskJsonOptions {
    return { ...options, kept: this.#options.unfinished };
  }

  async #prdRequest({ tag, document, count, research, existing }: PrdWish): Promise<PrdRequest> {
    const { attempts } = await this.#options.models();
    const { tasks } = await this.#options.store.listOrEmpty(tag);
    if (tasks.length > 0 && existing === "refuse")
      throw new TrigateError("usage/bad-argument", {
        problem: `the list has ${tasks.length} tasks already`,
        hint: "--append adds to them, --force puts the plan in their place, --tag names another list",
      });
    const known = existing === "append" ? tasks.map(({ id, title }) => ({ id: Number(id), title })) : [];
    const numbers = known.filter(({ id }) => Number.isSafeInteger(id));
    const firstId = Math.max(0, ...numbers.map(({ id }) => id)) + 1;
    return { document, count, research, known: numbers, firstId, attempts };
  }

  async #analysisRequest({
    tag,
    ids,
    threshold,
    research,
  }: PlanWish & { readonly ids: readonly string[]; readonly threshold: number }) {
    const { attempts } = await this.#options.models();
    const listing = await this.#options.store.list(tag);
    const tasks = chosen(listing, ids).filter(({ id }) => Number.isSafeInteger(Number(id)));
    if (tasks.length === 0) throw nothingToDo("no open task to score");
    return { listing, request: { tasks, threshold, research, attempts } };
  }

  async #expandRequests({ tag, ids, count, advice, force, research }: ExpandWish): Promise<readonly ExpandRequest[]> {
    const { attempts } = await this.#options.models();
    const listing = await this.#options.store.list(tag);
    const complexities = await readComplexities(this.#options.root, listing.tag);
    const wanted = chosen(listing, ids).filter((task) =>
      isToBeSplit(task, { isNamed: ids.length > 0, force, complexities }),
    );
    if (wanted.length === 0) throw nothingToDo("no open task is left to split; --force splits again those that are");
    return wanted.map((task) => {
      const analysis = complexities.get(task.id);
      const recommended = analysis?.recommendedSubtasks;
      return {
        task,
        tasks: listing.tasks,
        count: count ?? (recommended !== undefined && recommended > 1 ? recommended : undefined),
        advice: [advice, analysis?.expansionPrompt ?? ""].filter((part) => part !== "").join("\n"),
        existing: force ? [] : task.subtasks,
        research,
        attempts,
      };
    });
  }

  async #updateRequest({
    tag,
    id,
    information,
    research,
  }: PlanWish & { readonly id: string; readonly information: string }) {
    const { attempts } = await this.#options.models();
    const { tasks } = await this.#options.store.list(tag);
    const task = await this.#options.store.show(id, tag);
    return { task, request: { task, tasks, information, research, attempts } };
  }
}

/** The tasks of these ids, or all open ones. Throws `tasks/not-found`. */
function chosen({ tasks, tag }: TaskListing, ids: readonly string[]): readonly ListedTask[] {
  if (ids.length === 0) return tasks.filter(({ status }) => OPEN.has(status));
  return ids.map((id) => {
    const task = tasks.find((candidate) => candidate.id === id);
    if (task === undefined) throw new TrigateError("tasks/not-found", { id, tag });
    return task;
  });
}

interface SplitContext {
  readonly isNamed: boolean;
  readonly force: boolean;
  readonly complexities: ReadonlyMap<string, ComplexityEntry>;
}

/** Of all tasks those are split that have no subtasks yet and, where there was an analysis, that it found too large. */
function isToBeSplit({ id, subtasks }: Task, { isNamed, force, complexities }: SplitContext): boolean {
  if (isNamed) return true;
  if (subtasks.length > 0 && !force) return false;
  const recommended = complexities.get(id)?.recommendedSubtasks;
  return recommended === undefined || recommended > 1;
}

function nothingToDo(problem: string): TrigateError {
  return new TrigateError("usage/bad-argument", { problem, hint: '"trigate tasks list" shows what there is' });
}
