import { dirname, join, resolve } from "node:path";
import { TrigateError } from "../errors/trigate-error.ts";
import { readTextIfThere, sha256 } from "../platform/files.ts";
import type { KnownChecker, ResolvedConfig } from "./resolved.ts";
import { resolveConfig } from "./resolve.ts";

const CONFIG_FILE = "trigate.yaml";

/** The nearest folder upward that holds a `trigate.yaml`, or `undefined`. */
export async function findRoot(startAt: string): Promise<string | undefined> {
  for (let folder = resolve(startAt); ; folder = dirname(folder)) {
    if ((await readTextIfThere(join(folder, CONFIG_FILE))) !== undefined) return folder;
    if (dirname(folder) === folder) return undefined;
  }
}

/** Reads and resolves the configuration of a root. Throws `config/missing` or `config/invalid` with all complaints. */
export async function loadConfig(root: string, checkers: ReadonlyMap<string, KnownChecker>): Promise<ResolvedConfig> {
  const file = join(root, CONFIG_FILE);
  const text = await readTextIfThere(file);
  if (text === undefined) throw new TrigateError("config/missing", { startedAt: root });
  const result = resolveConfig(text, checkers);
  if (!result.ok) throw new TrigateError("config/invalid", { file: CONFIG_FILE, complaints: result.complaints });
  return Object.freeze({ ...result.config, root, file, hash: sha256(text) });
}

/** Hash of the file's content, to tell whether it has to be read again. Throws `config/missing`. */
export async function configHash(root: string): Promise<string> {
  const text = await readTextIfThere(join(root, CONFIG_FILE));
  if (text === undefined) throw new TrigateError("config/missing", { startedAt: root });
  return sha256(text);
}
