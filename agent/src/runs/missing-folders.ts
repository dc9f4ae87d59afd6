import { join } from "node:path";
import type { ResolvedConfig } from "../config/resolved.ts";
import { TrigateError } from "../errors/trigate-error.ts";
import { exists } from "../platform/files.ts";
import type { Repository } from "../vcs/repository.ts";

/**
 * Throws `config/invalid` when a check is to run in a folder that is not there: it would find nothing in scope, which looks like
 * nothing to do. A folder that a sparse check-out leaves out is known to the repository, and nothing of it is in scope.
 */
export async function complainOfMissingFolders(
  { checks }: Pick<ResolvedConfig, "checks">,
  { root, repository }: { root: string; repository: Pick<Repository, "paths"> },
): Promise<void> {
  // A command of one's own may run where an earlier check leaves something.
  const placed = checks.filter(({ cwd, command }) => cwd !== "" && command === undefined);
  const folders = [...new Set(placed.map(({ cwd }) => cwd))];
  const isThere = await Promise.all(folders.map((cwd) => exists(join(root, cwd))));
  const absent = folders.filter((_, index) => isThere[index] !== true);
  if (absent.length === 0) return;
  const paths = await repository.paths();
  const unknown = new Set(absent.filter((cwd) => !paths.some((path) => path.startsWith(`${cwd}/`))));
  const complaints = placed
    .filter(({ cwd }) => unknown.has(cwd))
    .map(({ id, cwd }) => ({ path: `checks.${id}.cwd`, line: undefined, message: `there is no folder "${cwd}"` }));
  if (complaints.length > 0) throw new TrigateError("config/invalid", { file: "trigate.yaml", complaints });
}
