import { afterFailure, type BackOff, type BackOffPolicy } from "../model/back-off.ts";

/** Time, so that tests do not wait. `delay` ends early when `signal` aborts. */
export interface Timer {
  now(): number;
  delay(ms: number, signal: AbortSignal): Promise<void>;
}

export interface Upkeep {
  /** Starts the thing and stays pending as long as it lives; rejects with the reason when it ends. */
  live(signal: AbortSignal): Promise<never>;
  /** Failures that starting again cannot mend. */
  isFinal(error: unknown): boolean;
  onRetry(error: unknown, inMs: number): void;
  readonly policy: BackOffPolicy;
  readonly timer: Timer;
}

/** Keeps something alive with growing pauses. Resolves when `signal` aborts; rejects with the last failure on giving up. */
export async function keepAlive(upkeep: Upkeep, signal: AbortSignal): Promise<void> {
  let failures: BackOff = 0;
  while (!signal.aborted) {
    const startedAtMs = upkeep.timer.now();
    const error = await upkeep.live(signal).catch((reason: unknown) => reason);
    if (signal.aborted) return;
    if (upkeep.isFinal(error)) throw error;
    const decision = afterFailure(failures, upkeep.timer.now() - startedAtMs, upkeep.policy);
    if (decision.kind === "give-up") throw error;
    failures = decision.failures;
    upkeep.onRetry(error, decision.inMs);
    await upkeep.timer.delay(decision.inMs, signal);
  }
}

/** The real clock. */
export const systemTimer: Timer = {
  now: () => Date.now(),
  delay: (ms, signal) =>
    new Promise((resolve) => {
      const end = () => {
        clearTimeout(timeout);
        signal.removeEventListener("abort", end);
        resolve();
      };
      const timeout = setTimeout(end, ms);
      signal.addEventListener("abort", end, { once: true });
    }),
};
