import { join } from "node:path";
import type { CheckOutput } from "../core/check.ts";
import { readTextIfThere, sha256, writeAtomically } from "../platform/files.ts";
import { decodeOutput, encodeOutput } from "../history/codec.ts";
import { parseOwnJson } from "../platform/own-json.ts";
import type { Fingerprint } from "./fingerprint.ts";

/** A stored answer of a check. */
export interface CacheEntry {
  readonly output: CheckOutput;
  readonly toolVersion: string | undefined;
  readonly command: readonly string[];
  readonly durationMs: number;
}

/** Answers of checks by fingerprint, in the user's own state folder. An entry that is damaged in any way is a miss. */
export class ResultCache {
  readonly #folder: string;

  constructor(stateFolder: string) {
    this.#folder = join(stateFolder, "cache");
  }

  async get(key: string): Promise<CacheEntry | undefined> {
    const text = await readTextIfThere(this.#fileOf(key));
    const newline = text?.indexOf("\n") ?? -1;
    if (text === undefined || newline === -1) return undefined;
    const payload = text.slice(newline + 1);
    if (text.slice(0, newline) !== sha256(payload)) return undefined;
    const { output, ...rest } = parseOwnJson<Omit<CacheEntry, "output"> & { output: string }>(payload);
    return { ...rest, output: decodeOutput(output) };
  }

  async put(key: string, { output, ...rest }: CacheEntry): Promise<void> {
    const payload = JSON.stringify({ ...rest, output: encodeOutput(output) });
    await writeAtomically(this.#fileOf(key), `${sha256(payload)}\n${payload}`);
  }

  /** Remembers the parts of a check's newest key, for `--why`. */
  async remember(checkId: string, fingerprint: Fingerprint): Promise<void> {
    await writeAtomically(this.#partsFileOf(checkId), JSON.stringify(fingerprint.parts));
  }

  /** The parts of the check's newest key before this run. */
  async lastParts(checkId: string): Promise<Fingerprint["parts"] | undefined> {
    const text = await readTextIfThere(this.#partsFileOf(checkId));
    return text === undefined ? undefined : parseOwnJson<Fingerprint["parts"]>(text);
  }

  #fileOf(key: string): string {
    return join(this.#folder, key.slice(0, 2), key);
  }

  #partsFileOf(checkId: string): string {
    return join(this.#folder, "last", sha256(checkId));
  }
}
