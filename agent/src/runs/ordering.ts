import { join } from "node:path";
import { z } from "zod";
import type { CheckResult } from "../core/check.ts";
import { tryJson } from "../core/try-json.ts";
import { readTextIfThere, writeAtomically } from "../platform/files.ts";

/** What is known of a check's last runs, the newest last. Answers from the cache are none of them. */
export interface Past {
  /** Whether each of them failed or could not tell. */
  readonly failed: readonly boolean[];
  /** Smoothed, in milliseconds. */
  readonly durationMs: number;
}

/** Runs that count; older ones say little about the code as it is. */
const REMEMBERED = 20;
/** How much less each older run counts than the one after it. */
const FADING = 0.8;
const SMOOTHING = 0.3;

/** How likely a check fails now, 0 to 1: recent runs count most, and one that never ran is as likely as not. */
export function failureRate({ failed }: Pick<Past, "failed">): number {
  let [weight, weights, sum] = [1, 0, 0];
  for (const one of failed.toReversed()) {
    sum += one ? weight : 0;
    weights += weight;
    weight *= FADING;
  }
  // Half a failure in one run is what is assumed before anything is known.
  return (sum + 0.5) / (weights + 1);
}

/**
 * The checks in the order in which a failure is expected soonest: by failures per second, so that a quick check that fails
 * now and then comes before a slow one that fails as often. Checks that are equal keep their order.
 */
export function likelyFailingFirst<T>(checks: readonly T[], pastOf: (check: T) => Past | undefined): readonly T[] {
  const known = checks.flatMap((check) => pastOf(check)?.durationMs ?? []);
  const usualMs = known.length === 0 ? 1 : known.reduce((sum, ms) => sum + ms, 0) / known.length;
  const urgency = (check: T) => {
    const past = pastOf(check);
    return failureRate({ failed: past?.failed ?? [] }) / Math.max(1, past?.durationMs ?? usualMs);
  };
  return checks
    .map((check, index) => ({ check, index, urgency: urgency(check) }))
    .toSorted((a, b) => b.urgency - a.urgency || a.index - b.index)
    .map(({ check }) => check);
}

/** The past after one more run. */
export function withRun(past: Past | undefined, { failed, durationMs }: { failed: boolean; durationMs: number }): Past {
  return {
    failed: [...(past?.failed ?? []), failed].slice(-REMEMBERED),
    durationMs: past === undefined ? durationMs : past.durationMs + SMOOTHING * (durationMs - past.durationMs),
  };
}

const Stored = z.record(z.string(), z.object({ failed: z.array(z.boolean()), durationMs: z.number().nonnegative() }));
const fileIn = (stateFolder: string) => join(stateFolder, "check-past.json");

/** What is known of the checks of a workspace; nothing when the file is missing or damaged, since only an order hangs on it. */
export async function readPast(stateFolder: string): Promise<ReadonlyMap<string, Past>> {
  const text = await readTextIfThere(fileIn(stateFolder));
  const parsed = Stored.safeParse(tryJson(text));
  return new Map(parsed.success ? Object.entries(parsed.data) : []);
}

/** Adds the checks that really ran. Of two runs that end at the same time, one may be forgotten. */
export async function addToPast(stateFolder: string, results: readonly CheckResult[]): Promise<void> {
  const ran = results.filter(({ cached, status, command }) => !cached && status !== "skipped" && command.length > 0);
  if (ran.length === 0) return;
  const past = new Map(await readPast(stateFolder));
  for (const { id, status, durationMs } of ran)
    past.set(id, withRun(past.get(id), { failed: status !== "passed", durationMs }));
  await writeAtomically(fileIn(stateFolder), JSON.stringify(Object.fromEntries(past)));
}
