import { join } from "node:path";
import { CHECKERS } from "./checkers/registry.ts";
import { NodeToolFinder } from "./checkers/tool-finder.ts";
import type { Services } from "./cli/services.ts";
import { findRoot, loadConfig } from "./config/load.ts";
import { mergeCoverage } from "./coverage/merge.ts";
import { TrigateError } from "./errors/trigate-error.ts";
import type { History } from "./history/history.ts";
import { randomIds, systemClock } from "./platform/clock.ts";
import { toWorkspacePath } from "./platform/files.ts";
import { machineFacts } from "./platform/machine.ts";
import { GroupProcessRunner, type ProcessRunner } from "./platform/process.ts";
import { stateFolderOf } from "./platform/state-folder.ts";
import { ShellSupervisor } from "./platform/supervisor.ts";
import { ResultCache } from "./runs/cache.ts";
import { GateRunner } from "./runs/gate-runner.ts";
import { ToolLocator } from "./runs/locate-tool.ts";
import { toolEnvironment } from "./runs/tool-environment.ts";
import { openRepository } from "./vcs/open-repository.ts";
import type { Repository } from "./vcs/repository.ts";
import { agentVersion } from "./version.ts";

const VERSION_TIMEOUT_MS = 30_000;
const VERSION_OUTPUT_BYTES = 1_000_000;

export interface ComposeOptions {
  /** Where the user stands; the workspace root is the nearest folder upward with a `trigate.yaml`. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Take this folder as the root, with or without a `trigate.yaml`. */
  readonly root?: string;
}

/** Builds the object graph of one workspace; nothing is opened before it is used. Throws `config/missing` when there is no root. */
export async function createServices({ cwd, env, root: givenRoot }: ComposeOptions): Promise<Services> {
  const root = givenRoot ?? (await findRoot(cwd));
  if (root === undefined) throw new TrigateError("config/missing", { startedAt: cwd });
  const stateFolder = stateFolderOf(root, env);
  const supervisor = new ShellSupervisor();
  const processes = new GroupProcessRunner(supervisor);
  const cache = new ResultCache(stateFolder);
  const locator = toolLocator({ root, stateFolder, processes, env });
  const config = () => loadConfig(root, CHECKERS);
  let opened: Promise<Repository> | undefined;
  const repository = () => (opened ??= openRepository(root, env));
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
    clock: systemClock,
    ids: randomIds,
    environment: { ...machine, agentVersion: agentVersion(), ci: env["CI"] === "true" },
  };
  const runs = (concurrency = machine.cores) => new GateRunner({ ...parts, concurrency });
  const close = async () => {
    supervisor.close();
    (await history)?.close();
  };
  return { root, stateFolder, env, checkers: CHECKERS, config, repository, locator, cache, runs, close };
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
    ask: async (argv, folder) => {
      const { stdout, stderr } = await processes.run({
        argv,
        cwd: folder,
        env: toolEnvironment(env, { root, names: [] }),
        timeoutMs: VERSION_TIMEOUT_MS,
        maxOutputBytes: VERSION_OUTPUT_BYTES,
        signal: new AbortController().signal,
      });
      return `${stdout}\n${stderr}`;
    },
  });
}

async function openSqlite(stateFolder: string): Promise<History> {
  const { SqliteHistory } = await import("./history/sqlite-history.ts");
  return new SqliteHistory(join(stateFolder, "history.sqlite"), (message) =>
    process.stderr.write(`trigate: ${message}\n`),
  );
}
