import { join } from "node:path";
import { TrigateError } from "../errors/trigate-error.ts";
import { readTextIfThere, sha256 } from "../platform/files.ts";
import { readExtended } from "./extends.ts";
import { CONFIG_FILE } from "./find-root.ts";
import type { KnownChecker, ResolvedConfig } from "./resolved.ts";
import { resolveConfig } from "./resolve.ts";

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
