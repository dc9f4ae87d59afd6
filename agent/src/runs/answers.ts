import type { CheckOutput } from "../core/check.ts";
import { evictionDue } from "./eviction.ts";
import type { CacheEntry, ResultCache } from "./cache.ts";
import { type Fingerprint, fingerprintOf } from "./fingerprint.ts";
import type { LocatedTool } from "./locate-tool.ts";
import { readOutputs, restoreOutput } from "./output-files.ts";
import type { PlannedCheck } from "./plan.ts";
import type { SharedCache } from "./shared-cache.ts";
import { Surroundings } from "./surroundings/surroundings.ts";
import type { Repository, Snapshot } from "../vcs/repository.ts";

/** What answers are looked up and kept with. */
export interface AnswerContext {
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly agentVersion: string;
  readonly snapshot: Snapshot;
  readonly repository: Pick<Repository, "snapshot">;
  readonly cache: ResultCache;
  /** One for the whole run; absent where a single check is looked at. */
  readonly surroundings?: Surroundings | undefined;
  readonly shared?: SharedCache | undefined;
  readonly maxCacheBytes?: number | undefined;
  readonly clock: { readonly now: () => number };
}

/** The key of a check's answer as things are now, or as they were when `context.surroundings` looked. */
export function keyOf(
  planned: PlannedCheck,
  tool: LocatedTool,
  {
    root,
    env,
    agentVersion,
    snapshot,
    surroundings,
  }: Pick<AnswerContext, "root" | "env" | "agentVersion" | "snapshot" | "surroundings">,
): Fingerprint {
  const around = surroundings ?? new Surroundings({ root, env, snapshot });
  return fingerprintOf(planned, {
    root,
    env,
    agentVersion,
    snapshot,
    tool,
    surrounding: around.of(planned, tool.argv),
  });
}

/**
 * The kept answer, this machine's own first, with the files that the tool had left put back. An answer of whose files one is
 * lost is none: what lies in its place belongs to another answer.
 */
export async function storedAnswer(fingerprint: Fingerprint, context: AnswerContext): Promise<CacheEntry | undefined> {
  const { root, cache, shared } = context;
  let entry = await cache.get(fingerprint.key);
  if (entry === undefined && shared !== undefined) {
    const found = await shared.get(fingerprint.portableKey);
    if (found !== undefined) {
      for (const content of found.contents) await cache.putContent(content);
      await cache.put(fingerprint.key, found.entry);
      entry = found.entry;
    }
  }
  for (const file of entry?.outputs ?? [])
    if (!(await restoreOutput(root, file, (hash) => cache.content(hash)))) return undefined;
  return entry;
}

/**
 * Keeps an answer, unless anything that it rests on changed while the tool looked: it belongs to the content that the tool
 * saw, and then nobody knows which that was.
 */
export async function keepAnswer(
  planned: PlannedCheck,
  { output, toolVersion, command, durationMs }: Omit<CacheEntry, "outputs"> & { readonly output: CheckOutput },
  { fingerprint, tool, context }: { fingerprint: Fingerprint; tool: LocatedTool; context: AnswerContext },
): Promise<void> {
  const { root, env, agentVersion, cache, shared, repository, clock, maxCacheBytes } = context;
  // Before the files that it left are read: what another run leaves there later belongs to other content.
  const outputs = await readOutputs(planned.check, { root, snapshot: context.snapshot });
  const snapshot = await repository.snapshot();
  if (keyOf(planned, tool, { root, env, agentVersion, snapshot }).key !== fingerprint.key) return;
  for (const { content } of outputs) await cache.putContent(content);
  const kept = outputs.map(({ path, hash, mode }) => ({ path, hash, mode }));
  const entry: CacheEntry = { output, toolVersion, command, durationMs, ...(kept.length > 0 ? { outputs: kept } : {}) };
  await cache.put(fingerprint.key, entry);
  await cache.remember(planned.check.id, fingerprint);
  const contents = outputs.map(({ content }) => content);
  await shared?.put(fingerprint.portableKey, { entry, contents });
  if (maxCacheBytes !== undefined && (await evictionDue(cache.folder, clock.now())))
    await cache.evict(maxCacheBytes, clock.now());
}
