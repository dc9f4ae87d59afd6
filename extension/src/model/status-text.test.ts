import { describe, expect, test } from "vitest";
import { checkReport, runSummary } from "../../test/samples.ts";
import type { Connection } from "./connection.ts";
import type { RunState } from "./run-state.ts";
import { formatPercent, gateText, statusText } from "./status-text.ts";

const ready: Connection = { kind: "ready", agentVersion: "0.1.0", trusted: true };
const none: RunState = { kind: "none" };

describe("statusText of the agent", () => {
  test.each<{ connection: Connection; text: string; tone: string }>([
    { connection: { kind: "starting" }, text: "$(loading~spin) Trigate", tone: "normal" },
    { connection: { kind: "stopped" }, text: "$(debug-disconnect) Trigate", tone: "normal" },
    {
      connection: { kind: "waiting", reason: "it ended", retryInMs: 1 },
      text: "$(sync~spin) Trigate restarts",
      tone: "warning",
    },
    { connection: { kind: "failed", reason: "it ended" }, text: "$(debug-disconnect) Trigate stopped", tone: "error" },
    { connection: { ...ready, trusted: false }, text: "$(shield) Trigate restricted", tone: "normal" },
    { connection: ready, text: "$(circle-large-outline) Trigate", tone: "normal" },
  ])("$connection.kind: $text", ({ connection, text, tone }) => {
    expect(statusText(connection, none)).toMatchObject({ text, tone });
  });

  test("says why the agent is down", () => {
    const connection: Connection = { kind: "failed", reason: "The Trigate agent ended (exit code 70)" };
    expect(statusText(connection, none).tooltip).toBe("The Trigate agent ended (exit code 70)");
  });
});

describe("statusText of a run", () => {
  test("counts finished checks, names those at work and is red as soon as one failed", () => {
    const run: RunState = {
      kind: "running",
      runId: "r",
      total: 5,
      current: ["tsc", "vitest"],
      finished: [checkReport(), checkReport({ status: "failed" })],
      previous: undefined,
    };
    expect(statusText(ready, run)).toEqual({
      text: "$(loading~spin) Trigate 2/5",
      tooltip: "The gates are running.\nAt work: tsc, vitest",
      tone: "error",
    });
  });

  test.each([
    { verdict: "passed", text: "$(pass) Trigate passed", tone: "normal" },
    { verdict: "failed", text: "$(error) Trigate failed", tone: "error" },
    { verdict: "errored", text: "$(question) Trigate errored", tone: "warning" },
    { verdict: "skipped", text: "$(circle-slash) Trigate skipped", tone: "normal" },
  ] as const)("$verdict", ({ verdict, text, tone }) => {
    expect(statusText(ready, { kind: "finished", summary: runSummary({ verdict }) })).toMatchObject({ text, tone });
  });

  test("says when only a part was judged", () => {
    const scope = { kind: "changed" as const, paths: [], stages: [], checks: [] };
    const summary = runSummary({ verdict: "passed", scope });
    expect(statusText(ready, { kind: "finished", summary }).text).toBe("$(pass) Trigate passed (changed)");
  });

  test("gives the reason, the stages and the figures", () => {
    expect(statusText(ready, { kind: "finished", summary: runSummary() }).tooltip.split("\n")).toEqual([
      "static failed: code_style is 66.6 %, the limit is 100%",
      "static: failed",
      "performance: passed",
      "1 finding",
      "6 tests, 0 failed",
      "99.9 % of the lines covered",
    ]);
  });
});

test.each([
  [100, "100 %"],
  [99.96, "99.9 %"],
  [0.04, "0 %"],
])("formatPercent(%d) never rounds up", (percent, text) => expect(formatPercent(percent)).toBe(text));

describe("gateText", () => {
  const [style, types] = runSummary().stages[0]?.gates ?? [];
  const latency = runSummary().stages[1]?.gates[0];
  test.each([
    { gate: style, text: "66.6 % (limit 100%)" },
    { gate: types, text: "nothing measured it" },
    { gate: latency, text: "81.3 µs (limit p99 < 100us)" },
  ])("$text", ({ gate, text }) => {
    if (gate === undefined) throw new Error("the sample lacks a gate");
    expect(gateText(gate)).toBe(text);
  });
});
