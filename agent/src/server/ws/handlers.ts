import { TrigateError } from "../../errors/trigate-error.ts";
import type { Run } from "../../core/run.ts";
import type { METHODS, MethodName } from "../../protocol/index.ts";
import { toTaskList, toWireTask } from "../../report/task-list.ts";
import { addDependencies, removeDependencies } from "../../tasks/file/edit-tasks-dependencies.ts";
import { moveTasks } from "../../tasks/file/edit-tasks-move.ts";
import { addNote } from "../../tasks/file/edit-tasks-note.ts";
import { explainNext } from "../../tasks/graph/explain-next.ts";
import { listTags, repairTasks, useTag, validateTasks } from "../../tasks/list-operations.ts";
import type { ClientEnvironment, DaemonServices } from "../services.ts";
import { wireHealth } from "../on-save-health.ts";
import { runsOnBoard } from "./board-runs.ts";
import type { RunBoard } from "./run-board.ts";
import type { z } from "zod";

/** Parameters of a method after parsing: defaults are filled in. */
export type ParsedParams<M extends MethodName> = z.output<(typeof METHODS)[M]["params"]>;
/** What a method must answer. */
export type Answer<M extends MethodName> = z.input<(typeof METHODS)[M]["result"]>;

/** The client on whose behalf a method runs. */
export interface Caller {
  readonly env: ClientEnvironment;
  /** Aborted when its connection ends. */
  readonly gone: AbortSignal;
}

/** All methods but `hello`, which belongs to the connection itself. */
export type Handlers = {
  readonly [M in Exclude<MethodName, "hello">]: (params: ParsedParams<M>, caller: Caller) => Promise<Answer<M>>;
};

/** What the methods need of the daemon around them. */
export interface DaemonState {
  readonly board: RunBoard;
  readonly startedAtMs: number;
  readonly clientCount: () => number;
  /** Begins to stop; the answer to the one who asked still goes out. */
  readonly requestStop: () => void;
}

/** What each method does. Nothing is decided here: the services decide, and this converts. */
export function createHandlers(services: DaemonServices, daemon: DaemonState): Handlers {
  return {
    ...daemonMethods(services, daemon),
    ...runMethods(services, daemon.board),
    ...taskMethods(services),
    ...statusMethods(services, daemon.board),
    ...graphMethods(services),
    ...tagMethods(services),
  };
}

type Picked<Prefix extends string> = Pick<Handlers, Extract<keyof Handlers, `${Prefix}/${string}`>>;

function daemonMethods(
  { root, onSave }: DaemonServices,
  { board, startedAtMs, clientCount, requestStop }: DaemonState,
): Picked<"daemon"> {
  return {
    "daemon/status": async () => {
      const running = board.running.at(-1);
      return {
        pid: process.pid,
        root,
        startedAt: new Date(startedAtMs).toISOString(),
        clients: clientCount(),
        runs: board.started,
        ...(running === undefined ? {} : { running }),
        memoryMb: Math.round(process.memoryUsage.rss() / 2 ** 20),
        ...(onSave === undefined ? {} : { onSave: wireHealth(onSave.health()) }),
      };
    },
    "daemon/stop": async () => {
      requestStop();
      return {};
    },
  };
}

function runMethods(services: DaemonServices, board: RunBoard): Picked<"run"> {
  const { runsFor, toRunSummary, toFinding, toFileCoverage, toHtml } = services;
  const runById = async (runId: string, { env }: Caller): Promise<Run> => {
    const run = await runsFor(env).byId(runId);
    if (run === undefined) throw new TrigateError("run/not-found", { runId });
    return run;
  };
  return {
    "run/start": async (params, { env }) => {
      const { id, planned } = board.start(runsFor(env), params);
      await planned;
      return { runId: id };
    },
    "run/cancel": async ({ runId }) => ({ cancelled: board.cancel(runId) }),
    "run/verdict": async (params, { env, gone }) => {
      const { id, finished } = board.start(runsFor(env), { ...params, summaryOnly: true });
      // Nobody is left to read this verdict when its one reader goes.
      gone.addEventListener("abort", () => board.cancel(id), { once: true });
      return toRunSummary(await finished);
    },
    "run/latest": async (_params, { env }) => {
      const run = await runsFor(env).latest();
      return { run: run === undefined ? null : toRunSummary(run) };
    },
    "run/findings": async ({ runId, page, pageSize }, caller) => {
      const run = await runById(runId, caller);
      const findings = run.stages.flatMap(({ checks }) => checks.flatMap((check) => check.findings));
      const start = page * pageSize;
      return { findings: findings.slice(start, start + pageSize).map(toFinding), total: findings.length };
    },
    "run/coverage": async ({ files }) => {
      const run = await services.latestWithCoverage();
      const wanted = files === undefined ? undefined : new Set(files);
      const measured = (run?.coverage?.files ?? []).filter(({ file }) => wanted?.has(file) ?? true);
      return { ...(run === undefined ? {} : { runId: run.id }), files: measured.map(toFileCoverage) };
    },
    "run/html": async ({ runId }, caller) => ({ html: await toHtml(await runById(runId, caller)) }),
  };
}

type Named<Names extends string> = Pick<Handlers, Extract<keyof Handlers, `tasks/${Names}`>>;

function taskMethods({ tasks }: DaemonServices): Named<"list" | "next" | "add" | "note" | "explain"> {
  return {
    "tasks/list": async ({ tag, outline }) => toTaskList(await tasks.list(tag), { outline }),
    "tasks/next": async ({ tag }) => {
      const { task, reason } = await tasks.next(tag);
      return { task: task === undefined ? null : toWireTask(task), reason };
    },
    "tasks/add": async (params) => {
      const { id } = await tasks.add(params);
      return { id };
    },
    "tasks/note": ({ tag, ...note }) => tasks.change(tag, (where) => addNote(where, note)),
    "tasks/explain": async ({ tag }) => {
      const { next, tasks: listed } = await tasks.list(tag);
      const task = next.task === undefined ? null : toWireTask(next.task);
      return { task, reason: next.reason, others: explainNext(listed) };
    },
  };
}

function statusMethods({ statuses, proofFor, runsFor }: DaemonServices, board: RunBoard): Named<"set-status" | "done"> {
  return {
    "tasks/set-status": async ({ id, status, expected, tag }) => {
      await statuses.set({ ids: [id], status, expected, tag });
      return { id, status };
    },
    "tasks/done": async (wish, { env }) => {
      const { finisher } = await proofFor(runsOnBoard(board, runsFor(env)));
      const ask = { signal: new AbortController().signal, onEvent: () => undefined };
      const { verdict, changes, forced, runId, reused, causes, warnings } = await finisher.finish(wish, ask);
      return {
        done: changes.length > 0,
        verdict,
        forced: forced !== undefined,
        ...(runId === undefined ? {} : { runId }),
        reused,
        causes: [...causes],
        warnings: [...warnings],
      };
    },
  };
}

function graphMethods({
  tasks,
}: DaemonServices): Named<"validate" | "repair" | "add-dependency" | "remove-dependency" | "move"> {
  return {
    "tasks/validate": ({ tag }) => validateTasks(tasks, tag),
    "tasks/repair": async ({ tag, dryRun }) => ({ mended: await repairTasks(tasks, { tag, dryRun }) }),
    "tasks/add-dependency": ({ tag, ...request }) => tasks.change(tag, (where) => addDependencies(where, request)),
    "tasks/remove-dependency": ({ tag, ...request }) =>
      tasks.change(tag, (where) => removeDependencies(where, request)),
    "tasks/move": ({ tag, ...request }) => tasks.change(tag, (where) => moveTasks(where, request)),
  };
}

function tagMethods({ root, tasks, clock }: DaemonServices): Named<"tags" | "use-tag"> {
  return {
    "tasks/tags": () => listTags({ root, tasks }),
    "tasks/use-tag": ({ name }) => useTag({ root, tasks }, name, clock),
  };
}
