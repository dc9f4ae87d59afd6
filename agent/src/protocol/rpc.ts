import { z } from "zod";
import { CheckReport, FileCoverage, Finding, RunSummary, Stage } from "./run-report.ts";
import {
  DependencyChange,
  GraphProblem,
  NotNextTask,
  TagOverview,
  Task,
  TaskList,
  TaskMove,
  TaskPriority,
  TaskStatus,
} from "./tasks.ts";

/**
 * Version of the conversation over ws. Client and daemon say it in the first message (`hello`) and part when they
 * differ.
 */
export const PROTOCOL_VERSION = "1";

export const RunRequest = z.strictObject({
  paths: z.array(z.string()).default([]),
  stages: z.array(Stage).default([]),
  checks: z.array(z.string()).default([]),
  changed: z.boolean().default(false),
  base: z.string().optional(),
  noCache: z.boolean().default(false),
});

const Empty = z.strictObject({});
const RunRef = z.strictObject({ runId: z.string() });
const Tag = z.strictObject({ tag: z.string().optional() });
const Dependencies = Tag.extend({ id: z.string(), dependencies: z.array(z.string()).min(1) });

/** LSP notification, server → client: a check became too slow for its budget, or keeps it again. */
export const HEALTH_NOTIFICATION = "trigate/health";
/** How the answers to saved files do. */
export const OnSaveHealth = z.strictObject({
  checks: z.array(
    z.strictObject({
      check: z.string(),
      count: z.int(),
      p50Ms: z.number(),
      p95Ms: z.number(),
      budgetMs: z.number(),
      over: z.int(),
      demoted: z.boolean(),
    }),
  ),
  workers: z.array(
    z.strictObject({
      tool: z.string(),
      state: z.enum(["ready", "waiting", "gave-up"]),
      pid: z.int().optional(),
      idleMs: z.number().optional(),
      answers: z.int().optional(),
      crashes: z.int(),
      problem: z.string().optional(),
    }),
  ),
});
export type OnSaveHealth = z.infer<typeof OnSaveHealth>;

/**
 * The methods that a client calls on the daemon (JSON-RPC 2.0 over ws, by name). The first call must be `hello`; a
 * client that is not `trusted` may only call `daemon/status`, `run/latest` and what reads tasks (`tasks/list`, `tasks/next`,
 * `tasks/explain`, `tasks/validate`, `tasks/tags`).
 */
export const METHODS = {
  /** Client → daemon, first. Answers who the daemon is; closes with 4001 on another protocol version. */
  hello: {
    params: z.strictObject({
      protocolVersion: z.string(),
      client: z.string(),
      trusted: z.boolean(),
      env: z.record(z.string(), z.string()).default({}),
    }),
    result: z.strictObject({ protocolVersion: z.string(), agentVersion: z.string(), root: z.string(), pid: z.int() }),
  },
  "daemon/status": {
    params: Empty,
    result: z.strictObject({
      pid: z.int(),
      root: z.string(),
      startedAt: z.iso.datetime(),
      clients: z.int(),
      runs: z.int(),
      running: z.string().optional(),
      /** Resident memory in megabytes, without the workers. */
      memoryMb: z.number().optional(),
      onSave: OnSaveHealth.optional(),
    }),
  },
  "daemon/stop": { params: Empty, result: Empty },
  /** Starts a run and answers at once; `run/event` notifications follow. */
  "run/start": { params: RunRequest, result: RunRef },
  "run/cancel": { params: RunRef, result: z.strictObject({ cancelled: z.boolean() }) },
  /** Runs and answers when it is over: for clients that only want the verdict. */
  "run/verdict": { params: RunRequest, result: RunSummary },
  "run/latest": { params: Empty, result: z.strictObject({ run: RunSummary.nullable() }) },
  "run/findings": {
    params: RunRef.extend({ page: z.int().min(0).default(0), pageSize: z.int().min(1).max(1000).default(200) }),
    result: z.strictObject({ findings: z.array(Finding), total: z.int() }),
  },
  /** Coverage of the newest run that measured any; all files, or those asked for. */
  "run/coverage": {
    params: z.strictObject({ files: z.array(z.string()).optional() }),
    result: z.strictObject({ runId: z.string().optional(), files: z.array(FileCoverage) }),
  },
  /** The one-file HTML report of a run, as text. */
  "run/html": { params: RunRef, result: z.strictObject({ html: z.string() }) },
  /** An `outline` is for trees of thousands of tasks: description, details and testStrategy are left empty. */
  "tasks/list": { params: Tag.extend({ outline: z.boolean().default(false) }), result: TaskList },
  "tasks/next": { params: Tag, result: z.strictObject({ task: Task.nullable(), reason: z.string() }) },
  "tasks/set-status": {
    params: Tag.extend({ id: z.string(), status: TaskStatus, expected: TaskStatus.optional() }),
    result: z.strictObject({ id: z.string(), status: TaskStatus }),
  },
  /**
   * Proves a task and writes that it is done with the evidence, or answers why not. `run/event` notifications follow while its
   * gates run; `run/cancel` ends them.
   */
  "tasks/done": {
    params: Tag.extend({
      id: z.string(),
      withSubtasks: z.boolean().default(false),
      strict: z.boolean().default(false),
      noCache: z.boolean().default(false),
      /** Call it done whatever the gates say. */
      force: z.strictObject({ reason: z.string().min(1), run: z.boolean().default(true) }).optional(),
    }),
    result: z.strictObject({
      done: z.boolean(),
      verdict: z.enum(["passed", "failed", "errored", "not-run"]),
      forced: z.boolean(),
      runId: z.string().optional(),
      /** Whether a run was taken that had been made before. */
      reused: z.boolean(),
      causes: z.array(z.strictObject({ id: z.string(), verdict: z.enum(["failed", "errored"]), message: z.string() })),
      warnings: z.array(z.string()),
    }),
  },
  "tasks/add": {
    params: Tag.extend({
      title: z.string().min(1),
      description: z.string().default(""),
      details: z.string().default(""),
      priority: TaskPriority.default("medium"),
      dependencies: z.array(z.string()).default([]),
    }),
    result: z.strictObject({ id: z.string() }),
  },
  /** The next task, and of each other open one why it is not that. */
  "tasks/explain": {
    params: Tag,
    result: z.strictObject({ task: Task.nullable(), reason: z.string(), others: z.array(NotNextTask).readonly() }),
  },
  "tasks/validate": {
    params: Tag,
    result: z.strictObject({ tag: z.string(), problems: z.array(GraphProblem).readonly() }),
  },
  /** Mends all that `tasks/validate` finds, or says with `dryRun` what would be done. */
  "tasks/repair": {
    params: Tag.extend({ dryRun: z.boolean().default(false) }),
    result: z.strictObject({
      mended: z.array(z.strictObject({ problem: GraphProblem, done: z.string() })).readonly(),
    }),
  },
  "tasks/add-dependency": { params: Dependencies, result: DependencyChange },
  "tasks/remove-dependency": { params: Dependencies, result: DependencyChange },
  "tasks/move": {
    params: Tag.extend({
      moves: z.array(TaskMove).min(1),
      toTag: z.string().optional(),
      ignoreDependencies: z.boolean().default(false),
    }),
    result: z.strictObject({
      moved: z.array(TaskMove).readonly(),
      /** Those that stay and whose dependencies follow. */
      rewritten: z.array(z.string()).readonly(),
      /** Dependencies that were cut: who waited, and for what. */
      cut: z.array(z.tuple([z.string(), z.string()]).readonly()).readonly(),
    }),
  },
  /** Appends a note with its time to the details. */
  "tasks/note": {
    params: Tag.extend({ id: z.string(), text: z.string().min(1) }),
    result: z.strictObject({ id: z.string(), at: z.iso.datetime() }),
  },
  "tasks/tags": {
    params: Empty,
    result: z.strictObject({ active: z.string(), tags: z.array(TagOverview).readonly() }),
  },
  "tasks/use-tag": { params: z.strictObject({ name: z.string() }), result: z.strictObject({ tag: z.string() }) },
} as const;

export type MethodName = keyof typeof METHODS;
export type MethodParams<M extends MethodName> = z.input<(typeof METHODS)[M]["params"]>;
export type MethodResult<M extends MethodName> = z.output<(typeof METHODS)[M]["result"]>;

/** What happens during a run, as clients see it. */
export const RunEvent = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("run-started"),
    runId: z.string(),
    checks: z.array(z.strictObject({ id: z.string(), tool: z.string(), stage: Stage, files: z.int() })),
  }),
  z.strictObject({ type: z.literal("check-started"), runId: z.string(), check: z.string() }),
  z.strictObject({
    type: z.literal("check-finished"),
    runId: z.string(),
    stage: Stage,
    report: CheckReport,
    findings: z.array(Finding),
  }),
  z.strictObject({ type: z.literal("run-finished"), runId: z.string(), summary: RunSummary }),
  z.strictObject({ type: z.literal("run-cancelled"), runId: z.string() }),
]);
export type RunEvent = z.infer<typeof RunEvent>;

/** Notifications, daemon → every client that said `hello`. */
export const NOTIFICATIONS = {
  "run/event": RunEvent,
  /** The task files changed, by whomever; ask `tasks/list` again. */
  "tasks/changed": Empty,
  /** The daemon is about to end; reconnect with a new endpoint if it is still needed. */
  "daemon/closing": z.strictObject({ reason: z.string() }),
} as const;
export type NotificationName = keyof typeof NOTIFICATIONS;
export type NotificationParams<N extends NotificationName> = z.output<(typeof NOTIFICATIONS)[N]>;

/** JSON-RPC error codes of our own; the `data` of such an error carries the agent's code (`area/reason`). */
export const RPC_ERRORS = { trigate: -32000, notTrusted: -32001, helloFirst: -32002 } as const;
export const RpcErrorData = z.strictObject({ code: z.string() });

/** Where a daemon listens. The token goes into the `Authorization: Bearer` header of the ws upgrade. */
export const Endpoint = z.strictObject({
  url: z.url(),
  token: z.string().min(32),
  protocolVersion: z.string(),
  pid: z.int(),
});
export type Endpoint = z.infer<typeof Endpoint>;

/** LSP request, client → server: where the ws channel of this workspace's daemon is. */
export const ENDPOINT_REQUEST = "trigate/endpoint";
/** LSP `initializationOptions` of a Trigate client. */
export const InitializationOptions = z.strictObject({
  trusted: z.boolean(),
  protocolVersion: z.string(),
  checkOnSave: z.boolean().default(true),
  /** Also ask about text that is not saved yet. */
  checkOnType: z.boolean().default(true),
  /** Tools whose findings another extension of the editor shows, such as `eslint`: they are not run for a save. */
  exclude: z.array(z.string()).default([]),
});
export type InitializationOptions = z.input<typeof InitializationOptions>;
