import type { CoverageSummary } from "../../core/coverage-summary.ts";
import type { Outcome, Reason, Stage } from "../../core/outcome.ts";
import type { Run } from "../../core/run.ts";

/** What proof is made of, whether the run was made here or its report came from elsewhere. */
export interface JudgedRun {
  readonly id: string;
  readonly scope: {
    readonly kind: "full" | "changed" | "staged" | "paths";
    readonly paths: readonly string[];
    readonly stages: readonly Stage[];
    readonly checks: readonly string[];
  };
  /** Hash of what was judged; absent when it changed meanwhile. */
  readonly tree: string | undefined;
  readonly dirty: boolean;
  readonly commit: string | undefined;
  readonly agentVersion: string;
  readonly stages: readonly JudgedStage[];
  readonly findings: readonly JudgedFinding[];
  readonly patch: { readonly covered: number; readonly total: number } | undefined;
  readonly measurements: readonly JudgedMeasurement[];
}

export interface JudgedStage {
  readonly stage: Stage;
  readonly gates: readonly JudgedGate[];
  readonly checks: readonly JudgedCheck[];
}

export interface JudgedGate {
  readonly id: string;
  readonly actual?: number | undefined;
  readonly threshold: { readonly written: string };
  readonly advisory: boolean;
  readonly verdict: Outcome;
  readonly reason: string;
  readonly message: string;
}

export interface JudgedCheck {
  readonly id: string;
  readonly status: Outcome;
  readonly reason: string;
  readonly message: string;
  readonly advisory: boolean;
}

/** A finding that counts, or a test that failed. */
export interface JudgedFinding {
  readonly check: string;
  /** Of a test, its name. */
  readonly rule: string;
  readonly message: string;
  readonly file: string;
  readonly line: number | undefined;
}

export interface JudgedMeasurement {
  readonly check: string;
  readonly benchmark: string;
  readonly metric: string;
  readonly unit: string;
  readonly summary: Readonly<Record<string, number | undefined>>;
}

/** Reasons for which a gate or check is skipped and nobody need worry: there was nothing for it. */
export const NOTHING_TO_JUDGE: ReadonlySet<string> = new Set<Reason>(["nothing-in-scope"]);

/** A run of this agent as proof sees it. */
export function judgedRun(run: Run): JudgedRun {
  const checks = run.stages.flatMap((stage) => stage.checks);
  const { kind, paths, stages, checks: asked } = run.scope;
  return {
    id: run.id,
    scope: { kind, paths, stages, checks: asked },
    tree: run.tree,
    dirty: run.dirty,
    commit: run.commit,
    agentVersion: run.environment.agentVersion,
    stages: run.stages,
    findings: checks.flatMap(({ id, findings, tests }) => [
      ...findings
        .filter(({ suppressed }) => suppressed === undefined)
        .map(({ check, rule, message, file, range }) => ({ check, rule, message, file, line: range?.start.line })),
      ...tests
        .filter(({ status }) => status === "failed")
        .map(({ name, file, line, message = "failed" }) => ({ check: id, rule: name, message, file, line })),
    ]),
    patch: patchOf(run.coverage),
    measurements: checks.flatMap(({ measurements }) => measurements),
  };
}

function patchOf(coverage: CoverageSummary | undefined): JudgedRun["patch"] {
  return coverage?.patch && { covered: coverage.patch.covered, total: coverage.patch.total };
}
