import type { CheckResult } from "../../core/check.ts";
import type { Finding } from "../../core/finding.ts";
import type { Run, RunEvent } from "../../core/run.ts";
import { TrigateError } from "../../errors/trigate-error.ts";
import type { RunHandle, RunRequest, RunService } from "../../runs/run-service.ts";

/** One run that a test plays: it says what the checks find and when. */
export interface PlayedRun {
  readonly id: string;
  readonly request: RunRequest;
  readonly emit: (event: RunEvent) => void;
  /** Aborted when the run is cancelled. */
  readonly signal: AbortSignal;
}

/** Plays the gates of a workspace as a test tells it to; what it finished it remembers, like the real one. */
export class FakeRuns implements RunService {
  readonly played: PlayedRun[] = [];
  readonly #play: (run: PlayedRun) => Promise<Run>;
  readonly #finished: Run[] = [];
  readonly #idPrefix: string;

  constructor(play: (run: PlayedRun) => Promise<Run>, idPrefix = "run") {
    this.#play = play;
    this.#idPrefix = idPrefix;
  }

  start(request: RunRequest, onEvent: (event: RunEvent) => void): RunHandle {
    const controller = new AbortController();
    const { signal } = controller;
    const run: PlayedRun = { id: `${this.#idPrefix}-${this.played.length + 1}`, request, emit: onEvent, signal };
    this.played.push(run);
    return { id: run.id, cancel: () => controller.abort(), finished: this.#finish(run) };
  }

  async latest(): Promise<Run | undefined> {
    return this.#finished.at(-1);
  }

  async byId(id: string): Promise<Run | undefined> {
    return this.#finished.find((run) => run.id === id);
  }

  async #finish(run: PlayedRun): Promise<Run> {
    // The real one plans before its first event, too.
    await Promise.resolve();
    const cancelled = new Promise<never>((_resolve, reject) => {
      run.signal.addEventListener("abort", () => reject(new TrigateError("run/cancelled", {})), { once: true });
    });
    const finished = await Promise.race([this.#play(run), cancelled]);
    this.#finished.push(finished);
    run.emit({ type: "run-finished", run: finished });
    return finished;
  }
}

/** Plays a run of one check with the findings given, and ends at once. */
export function playFindings(findings: (run: PlayedRun) => readonly Finding[]): (run: PlayedRun) => Promise<Run> {
  return async (run) => {
    const result = checkResult({ findings: findings(run), filesInScope: run.request.paths });
    run.emit({
      type: "run-started",
      runId: run.id,
      checks: [{ id: result.id, tool: result.tool, stage: "static", files: 1 }],
    });
    run.emit({ type: "check-started", runId: run.id, check: result.id });
    run.emit({ type: "check-finished", runId: run.id, result });
    return finishedRun(run.id, [result]);
  };
}

export function finding(overrides: Partial<Finding> = {}): Finding {
  return {
    id: "f1",
    check: "oxlint",
    rule: "no-debugger",
    severity: "error",
    message: "no debugger",
    file: "src/a.ts",
    range: { start: { line: 1, column: 1 }, end: { line: 1, column: 9 } },
    fingerprint: "f".repeat(16),
    ...overrides,
  };
}

export function checkResult(overrides: Partial<CheckResult> = {}): CheckResult {
  const { findings = [] } = overrides;
  return {
    id: "oxlint",
    tool: "oxlint",
    toolVersion: "1.0.0",
    stage: "static",
    suite: undefined,
    feeds: [],
    advisory: false,
    optional: false,
    status: findings.length > 0 ? "failed" : "passed",
    reason: findings.length > 0 ? "findings" : "clean",
    message: "",
    cached: false,
    startedAtMs: 0,
    durationMs: 1,
    command: ["oxlint"],
    evidence: { files: 1 },
    filesInScope: [],
    findings,
    measurements: [],
    coverage: undefined,
    tests: [],
    problems: [],
    ...overrides,
  };
}

export function finishedRun(id: string, checks: readonly CheckResult[], overrides: Partial<Run> = {}): Run {
  const outcome = checks.some(({ status }) => status === "failed") ? "failed" : "passed";
  return {
    id,
    startedAtMs: 0,
    durationMs: 5,
    scope: { kind: "full", paths: [], stages: ["static"], checks: [], base: undefined },
    tree: undefined,
    dirty: false,
    commit: undefined,
    environment: {
      agentVersion: "0.0.1",
      node: "v24",
      platform: "linux",
      arch: "x64",
      cpu: "cpu",
      cores: 1,
      ci: false,
    },
    verdict: { outcome, reason: outcome === "failed" ? "findings" : "clean", message: "played" },
    stages: [{ stage: "static", verdict: outcome, gates: [], checks }],
    coverage: undefined,
    ...overrides,
  };
}
