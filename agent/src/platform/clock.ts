import { randomBytes, randomUUID } from "node:crypto";

/** Time as the agent sees it; tests hand in their own. */
export interface Clock {
  /** Milliseconds since 1970, for what is shown and stored. */
  readonly now: () => number;
  /** Milliseconds that only grow, for durations. */
  readonly elapsed: () => number;
}

export const systemClock: Clock = { now: () => Date.now(), elapsed: () => performance.now() };

/** Ids of runs and tokens; tests hand in predictable ones. */
export interface Ids {
  readonly runId: () => string;
  /** A secret of 256 bits as text. */
  readonly token: () => string;
}

export const randomIds: Ids = { runId: () => randomUUID(), token: () => randomBytes(32).toString("base64url") };
