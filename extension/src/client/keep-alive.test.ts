import { expect, test } from "vitest";
import { AGENT_BACK_OFF } from "../model/back-off.ts";
import { keepAlive, systemTimer, type Timer } from "./keep-alive.ts";

/** A clock that only moves when someone waits or lives. */
function handClock(): Timer & { pass(ms: number): void; readonly waits: number[] } {
  let nowMs = 0;
  const waits: number[] = [];
  return {
    waits,
    now: () => nowMs,
    pass: (ms) => {
      nowMs += ms;
    },
    delay: async (ms) => {
      waits.push(ms);
      nowMs += ms;
    },
  };
}

/** Keeps something alive that lives as long as each of `lives` says and then fails with its place in the list. */
async function keep(lives: readonly number[], options: { finalAt?: number } = {}) {
  const timer = handClock();
  const stop = new AbortController();
  let turn = 0;
  const outcome = await keepAlive(
    {
      live: async () => {
        const ms = lives[turn++];
        if (ms === undefined) stop.abort();
        timer.pass(ms ?? 0);
        throw new Error(`failure ${turn}`);
      },
      isFinal: () => turn === options.finalAt,
      onRetry: () => undefined,
      policy: AGENT_BACK_OFF,
      timer,
    },
    stop.signal,
  ).then(
    () => "stopped",
    (error: unknown) => (error instanceof Error ? error.message : ""),
  );
  return { outcome, waits: timer.waits };
}

test("starts again with growing pauses until it is stopped", async () => {
  expect(await keep([1, 1, 1])).toEqual({ outcome: "stopped", waits: [250, 500, 1000] });
});

test("gives up after too many failures in a row, with the last one", async () => {
  expect(await keep([1, 1, 1, 1, 1, 1, 1])).toMatchObject({ outcome: "failure 6", waits: { length: 5 } });
});

test("counts anew after a long life", async () => {
  expect(await keep([1, 1, AGENT_BACK_OFF.healthyMs, 1])).toMatchObject({ waits: [250, 500, 250, 500] });
});

test("does not try again what starting again cannot mend", async () => {
  expect(await keep([1, 1, 1], { finalAt: 2 })).toEqual({ outcome: "failure 2", waits: [250] });
});

test("the real clock's pause ends at once when it is stopped", async () => {
  const stop = new AbortController();
  const pause = systemTimer.delay(600_000, stop.signal);
  stop.abort();
  await expect(pause).resolves.toBeUndefined();
});
