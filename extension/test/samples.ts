import { CheckReport, RunSummary, TaskList } from "@trigate/agent/protocol";

// Values as the agent sends them, parsed by its own schemas: a sample that the protocol would refuse cannot stay here.

/** A check's report; `changes` replaces fields. */
export function checkReport(changes: Partial<CheckReport> = {}): CheckReport {
  return CheckReport.parse({
    id: "oxlint",
    tool: "oxlint",
    toolVersion: "1.89.0",
    status: "passed",
    reason: "clean",
    message: "3 files, no findings",
    advisory: false,
    cached: false,
    durationMs: 1234,
    command: ["oxlint", "--format", "json"],
    findings: 0,
    problems: [],
    ...changes,
  });
}

/** The summary of a run in which the static stage failed; `changes` replaces fields. */
export function runSummary(changes: Partial<RunSummary> = {}): RunSummary {
  const gate = (id: string, fields: object) => ({
    id,
    metric: id.split(".")[1],
    threshold: { written: "100%", operator: ">=", value: 100, unit: "percent" },
    advisory: false,
    verdict: "passed",
    reason: "within-limit",
    message: "",
    ...fields,
  });
  return RunSummary.parse({
    schemaVersion: "1.0",
    id: "run-1",
    startedAt: "2026-11-22T12:00:00.000Z",
    durationMs: 5000,
    scope: { kind: "full", paths: [], stages: [], checks: [] },
    dirty: false,
    environment: {
      agentVersion: "0.1.0",
      node: "24.21.0",
      platform: "linux",
      arch: "x64",
      cpu: "c",
      cores: 2,
      ci: false,
    },
    verdict: "failed",
    reason: "limit-missed",
    message: "static failed: code_style is 66.6 %, the limit is 100%",
    stages: [
      {
        stage: "static",
        verdict: "failed",
        gates: [
          gate("static.code_style", {
            actual: 66.66,
            verdict: "failed",
            reason: "limit-missed",
            message: "2 of 3 files",
          }),
          gate("static.type_coverage", { verdict: "errored", reason: "not-measured", message: "nothing measured it" }),
        ],
        checks: [checkReport({ status: "failed", reason: "findings", message: "1 finding", findings: 1 })],
      },
      {
        stage: "performance",
        verdict: "passed",
        gates: [
          gate("performance.latency[engine/*]", {
            actual: 81_250,
            threshold: { written: "p99 < 100us", operator: "<", value: 100_000, unit: "ns", statistic: "p99" },
          }),
        ],
        checks: [checkReport({ id: "engine-bench", tool: "google-benchmark", cached: true })],
      },
    ],
    counts: { findings: 1, tests: 6, testsFailed: 0, measurements: 1, coveragePercent: 99.96 },
    ...changes,
  });
}

const task = (id: string, fields: object = {}) => ({
  id,
  title: `Task ${id}`,
  description: "",
  details: "",
  testStrategy: "",
  status: "pending",
  priority: "medium",
  dependencies: [],
  blockedBy: [],
  ...(id.includes(".") ? {} : { subtasks: [] }),
  ...fields,
});

/** One done task, one open with subtasks, one that waits, one put aside; the next is a subtask. */
export function taskList(): TaskList {
  return TaskList.parse({
    tag: "master",
    tags: ["master"],
    tasks: [
      task("1", { status: "done" }),
      task("2", {
        status: "in-progress",
        priority: "high",
        subtasks: [task("2.1", { status: "done" }), task("2.2", { description: "Second part" })],
      }),
      task("3", { dependencies: ["2"], blockedBy: ["2"], testStrategy: "By hand", complexity: 7 }),
      task("4", { status: "deferred" }),
    ],
    next: "2.2",
    nextReason: "subtask of the task in progress",
  });
}
