import { join } from "node:path";
import { z } from "zod";
import type { CheckOutput } from "../core/check.ts";
import { messageOf, TrigateError } from "../errors/trigate-error.ts";
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
    const text = await readIfPossible(this.#fileOf(key));
    const newline = text?.indexOf("\n") ?? -1;
    if (text === undefined || newline === -1) return undefined;
    const payload = text.slice(newline + 1);
    if (text.slice(0, newline) !== sha256(payload)) return undefined;
    const { output, ...rest } = parseOwnJson<Omit<CacheEntry, "output"> & { output: string }>(payload);
    return { ...rest, output: decodeOutput(output) };
  }

  async put(key: string, { output, ...rest }: CacheEntry): Promise<void> {
    const payload = JSON.stringify({ ...rest, output: encodeOutput(output) });
    await this.#write(this.#fileOf(key), `${sha256(payload)}\n${payload}`);
  }

  async #write(path: string, text: string): Promise<void> {
    try {
      await writeAtomically(path, text);
    } catch (error) {
      throw new TrigateError("state/unwritable", { folder: this.#folder, problem: messageOf(error) }, { cause: error });
    }
  }

  /** Remembers the parts of a check's newest key, for `--why`. */
  async remember(checkId: string, fingerprint: Fingerprint): Promise<void> {
    await this.#write(this.#partsFileOf(checkId), JSON.stringify(fingerprint.parts));
  }

  /** The parts of the check's newest key before this run. */
  async lastParts(checkId: string): Promise<Fingerprint["parts"] | undefined> {
    // No checksum guards it, since nothing is decided by it.
    const text = await readIfPossible(this.#partsFileOf(checkId));
    const parts = Parts.safeParse(tryJson(text ?? ""));
    return parts.success ? parts.data : undefined;
  }

  #fileOf(key: string): string {
    return join(this.#folder, key.slice(0, 2), key);
  }

  #partsFileOf(checkId: string): string {
    return join(this.#folder, "last", sha256(checkId));
  }
}

const Parts = z.record(z.string(), z.string());

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Whatever keeps an entry from being read, the answer is the same: ask the tool. */
async function readIfPossible(path: string): Promise<string | undefined> {
  try {
    return await readTextIfThere(path);
  } catch (error) {
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}
