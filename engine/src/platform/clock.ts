/** Wall time as a port: a run never looks at the machine's own clock, so it can be repeated. */
export interface Clock {
  /** Milliseconds since 1970 UTC. */
  nowMs(): number;
  /** Nanoseconds since an arbitrary moment, never going back; for durations only. */
  elapsedNs(): bigint;
}

/** The machine's clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  elapsedNs: () => process.hrtime.bigint(),
};

/** A clock that stands at `nowMs` until it is moved. */
export function fixedClock(nowMs: number): Clock & { advance(ms: number): void } {
  let now = nowMs;
  return {
    nowMs: () => now,
    elapsedNs: () => BigInt(now) * 1_000_000n,
    advance(ms) {
      now += ms;
    },
  };
}
