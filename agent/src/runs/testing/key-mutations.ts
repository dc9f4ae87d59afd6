import type { CheckResult } from "../../core/check.ts";
import { INPUT_MUTATIONS, NO_MUTATIONS } from "./input-mutations.ts";
import type { MutableWorkspace, Mutation } from "./mutable-workspace.ts";
import { OUTSIDE_MUTATIONS } from "./outside-mutations.ts";
import { QUESTION_MUTATIONS, TOOL_MUTATIONS } from "./tool-mutations.ts";

/** Every part of the key, changed once by the means that change it in real life. Later ones build on what earlier ones left. */
const MUTATIONS: readonly Mutation[] = [
  ...NO_MUTATIONS,
  ...INPUT_MUTATIONS,
  ...OUTSIDE_MUTATIONS,
  ...TOOL_MUTATIONS,
  ...QUESTION_MUTATIONS,
];

export interface MutationResult {
  readonly mutation: Mutation;
  /** Whether the check that has to look again did so; for a change without effect, whether all came from the cache. */
  readonly isRight: boolean;
  /** Whether the same question had its answer in the cache the next time. */
  readonly hitAfterwards: boolean;
}

/** Makes each mutation in one workspace after the other: a question before, a question after, and the same once more. */
export async function tryMutations(workspace: MutableWorkspace): Promise<readonly MutationResult[]> {
  const allCached = (checks: readonly CheckResult[]) => checks.length > 0 && checks.every(({ cached }) => cached);
  const settle = async () => {
    // What was just written has to be older than a tick of the file system's clock before it counts as known.
    for (let round = 0; round < 4; round++) if (allCached(await workspace.judge())) return true;
    return false;
  };
  await settle();
  const results: MutationResult[] = [];
  for (const mutation of MUTATIONS) {
    mutation.change(workspace);
    const after = await workspace.judge();
    const isRight =
      mutation.missing === undefined
        ? allCached(after)
        : after.some(({ id, cached }) => id === mutation.missing && !cached);
    results.push({ mutation, isRight, hitAfterwards: await settle() });
  }
  return results;
}
