import { join } from "node:path";
import { afterAll } from "vitest";
import type { CheckOutput } from "../../core/check.ts";
import { makeScratchFolder, realpath, removeFolder, rm } from "../../platform/files.ts";
import type { Checker } from "../checker.ts";
import { once } from "./once.ts";
import { type CheckerRun, runCheckerIn, writeFiles } from "./run-checker.ts";

/**
 * As `runChecker`, but in one workspace that the cases of a test file use one after the other, for tools that build first:
 * what one case left behind, such as compiled contracts, the next one finds. Its files are brought to those of each case; one
 * that stays as it is keeps its time of change. `setUp` is done once, before the first; all is removed after the last.
 */
export function keptWorkspace(
  setUp: (folder: string) => Promise<void> = async () => undefined,
): (checker: Checker, request: CheckerRun) => Promise<CheckOutput> {
  let present: CheckerRun["workspace"] = {};
  const created = once(async () => {
    const root = await realpath(await makeScratchFolder());
    await setUp(root);
    return root;
  });
  let isUsed = false;
  afterAll(async () => {
    if (isUsed) await removeFolder(await created());
  });
  return async (checker, request) => {
    isUsed = true;
    const root = await created();
    const { workspace } = request;
    for (const path of Object.keys(present)) if (!(path in workspace)) await rm(join(root, path));
    const changed = Object.entries(workspace).filter(([path, content]) => present[path] !== content);
    await writeFiles(root, Object.fromEntries(changed));
    present = workspace;
    return runCheckerIn(root, checker, request);
  };
}
