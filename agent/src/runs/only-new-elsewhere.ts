import { dirname, join, posix } from "node:path";
import { exists, makeScratchFolder, mkdir, removeFolder } from "../platform/files.ts";
import { linkFolder } from "../platform/link.ts";
import type { Repository, Snapshot } from "../vcs/repository.ts";

/** Where ecosystems keep what was installed; ignored by git, so that no export has it. */
const INSTALLED = ["node_modules", ".venv", "venv", ".tools"];
/** Files beside which such folders lie. */
const MANIFESTS = new Set(["package.json", "pyproject.toml", "requirements.txt", "setup.py"]);

/** Content of the repository other than the work tree's, in a folder of its own. */
export interface Elsewhere {
  readonly root: string;
  readonly remove: () => Promise<void>;
}

/**
 * Writes the index, or a commit, into a temporary folder and links what is installed beside the sources. The user's files stay
 * untouched, whatever happens.
 */
export async function exportWorkspace(
  repository: Repository,
  { root, snapshot, commit }: { root: string; snapshot: Snapshot; commit?: string },
): Promise<Elsewhere> {
  const folder = await makeScratchFolder();
  const remove = () => removeFolder(folder);
  try {
    const there = await repository.exportTo(folder, commit);
    await mkdir(there, { recursive: true });
    const packages = snapshot.files.flatMap(({ path }) => (MANIFESTS.has(posix.basename(path)) ? [dirname(path)] : []));
    for (const place of new Set(["", ...packages])) await linkInstalled(join(root, place), join(there, place));
    return { root: there, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

async function linkInstalled(from: string, to: string): Promise<void> {
  for (const name of INSTALLED) {
    if (!(await exists(join(from, name))) || (await exists(join(to, name)))) continue;
    await linkFolder(join(from, name), join(to, name));
  }
}

/** The same repository with content that stands still: what was exported does not change while tools look at it. */
export function standingStill(repository: Repository, snapshot: Snapshot): Repository {
  return {
    snapshot: async () => snapshot,
    paths: async () => snapshot.files.map(({ path }) => path),
    // Stamps of the work tree say nothing about what was exported.
    folders: async () => undefined,
    mergeBase: (base) => repository.mergeBase(base),
    changedLines: (commit) => repository.changedLines(commit),
    removedFiles: (commit) => repository.removedFiles(commit),
    isShallow: () => repository.isShallow(),
    treeId: async () => undefined,
    stagedFiles: () => repository.stagedFiles(),
    stagedLines: () => repository.stagedLines(),
    stagedSnapshot: () => repository.stagedSnapshot(),
    exportTo: (folder, commit) => repository.exportTo(folder, commit),
    snapshotAt: (commit) => repository.snapshotAt(commit),
    renames: (commit) => repository.renames(commit),
    diffSince: (commit) => repository.diffSince(commit),
    ancestors: (commit, count) => repository.ancestors(commit, count),
    branch: () => repository.branch(),
    filesWith: (text) => repository.filesWith(text),
  };
}
