import { join } from "node:path";
import { z } from "zod";
import type { CheckOutput } from "../core/check.ts";
import { tryJson } from "../core/try-json.ts";
import { messageOf, TrigateError } from "../errors/trigate-error.ts";
import { decodeOutput, encodeOutput } from "../history/codec.ts";
import { systemClock } from "../platform/clock.ts";
import { markChanged, readFile, readTextIfThere, rm, sha256, writeAtomically } from "../platform/files.ts";
import { parseOwnJson } from "../platform/own-json.ts";
import { type CacheSize, evict, measure } from "./eviction.ts";
import type { Fingerprint } from "./fingerprint.ts";
import type { OutputFile } from "./output-files.ts";

/** A stored answer of a check. */
export interface CacheEntry {
  readonly output: CheckOutput;
  readonly toolVersion: string | undefined;
  readonly command: readonly string[];
  readonly durationMs: number;
  /** Files that the tool left, whose content is kept apart. */
  readonly outputs?: readonly OutputFile[] | undefined;
}

/** An entry that was used this recently need not be marked as used again. */
const USE_COUNTS_FOR_MS = 60_000;

/** Answers of checks by fingerprint, in the user's own state folder. An entry that is damaged in any way is a miss, and removed. */
export class ResultCache {
  /** Absolute. */
  readonly folder: string;

  constructor(stateFolder: string) {
    this.folder = join(stateFolder, "cache");
  }

  async get(key: string): Promise<CacheEntry | undefined> {
    const file = this.#fileOf(key);
    const text = await readIfPossible(file, (path) => readTextIfThere(path));
    if (text === undefined) return undefined;
    const entry = parseEntry(text);
    if (entry === undefined) await rm(file, { force: true, recursive: true });
    else await this.#markUsed([file, ...(entry.outputs ?? []).map(({ hash }) => this.#contentFileOf(hash))]);
    return entry;
  }

  async put(key: string, entry: CacheEntry): Promise<void> {
    await this.#write(this.#fileOf(key), formatEntry(entry));
  }

  /** Keeps the content of an output file; the same content is kept once. */
  async putContent(content: Uint8Array): Promise<void> {
    await this.#write(this.#contentFileOf(sha256(content)), content);
  }

  /** The content with this SHA-256; `undefined` when it is gone or damaged. */
  async content(hash: string): Promise<Uint8Array | undefined> {
    const file = this.#contentFileOf(hash);
    const content = await readIfPossible(file, (path) => readFile(path));
    if (content === undefined || sha256(content) === hash) return content;
    await rm(file, { force: true });
    return undefined;
  }

  /** How much is kept. */
  size(): Promise<CacheSize> {
    return measure(this.folder);
  }

  /** Removes what was used least recently when there is more than `maxBytes`. */
  evict(maxBytes: number, nowMs: number): ReturnType<typeof evict> {
    return evict(this.folder, { maxBytes, nowMs });
  }

  /** Removes everything. */
  async clear(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }

  async #write(path: string, content: string | Uint8Array): Promise<void> {
    try {
      await writeAtomically(path, content);
    } catch (error) {
      throw new TrigateError("state/unwritable", { folder: this.folder, problem: messageOf(error) }, { cause: error });
    }
  }

  /** The time of change tells what was used least recently; times of access are not kept everywhere. */
  async #markUsed(files: readonly string[]): Promise<void> {
    const now = systemClock.now();
    await Promise.all(
      files.map(async (file) => {
        try {
          await markChanged(file, { nowMs: now, unlessWithinMs: USE_COUNTS_FOR_MS });
        } catch (error) {
          // Another process may have removed it, and a folder of another user's cannot be marked; nothing depends on it.
          if (!(error instanceof Error && "code" in error)) throw error;
        }
      }),
    );
  }

  /** Remembers the parts of a check's newest key, for `--why`. */
  async remember(checkId: string, { parts }: Pick<Fingerprint, "parts">): Promise<void> {
    await this.#write(this.#partsFileOf(checkId), JSON.stringify(parts));
  }

  /** The parts of the check's newest key before this run. */
  async lastParts(checkId: string): Promise<Fingerprint["parts"] | undefined> {
    // No checksum guards it, since nothing is decided by it.
    const text = await readIfPossible(this.#partsFileOf(checkId), (path) => readTextIfThere(path));
    const parts = Parts.safeParse(tryJson(text));
    return parts.success ? parts.data : undefined;
  }

  #fileOf(key: string): string {
    return join(this.folder, key.slice(0, 2), key);
  }

  #contentFileOf(hash: string): string {
    return join(this.folder, "files", hash.slice(0, 2), hash);
  }

  #partsFileOf(checkId: string): string {
    return join(this.folder, "last", sha256(checkId));
  }
}

/** The text of an entry, with a checksum before it. */
export function formatEntry({ output, ...rest }: CacheEntry): string {
  const payload = JSON.stringify({ ...rest, output: encodeOutput(output) });
  return `${sha256(payload)}\n${payload}`;
}

/** The entry in a text of {@link formatEntry}; `undefined` when anything about it was changed. */
export function parseEntry(text: string): CacheEntry | undefined {
  const newline = text.indexOf("\n");
  if (newline === -1) return undefined;
  const payload = text.slice(newline + 1);
  if (text.slice(0, newline) !== sha256(payload)) return undefined;
  const { output, ...rest } = parseOwnJson<Omit<CacheEntry, "output"> & { output: string }>(payload);
  return { ...rest, output: decodeOutput(output) };
}

const Parts = z.record(z.string(), z.string());

/** Whatever keeps an entry from being read, the answer is the same: ask the tool. */
async function readIfPossible<T>(path: string, read: (path: string) => Promise<T>): Promise<T | undefined> {
  try {
    return await read(path);
  } catch (error) {
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}
