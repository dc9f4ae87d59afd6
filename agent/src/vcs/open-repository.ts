import { dirname, join } from "node:path";
import { exists } from "../platform/files.ts";
import { gitEnvironment, GitRepository } from "./git-repository.ts";
import { PlainFolder } from "./plain-folder.ts";
import type { Repository } from "./repository.ts";

/** The repository that a workspace root lies in, or the plain folder. */
export async function openRepository(
  root: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Repository> {
  return (await isUnderGit(root)) ? new GitRepository(root, () => openGit(root, env), env) : new PlainFolder(root);
}

/** Whether a folder lies in a work tree of git. */
export async function isUnderGit(root: string): Promise<boolean> {
  for (let folder = root; ; folder = dirname(folder)) {
    if (await exists(join(folder, ".git"))) return true;
    if (dirname(folder) === folder) return false;
  }
}

/** The user's own git, as all that is asked of it is asked. */
export async function openGit(root: string, env: Readonly<Record<string, string | undefined>>) {
  const { simpleGit } = await import("simple-git");
  return simpleGit({
    baseDir: root,
    maxConcurrentProcesses: 4,
    // By default the client stops reading 50 ms after git has ended: on a busy machine the end of a list would be lost.
    completion: { onClose: true, onExit: false },
    allowEnvironment: ["GIT_INDEX_FILE", "GIT_LFS_SKIP_SMUDGE"],
    unsafe: {
      allowUnsafeConfigPaths: true,
      allowUnsafeHooksPath: true,
      allowUnsafeDiffExternal: true,
      allowUnsafeFsMonitor: true,
    },
  }).env(gitEnvironment(env));
}
