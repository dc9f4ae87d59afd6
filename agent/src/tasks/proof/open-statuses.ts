import { join } from "node:path";
import { CONFIG_FILE } from "../../config/find-root.ts";
import { readTextIfThere } from "../../platform/files.ts";
import { headCommit } from "../../vcs/head-commit.ts";
import type { TaskStore } from "../task-store.ts";
import type { StatusHook } from "./status-hook.ts";
import { TaskStatuses } from "./task-statuses.ts";

/**
 * The statuses of a workspace. `hook` is asked only where `trigate.yaml` could name one: what reads it, and what sends, takes
 * longer to load than a status takes to write.
 */
export function openStatuses({
  root,
  store,
  hook,
  inBackground,
}: {
  readonly root: string;
  readonly store: TaskStore;
  readonly hook: () => Promise<StatusHook>;
  readonly inBackground?: boolean;
}): TaskStatuses {
  return new TaskStatuses({
    root,
    store,
    inBackground,
    commit: () => headCommit(root),
    hook: async () => ((await mayNameHook(root)) ? hook() : undefined),
  });
}

/** Whether the word stands in the file, or the file is built on others; whether it means anything is found out later. */
async function mayNameHook(root: string): Promise<boolean> {
  const text = (await readTextIfThere(join(root, CONFIG_FILE))) ?? "";
  return /\bstatusHook\b|\bextends\b/.test(text.replaceAll(/(?:^|\s)#.*$/gm, ""));
}
