import { dirname, join, resolve } from "node:path";
import { TrigateError } from "../errors/trigate-error.ts";
import { readTextIfThere, sha256 } from "../platform/files.ts";
import { readExtended } from "./extends.ts";
import type { KnownChecker, ResolvedConfig } from "./resolved.ts";
import { resolveConfig } from "./resolve.ts";

export const CONFIG_FILE = "trigate.yaml";

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
  const { yaml, files, texts } = await readExtended(text, file);
  const result = resolveConfig(yaml, checkers);
  if (!result.ok) throw new TrigateError("config/invalid", { file: CONFIG_FILE, complaints: result.complaints });
  return Object.freeze({ ...result.config, root, file, hash: hashOf([text, ...texts]), extended: files });
}

/** Hash of the content of the file and of those that it extends, to tell whether it has to be read again. Throws `config/missing`. */
export async function configHash(root: string): Promise<string> {
  const file = join(root, CONFIG_FILE);
  const text = await readTextIfThere(file);
  if (text === undefined) throw new TrigateError("config/missing", { startedAt: root });
  return hashOf([text, ...(await readExtended(text, file)).texts]);
}

function hashOf(texts: readonly string[]): string {
  return sha256(texts.length === 1 ? (texts[0] ?? "") : JSON.stringify(texts));
}
