import type { RunEvent } from "@trigate/agent/protocol";
import { describe, expect, test } from "vitest";
import { checkReport, runSummary } from "../../test/samples.ts";
import { lastSummary, outcomeSoFar, type RunState, reduceRun } from "./run-state.ts";

const started = (runId: string): RunEvent => ({
  type: "run-started",
  runId,
  checks: [
    { id: "oxlint", tool: "oxlint", stage: "static", files: 3 },
    { id: "vitest", tool: "vitest", stage: "test", files: 2 },
  ],
});
const after = (state: RunState, ...events: RunEvent[]): RunState => events.reduce(reduceRun, state);
const none: RunState = { kind: "none" };
const finished: RunEvent = { type: "run-finished", runId: "run-1", summary: runSummary() };
const failedCheck: RunEvent = {
  type: "check-finished",
  runId: "run-1",
  stage: "static",
  report: checkReport({ status: "failed" }),
  findings: [],
};

describe("reduceRun", () => {
  test("follows a run from its start to its verdict", () => {
    const running = after(none, started("run-1"), { type: "check-started", runId: "run-1", check: "oxlint" });
    expect(running).toMatchObject({ kind: "running", total: 2, current: ["oxlint"], finished: [] });
    const halfway = after(running, failedCheck);
    expect(halfway).toMatchObject({ kind: "running", current: [], finished: [{ id: "oxlint" }] });
    expect(after(halfway, finished)).toEqual({ kind: "finished", summary: runSummary() });
  });

  test("keeps the old verdict during a new run and after its cancellation", () => {
    const second = after(none, started("run-1"), finished, started("run-2"));
    expect(lastSummary(second)?.id).toBe("run-1");
    const cancelled = after(second, { type: "run-cancelled", runId: "run-2" });
    expect(cancelled.kind).toBe("cancelled");
    expect(lastSummary(cancelled)?.id).toBe("run-1");
  });

  test("takes the verdict of a run whose start it did not see", () => {
    expect(after(none, finished).kind).toBe("finished");
  });

  test("is not moved by events of an older run", () => {
    const second = after(none, started("run-1"), started("run-2"));
    expect(after(second, finished, failedCheck, { type: "run-cancelled", runId: "run-1" })).toBe(second);
  });

  test("is not moved by a check of an unknown run", () => {
    expect(after(none, failedCheck)).toBe(none);
  });
});

describe("outcomeSoFar", () => {
  const running = (...reports: Parameters<typeof checkReport>[0][]) => {
    const state = after(none, started("run-1"));
    if (state.kind !== "running") throw new Error("the run did not start");
    return outcomeSoFar({ ...state, finished: reports.map((report) => checkReport(report)) });
  };
  test.each([
    { name: "nothing yet", reports: [], outcome: "skipped" },
    { name: "one passed", reports: [{}], outcome: "passed" },
    { name: "errored beats passed", reports: [{}, { status: "errored" }], outcome: "errored" },
    { name: "failed beats errored", reports: [{ status: "errored" }, { status: "failed" }], outcome: "failed" },
    { name: "advisory does not count", reports: [{ status: "failed", advisory: true }], outcome: "skipped" },
  ] as const)("$name: $outcome", ({ reports, outcome }) => expect(running(...reports)).toBe(outcome));
});
