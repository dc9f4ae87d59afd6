/** How a crashing agent is started again: waits double from `firstMs` to `longestMs`, then one gives up. */
export interface BackOffPolicy {
  readonly firstMs: number;
  readonly longestMs: number;
  /** Failures in a row after which nothing is tried any more until a person asks. */
  readonly giveUpAfter: number;
  /** An agent that lived this long counts as healthy: its end starts the count anew. */
  readonly healthyMs: number;
}

export const AGENT_BACK_OFF: BackOffPolicy = { firstMs: 250, longestMs: 15_000, giveUpAfter: 6, healthyMs: 60_000 };

/** Consecutive failures so far. */
export type BackOff = number;

export type RetryDecision =
  | { readonly kind: "retry"; readonly inMs: number; readonly failures: BackOff }
  | { readonly kind: "give-up"; readonly failures: BackOff };

/** Decides what follows a failure of something that had lived for `livedMs`. */
export function afterFailure(failures: BackOff, livedMs: number, policy: BackOffPolicy): RetryDecision {
  const inARow = livedMs >= policy.healthyMs ? 1 : failures + 1;
  if (inARow >= policy.giveUpAfter) return { kind: "give-up", failures: inARow };
  return { kind: "retry", inMs: Math.min(policy.firstMs * 2 ** (inARow - 1), policy.longestMs), failures: inARow };
}
