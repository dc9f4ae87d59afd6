import { z } from "zod";
import { messageOf } from "../../../errors/trigate-error.ts";
import { readJson } from "../../reading/read-json.ts";
import { Advisory, type AdvisorySource, type InstalledPackage, type Match } from "../../reading/advisories/advisory.ts";

/** The service refuses larger batches. */
const BATCH = 1000;
/** Records are asked for a few at a time; the service is public and free. */
const AT_ONCE = 8;

const BatchAnswer = z.object({
  results: z.array(
    z.object({ vulns: z.array(z.object({ id: z.string() })).optional(), next_page_token: z.string().optional() }),
  ),
});

export interface LiveOptions {
  /** Address of an OSV service, such as `https://api.osv.dev`. */
  readonly url: string;
  readonly fetch: typeof globalThis.fetch;
  /** Ends the questions: nobody wants the answer any more. */
  readonly signal: AbortSignal;
  /** A service that is slower gives no answer. */
  readonly timeoutMs: number;
}

class ServiceFailure extends Error {}

/** Advisories from an OSV service, which does the matching. Any answer but a readable 200 means that nobody can tell. */
export function liveSource(options: LiveOptions): AdvisorySource {
  return {
    matchesFor: async (packages) => {
      const asked = { ...options, signal: AbortSignal.any([options.signal, AbortSignal.timeout(options.timeoutMs)]) };
      try {
        const ids = await idsFor(packages, asked);
        const advisories = await recordsOf(new Set([...ids.values()].flat()), asked);
        const matches = [...ids].flatMap(([installed, own]) =>
          own.flatMap((id): Match[] => matchOf(installed, advisories.get(id))),
        );
        return { ok: true, matches, problems: [], about: { words: `the live service ${options.url}`, warnings: [] } };
      } catch (error) {
        if (options.signal.aborted) throw error;
        if (error instanceof ServiceFailure) return { ok: false, problem: error.message };
        return { ok: false, problem: `${options.url} could not be asked: ${messageOf(error)}` };
      }
    },
  };
}

function matchOf(installed: InstalledPackage, advisory: Advisory | undefined): Match[] {
  return advisory === undefined || advisory.withdrawn !== undefined ? [] : [{ package: installed, advisory }];
}

async function idsFor(
  packages: readonly InstalledPackage[],
  options: LiveOptions,
): Promise<Map<InstalledPackage, string[]>> {
  const ids = new Map<InstalledPackage, string[]>();
  const open = packages.map((installed) => ({ installed, pageToken: undefined as string | undefined }));
  while (open.length > 0) {
    const batch = open.splice(0, BATCH);
    const queries = batch.map(({ installed: { name, ecosystem, version }, pageToken }) => ({
      package: { name, ecosystem },
      version,
      ...(pageToken === undefined ? {} : { page_token: pageToken }),
    }));
    const { results } = await ask("v1/querybatch", { options, schema: BatchAnswer, body: { queries } });
    if (results.length !== batch.length)
      throw new ServiceFailure(`${options.url} answered ${results.length} of ${batch.length} questions`);
    for (const [index, { installed }] of batch.entries()) {
      const result = results[index];
      ids.set(installed, [...(ids.get(installed) ?? []), ...(result?.vulns ?? []).map(({ id }) => id)]);
      if (result?.next_page_token !== undefined) open.push({ installed, pageToken: result.next_page_token });
    }
  }
  return ids;
}

async function recordsOf(ids: ReadonlySet<string>, options: LiveOptions): Promise<ReadonlyMap<string, Advisory>> {
  const records = new Map<string, Advisory>();
  const waiting = [...ids];
  const worker = async () => {
    for (let id = waiting.pop(); id !== undefined; id = waiting.pop())
      records.set(id, await ask(`v1/vulns/${encodeURIComponent(id)}`, { options, schema: Advisory }));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return records;
}

interface Question<T> {
  readonly options: LiveOptions;
  readonly schema: z.ZodType<T>;
  readonly body?: unknown;
}

async function ask<T>(path: string, { options, schema, body }: Question<T>): Promise<T> {
  const address = new URL(path, options.url.endsWith("/") ? options.url : `${options.url}/`);
  const request =
    body === undefined
      ? {}
      : { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
  const response = await options.fetch(address, { ...request, signal: options.signal, redirect: "error" });
  const text = await response.text();
  if (response.status !== 200) throw new ServiceFailure(`${address.href} answered ${response.status}`);
  const read = readJson(text, schema);
  if (!read.ok) throw new ServiceFailure(`${address.href}: ${read.problem}`);
  return read.value;
}
