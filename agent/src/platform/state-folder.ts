import { mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { basename, join, resolve } from "node:path";
import { messageOf, TrigateError } from "../errors/trigate-error.ts";
import { sha256 } from "./files.ts";

/**
 * The user's own folder for one workspace: endpoint and token, cache, history, logs. Never inside the repository, since
 * what a repository carries is no evidence. `TRIGATE_STATE_DIR` replaces the place where all of them lie.
 */
export function stateFolderOf(root: string, env: Readonly<Record<string, string | undefined>>): string {
  const folder = join(stateHome(env), `${basename(root).replaceAll(/[^\w.-]/g, "_")}-${sha256(root).slice(0, 16)}`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new TrigateError("state/unwritable", { folder, problem: messageOf(error) }, { cause: error });
  }
  return folder;
}

/** The folder that holds the state folders of all workspaces. */
export function stateHome(env: Readonly<Record<string, string | undefined>>): string {
  if (env["TRIGATE_STATE_DIR"]) return resolve(env["TRIGATE_STATE_DIR"]);
  if (process.platform === "win32" && env["LOCALAPPDATA"]) return join(env["LOCALAPPDATA"], "trigate");
  if (process.platform === "darwin") return join(homedir(), "Library", "Application Support", "trigate");
  return join(env["XDG_STATE_HOME"] || join(homedir(), ".local", "state"), "trigate");
}
