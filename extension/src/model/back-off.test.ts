import { expect, test } from "vitest";
import { AGENT_BACK_OFF, afterFailure } from "./back-off.ts";

test("waits double up to a limit, then a person is asked", () => {
  const waits: (number | string)[] = [];
  for (let failures = 0; failures < AGENT_BACK_OFF.giveUpAfter; failures++) {
    const decision = afterFailure(failures, 10, AGENT_BACK_OFF);
    waits.push(decision.kind === "retry" ? decision.inMs : decision.kind);
  }
  expect(waits).toEqual([250, 500, 1000, 2000, 4000, "give-up"]);
});

test("never waits longer than the limit", () => {
  const decision = afterFailure(20, 0, { ...AGENT_BACK_OFF, giveUpAfter: 100 });
  expect(decision).toEqual({ kind: "retry", inMs: AGENT_BACK_OFF.longestMs, failures: 21 });
});

test("a life that was long enough makes an end the first again", () => {
  expect(afterFailure(4, AGENT_BACK_OFF.healthyMs, AGENT_BACK_OFF)).toEqual({ kind: "retry", inMs: 250, failures: 1 });
});
