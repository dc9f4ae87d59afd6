import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import type { ResolvedSharedCache } from "../config/resolved.ts";
import { messageOf } from "../errors/trigate-error.ts";
import { type CacheEntry, formatEntry, parseEntry } from "./cache.ts";

/** An answer with the content of the files that belong to it. */
export interface SharedEntry {
  readonly entry: CacheEntry;
  readonly contents: readonly Uint8Array[];
}

/** A cache that several machines use. It never fails a run: what goes wrong is said once, and then it is left alone. */
export interface SharedCache {
  get(key: string): Promise<SharedEntry | undefined>;
  put(key: string, entry: SharedEntry): Promise<void>;
  close(): Promise<void>;
}

/** The three commands that are needed of a server. Each may fail or never answer. */
export interface KeyValueServer {
  get(key: string): Promise<string | null>;
  set(key: string, value: string, ttlSeconds: number): Promise<void>;
  close(): Promise<void>;
}

export interface SharedCacheOptions {
  readonly connect: () => Promise<KeyValueServer>;
  /** Secret that entries are signed with. */
  readonly secret: string;
  readonly readOnly: boolean;
  readonly maxEntryBytes: number;
  readonly timeoutMs: number;
  readonly warn: (message: string) => void;
}

const PREFIX = "trigate:answer:1:";
const KEPT_SECONDS = 14 * 24 * 3600;

/**
 * Entries are signed over their own key, so that nobody without the secret can add one, alter one or put one in another's
 * place. A server that does not answer in time is not asked again, so that it never costs more than one time-out.
 */
class SignedCache implements SharedCache {
  readonly #options: SharedCacheOptions;
  #server: Promise<KeyValueServer> | undefined;
  #isOff = false;

  constructor(options: SharedCacheOptions) {
    this.#options = options;
  }

  async get(key: string): Promise<SharedEntry | undefined> {
    const text = await this.#ask((server) => server.get(PREFIX + key));
    if (text === undefined || text === null) return undefined;
    const entry = this.#open(key, text);
    if (entry === undefined)
      this.#options.warn("an entry of the shared cache is not signed with this key and was left out");
    return entry;
  }

  async put(key: string, entry: SharedEntry): Promise<void> {
    if (this.#options.readOnly) return;
    const payload = JSON.stringify({
      entry: formatEntry(entry.entry),
      contents: entry.contents.map((content) => Buffer.from(content).toString("base64")),
    });
    const text = `${this.#sign(key, payload)}\n${payload}`;
    if (Buffer.byteLength(text) > this.#options.maxEntryBytes) return;
    await this.#ask((server) => server.set(PREFIX + key, text, KEPT_SECONDS));
  }

  async close(): Promise<void> {
    const server = this.#server;
    this.#isOff = true;
    if (server === undefined) return;
    try {
      await (await within(server, this.#options.timeoutMs)).close();
    } catch {
      // It was never there; that has been said.
    }
  }

  #open(key: string, text: string): SharedEntry | undefined {
    const newline = text.indexOf("\n");
    const payload = text.slice(newline + 1);
    const given = Buffer.from(text.slice(0, Math.max(newline, 0)), "hex");
    const wanted = Buffer.from(this.#sign(key, payload), "hex");
    if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) return undefined;
    const parsed = Payload.safeParse(JSON.parse(payload));
    const entry = parsed.success ? parseEntry(parsed.data.entry) : undefined;
    return parsed.success && entry !== undefined
      ? { entry, contents: parsed.data.contents.map((content) => Buffer.from(content, "base64")) }
      : undefined;
  }

  #sign(key: string, payload: string): string {
    return createHmac("sha256", this.#options.secret).update(`${key}\n${payload}`).digest("hex");
  }

  async #ask<T>(question: (server: KeyValueServer) => Promise<T>): Promise<T | undefined> {
    if (this.#isOff) return undefined;
    try {
      this.#server ??= this.#options.connect();
      return await within(this.#server.then(question), this.#options.timeoutMs);
    } catch (error) {
      // Checks ask side by side; only the first of them says it.
      if (!this.#isOff) this.#options.warn(`the shared cache is left alone: ${messageOf(error)}`);
      this.#isOff = true;
      return undefined;
    }
  }
}

const Payload = z.object({ entry: z.string(), contents: z.array(z.string()) });

async function within<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

export interface OpenSharedOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether the work tree differs from its commit. */
  readonly dirty: boolean;
  readonly connect: (url: string, timeoutMs: number) => Promise<KeyValueServer>;
  readonly warn: (message: string) => void;
}

/** The shared cache of a configuration; `undefined`, with a notice, where its variables are not set. */
export function openSharedCache(
  { urlVariable, keyVariable, readOnly, maxEntryBytes, timeoutMs }: ResolvedSharedCache,
  { env, dirty, connect, warn }: OpenSharedOptions,
): SharedCache | undefined {
  const [url, secret] = [env[urlVariable], env[keyVariable]];
  if (!url || !secret) {
    warn(`the shared cache is left alone: set ${url ? keyVariable : urlVariable} to use it`);
    return undefined;
  }
  return new SignedCache({
    connect: () => connect(url, timeoutMs),
    secret,
    readOnly: readOnly === "auto" ? dirty || isForeignPullRequest(env) : readOnly,
    maxEntryBytes,
    timeoutMs,
    warn,
  });
}

/**
 * Whether this runs for a pull request. Whose it is cannot be told without asking the service, so none of them writes:
 * what a pull request's code made the tools say must not become another branch's answer.
 */
function isForeignPullRequest(env: Readonly<Record<string, string | undefined>>): boolean {
  return (
    (env["GITHUB_EVENT_NAME"] ?? "").startsWith("pull_request") ||
    Boolean(env["CI_MERGE_REQUEST_IID"]) ||
    Boolean(env["CHANGE_ID"]) ||
    Boolean(env["BITBUCKET_PR_ID"])
  );
}
