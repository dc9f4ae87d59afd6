import type { CheckResult } from "./check.ts";
import type { CoverageSummary } from "./coverage-summary.ts";
import type { GateResult } from "./gate.ts";
import type { Outcome, Stage, Verdict } from "./outcome.ts";

/** What a run was asked to judge. */
export interface RunScope {
  readonly kind: "full" | "changed" | "staged" | "paths";
  readonly paths: readonly string[];
  readonly stages: readonly Stage[];
  /** Ids of the checks asked for; empty for all of the stages. */
  readonly checks: readonly string[];
  /** Where the changed lines are counted from, when a repository and a base are known. */
  readonly base: string | undefined;
}

/** The machine and versions that a run's figures belong to. */
export interface RunEnvironment {
  readonly agentVersion: string;
  readonly node: string;
  readonly platform: string;
  readonly arch: string;
  readonly cpu: string;
  readonly cores: number;
  readonly ci: boolean;
}

export interface StageResult {
  readonly stage: Stage;
  readonly verdict: Outcome;
  readonly gates: readonly GateResult[];
  readonly checks: readonly CheckResult[];
}

/** A whole run, after judging: the value that every face of the product reads. */
export interface Run {
  readonly id: string;
  readonly startedAtMs: number;
  readonly durationMs: number;
  readonly scope: RunScope;
  /** Hash of the content that was judged; absent when it changed while it was judged. */
  readonly tree: string | undefined;
  readonly dirty: boolean;
  readonly commit: string | undefined;
  readonly environment: RunEnvironment;
  readonly verdict: Verdict;
  readonly stages: readonly StageResult[];
  readonly coverage: CoverageSummary | undefined;
}

/** What happens during a run, in order, as one stream. */
export type RunEvent =
  | { readonly type: "run-started"; readonly runId: string; readonly checks: readonly PlannedSummary[] }
  | { readonly type: "check-started"; readonly runId: string; readonly check: string }
  | { readonly type: "check-finished"; readonly runId: string; readonly result: CheckResult }
  | { readonly type: "run-finished"; readonly run: Run };

export interface PlannedSummary {
  readonly id: string;
  readonly tool: string;
  readonly stage: Stage;
  readonly files: number;
}
