import { join } from "node:path";
import type { Services } from "./cli/services.ts";
import type { TasksServices } from "./cli/tasks/task-subcommand.ts";
import { findRoot } from "./config/find-root.ts";
import { systemClock } from "./platform/clock.ts";
import { realpath } from "./platform/files.ts";
import { stateFolderOf } from "./platform/state-folder.ts";
import { openStatuses } from "./tasks/proof/open-statuses.ts";
import { TaskStore } from "./tasks/task-store.ts";
import { TaskVersions } from "./tasks/task-store-versions.ts";

export interface ComposeTasksOptions {
  /** Where the user stands; the workspace root is the nearest folder upward with a `trigate.yaml`, or this one. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Everything about the workspace, for the few commands that need more than the list. */
  readonly all: () => Promise<Services>;
}

/**
 * What the commands of `trigate tasks` are handed. Only the store of the tasks is built at once: most of them read a file
 * and end, and to load the checkers, the configuration and the history would take ten times as long as that. Whatever else
 * a command needs is taken from `all` when it asks for it.
 */
export async function createTasksServices({ cwd, env, all }: ComposeTasksOptions): Promise<TasksServices> {
  const root = await realpath((await findRoot(cwd)) ?? cwd);
  const stateFolder = stateFolderOf(root, env);
  const store = createTaskStore(root, stateFolder);
  return {
    root,
    stateFolder,
    tasks: store,
    planning: async () => (await all()).planning(),
    statuses: openStatuses({ root, store, hook: async () => (await (await all()).proof()).hook }),
    proof: async () => (await all()).proof(),
    insight: async () => {
      const [{ TaskInsight }, { openRepository }] = await Promise.all([
        import("./insight/task-insight.ts"),
        import("./vcs/open-repository.ts"),
      ]);
      return new TaskInsight({ root, env, clock: systemClock, store, repository: () => openRepository(root, env) });
    },
  };
}

/** The store of a workspace's tasks, with the last good states of their file in the user's own folder. */
export function createTaskStore(root: string, stateFolder: string): TaskStore {
  const versions = new TaskVersions({ folder: join(stateFolder, "task-versions"), clock: systemClock });
  const warn = (message: string) => void process.stderr.write(`trigate: ${message}\n`);
  return new TaskStore({ root, clock: systemClock, versions, warn });
}
