import { join } from "node:path";
import { sha256 } from "./files.ts";
import { stateFolderOf } from "./state-folder.ts";

/**
 * A folder for the cache that a tool keeps for itself, such as mypy's: in the user's own state folder of the workspace,
 * so that it outlives a run and never lies in the repository. `owner` tells checks of the same tool apart; the tool makes
 * the folder.
 */
export function toolCacheFolder(root: string, tool: string, owner: readonly string[]): string {
  return join(stateFolderOf(root, process.env), `${tool}-${sha256(owner.join("\0")).slice(0, 12)}`);
}
