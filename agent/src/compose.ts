import { join } from "node:path";
import { CHECKERS } from "./checkers/registry.ts";
import { NodeToolFinder } from "./checkers/tool-finder.ts";
import type { Services } from "./cli/services.ts";
import { explainConfig } from "./config/explain.ts";
import { CurrentConfig } from "./config/current-config.ts";
import { createTaskStore } from "./compose-tasks.ts";
import { findRoot } from "./config/find-root.ts";
import { loadConfig } from "./config/load.ts";
import { resolveModels } from "./config/planning.ts";
import { redactor, secretValues } from "./core/redaction.ts";
import { mergeCoverage } from "./coverage/merge.ts";
import { TrigateError } from "./errors/trigate-error.ts";
import type { History } from "./history/history.ts";
import { randomIds, systemClock } from "./platform/clock.ts";
import { realpath, toWorkspacePath } from "./platform/files.ts";
import { machineFacts } from "./platform/machine.ts";
import { GroupProcessRunner, type ProcessRunner } from "./platform/process.ts";
import { stateFolderOf } from "./platform/state-folder.ts";
import { WarmNode } from "./platform/warm-node.ts";
import { ShellSupervisor } from "./platform/supervisor.ts";
import { codecovOfHistory } from "./runs/codecov-of-history.ts";
import { ResultCache } from "./runs/cache.ts";
import { toHtml } from "./report/html.ts";
import { toFileCoverage, toFinding, toRunSummary, toWireEvent } from "./report/run-report.ts";
import { GateRunner } from "./runs/gate-runner.ts";
import { ToolLocator } from "./runs/locate-tool.ts";
import { MemoShelf } from "./runs/run-memo.ts";
import type { RunService } from "./runs/run-service.ts";
import type { GateRunnerParts } from "./runs/runner-parts.ts";
import { toolEnvironment } from "./runs/tool-environment.ts";
import { warmServices } from "./runs/warm-services.ts";
import type { DaemonServices } from "./server/services.ts";
import { openStatuses } from "./tasks/proof/open-statuses.ts";
import type { TaskStore } from "./tasks/task-store.ts";
import { openRepository } from "./vcs/open-repository.ts";
import type { Repository } from "./vcs/repository.ts";
import { StampedRepository } from "./vcs/stamped-repository.ts";
import { agentVersion } from "./version.ts";

const VERSION_TIMEOUT_MS = 30_000;
const VERSION_OUTPUT_BYTES = 1_000_000;

export interface ComposeOptions {
  /** Where the user stands; the workspace root is the nearest folder upward with a `trigate.yaml`. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Take this folder as the root, with or without a `trigate.yaml`. */
  readonly root?: string;
  /** Take `cwd` as the root where there is no `trigate.yaml`. */
  readonly rootless?: boolean;
}

/** Builds the object graph of one workspace; nothing is opened before it is used. Throws `config/missing` when there is no root. */
export async function createServices({ cwd, env, root: givenRoot, rootless }: ComposeOptions): Promise<Services> {
  const found = givenRoot ?? (await findRoot(cwd)) ?? (rootless === true ? cwd : undefined);
  if (found === undefined) throw new TrigateError("config/missing", { startedAt: cwd });
  // However a folder is called, it has one state folder and one daemon.
  const root = await realpath(found);
  const stateFolder = stateFolderOf(root, env);
  const { supervisor, processes, cache, locator, config, repository } = workspaceTools({ root, stateFolder, env });
  let history: Promise<History> | undefined;
  const openHistory = () => (history ??= openSqlite(stateFolder));
  const machine = machineFacts();
  const parts = {
    root,
    stateFolder,
    env,
    checkers: CHECKERS,
    loadConfig: config,
    repository,
    processes,
    locator,
    cache,
    history: openHistory,
    mergeCoverage,
    warn: (message: string) => void process.stderr.write(`trigate: ${message}\n`),
    clock: systemClock,
    ids: randomIds,
    environment: { ...machine, agentVersion: agentVersion(), ci: env["CI"] === "true" },
  };
  const runs = (concurrency = machine.cores) => new GateRunner({ ...parts, concurrency });
  const { tasks, planning } = taskServices({ root, stateFolder, env, config });
  const daemon = () => {
    // A daemon answers saves: what Node takes to start is the greater part of a fast linter's time.
    const warm = new GroupProcessRunner(supervisor, new WarmNode());
    return daemonServices({ ...parts, processes: warm, concurrency: machine.cores }, tasks, supervisor);
  };
  const proof = proofWith(parts, { store: tasks, runs });
  const close = async () => {
    supervisor.close();
    (await history)?.close();
  };
  const codecov = async (base: string | undefined) =>
    codecovOfHistory({ ...parts, repository: await repository() }, { config: await config(), base });
  const explain = () => explainConfig(root, CHECKERS);
  const used = {
    config,
    explain,
    repository,
    locator,
    cache,
    processes,
    runs,
    codecov,
    tasks,
    planning,
    proof,
    daemon,
    close,
  };
  return { root, stateFolder, env, checkers: CHECKERS, ...used };
}

/** What proves tasks by the runs that it is given. It is loaded when it is first asked for. */
function proofWith(
  parts: Omit<GateRunnerParts, "concurrency">,
  { store, runs }: { readonly store: TaskStore; readonly runs: () => RunService },
): Services["proof"] {
  const { loadConfig: config, environment } = parts;
  return async (given = runs()) => {
    const { createProofServices } = await import("./compose-proof.ts");
    return createProofServices({ ...parts, agentVersion: environment.agentVersion, store, runs: given, config });
  };
}

/** What looks at the workspace and starts its tools. */
function workspaceTools({ root, stateFolder, env }: Pick<Services, "root" | "stateFolder" | "env">) {
  const supervisor = new ShellSupervisor();
  const processes = new GroupProcessRunner(supervisor);
  const cache = new ResultCache(stateFolder);
  const locator = toolLocator({ root, stateFolder, processes, env });
  const config = () => loadConfig(root, CHECKERS);
  let opened: Promise<Repository> | undefined;
  const repository = () => (opened ??= openRepository(root, env));
  return { supervisor, processes, cache, locator, config, repository };
}

/** The task list, and who plans it. Tasks need no `trigate.yaml`. */
function taskServices({ root, stateFolder, env, config }: Pick<Services, "root" | "stateFolder" | "env" | "config">) {
  const tasks = createTaskStore(root, stateFolder);
  const models = async () => ((await findRoot(root)) === undefined ? resolveModels() : (await config()).models);
  const planning = async () => {
    // What asks models takes longer to load than most commands take in all.
    const [{ PlanningService }, { chooseModel }, { UnfinishedAnswers }] = await Promise.all([
      import("./tasks/planning/planning-service.ts"),
      import("./tasks/planning/choose-model.ts"),
      import("./models/unfinished-answers.ts"),
    ]);
    const unfinished = new UnfinishedAnswers(join(stateFolder, "unfinished-answers"));
    const model = async (research: boolean) => chooseModel({ root, env, models: await models(), research });
    return new PlanningService({ root, store: tasks, clock: systemClock, models, unfinished, model });
  };
  return { tasks, planning };
}

/** What a daemon serves: the same gates, over a repository that it keeps in mind, each run with the environment of the client that asks. */
function daemonServices(parts: GateRunnerParts, tasks: TaskStore, supervisor: ShellSupervisor): DaemonServices {
  const { root, env, clock, ids, environment, history } = parts;
  let remembered: Promise<Repository> | undefined;
  const repository = () =>
    (remembered ??= parts.repository().then((inner) => new StampedRepository(root, inner, clock)));
  const memos = new MemoShelf();
  const current = new CurrentConfig(root, parts.loadConfig, clock);
  const currentConfig = () => current.get();
  // Workers' last words stand in it, and what a tool says may hold what it was told.
  const redact = redactor(secretValues(env));
  const log = (line: string) => void process.stderr.write(`${new Date(clock.now()).toISOString()} ${redact(line)}\n`);
  const onSave = warmServices({ ...parts, repository, loadConfig: currentConfig, supervisor, log });
  return {
    root,
    agentVersion: environment.agentVersion,
    clock,
    ids,
    tasks,
    ...daemonProof({ ...parts, repository, loadConfig: currentConfig }, tasks, log),
    onSave,
    runsFor: (clientEnv) =>
      new GateRunner({
        ...parts,
        repository,
        memos,
        loadConfig: currentConfig,
        env: Object.keys(clientEnv).length > 0 ? clientEnv : env,
      }),
    latestWithCoverage: async () => (await history()).latest({ withCoverage: true }),
    toRunSummary,
    toRunEvent: toWireEvent,
    toFinding,
    toFileCoverage,
    toHtml,
    log,
  };
}

/** No client of a daemon waits for the status hook: it is told in the background, and again later. */
function daemonProof(
  parts: Omit<GateRunnerParts, "concurrency">,
  store: TaskStore,
  log: (line: string) => void,
): Pick<DaemonServices, "statuses" | "proofFor" | "sendNews"> {
  const prove = proofWith(parts, { store, runs: () => new GateRunner({ ...parts, concurrency: 1 }) });
  const hook = async () => (await prove()).hook;
  const statuses = openStatuses({ root: parts.root, store, hook, inBackground: true });
  return {
    statuses,
    proofFor: prove,
    sendNews: async () => {
      const problem = await statuses.tellAgain();
      if (problem !== undefined) log(`status hook: ${problem}`);
    },
  };
}

interface LocatorParts {
  readonly root: string;
  readonly stateFolder: string;
  readonly processes: ProcessRunner;
  readonly env: Readonly<Record<string, string | undefined>>;
}

function toolLocator({ root, stateFolder, processes, env }: LocatorParts): ToolLocator {
  return new ToolLocator({
    root,
    stateFolder,
    finderAt: (folder) => new NodeToolFinder({ root, cwd: toWorkspacePath(root, folder) ?? "", env }),
    ask: async (argv, folder, signal) => {
      const { stdout, stderr } = await processes.run({
        argv,
        cwd: folder,
        env: toolEnvironment(env, { root, names: [] }),
        timeoutMs: VERSION_TIMEOUT_MS,
        maxOutputBytes: VERSION_OUTPUT_BYTES,
        signal,
      });
      return `${stdout}\n${stderr}`;
    },
  });
}

async function openSqlite(stateFolder: string): Promise<History> {
  const { SqliteHistory } = await import("./history/sqlite-history.ts");
  return new SqliteHistory(join(stateFolder, "history.sqlite"), {
    warn: (message) => process.stderr.write(`trigate: ${message}\n`),
    mergeCoverage,
  });
}
