import type { CheckResult } from "../check.ts";
import type { Finding } from "../finding.ts";
import type { Gate } from "../gate.ts";
import type { Measurement } from "../measurement.ts";
import { type MetricId, metricDefinition } from "../metrics.ts";
import { STAGES } from "../outcome.ts";
import type { Run, RunScope } from "../run.ts";
import { parseThreshold } from "../threshold.ts";

/** A check that looked and found nothing, but for what a test says otherwise. */
export function sampleCheck(different: Partial<CheckResult> = {}): CheckResult {
  return {
    id: "lint",
    tool: "oxlint",
    toolVersion: "1.0.0",
    stage: "static",
    suite: undefined,
    feeds: ["code_style"],
    advisory: false,
    optional: false,
    status: "passed",
    reason: "clean",
    message: "clean",
    cached: false,
    startedAtMs: 1_700_000_000_000,
    durationMs: 12.5,
    command: ["oxlint", "--format", "json"],
    evidence: { files: 1, exitCode: 0, summary: "1 file", source: "tool" },
    filesInScope: ["a.ts"],
    findings: [],
    measurements: [],
    coverage: undefined,
    tests: [],
    problems: [],
    ...different,
  };
}

export function sampleFinding(different: Partial<Finding> = {}): Finding {
  return {
    id: "lint:0123456789ab",
    check: "lint",
    rule: "no-var",
    severity: "error",
    message: "Use let or const.",
    file: "a.ts",
    range: { start: { line: 3, column: 1 }, end: { line: 3, column: 4 } },
    fingerprint: "0123456789abcdef0123456789abcdef",
    ...different,
  };
}

export function sampleMeasurement(different: Partial<Measurement> = {}): Measurement {
  return {
    check: "bench",
    benchmark: "engine/lookup",
    metric: "latency",
    unit: "ns",
    better: "lower",
    summary: { p50: 100, p99: 400 },
    ...different,
  };
}

/** A gate as `trigate.yaml` would make it: the metric, its limit as people write it. */
export function sampleGate(metric: MetricId, limit: string, different: Partial<Gate> = {}): Gate {
  const definition = metricDefinition(metric);
  const parsed = parseThreshold(limit, definition);
  if (!parsed.ok) throw new Error(parsed.problem);
  return {
    id: `${definition.stage}.${metric}`,
    stage: definition.stage,
    metric,
    threshold: parsed.threshold,
    advisory: false,
    configured: true,
    ...different,
  };
}

export const FULL_SCOPE: RunScope = { kind: "full", paths: [], stages: STAGES, checks: [], base: undefined };

export function sampleRun(different: Partial<Run> = {}): Run {
  return {
    id: "11111111-2222-4333-8444-555555555555",
    startedAtMs: 1_700_000_000_000,
    durationMs: 1234.5,
    scope: FULL_SCOPE,
    tree: "a".repeat(64),
    dirty: false,
    commit: "b".repeat(40),
    environment: {
      agentVersion: "0.1.0",
      node: "v24.0.0",
      platform: "linux",
      arch: "x64",
      cpu: "A processor",
      cores: 2,
      ci: false,
    },
    verdict: { outcome: "passed", reason: "within-limit", message: "1 gate passed" },
    stages: [{ stage: "static", verdict: "passed", gates: [], checks: [sampleCheck()] }],
    coverage: undefined,
    ...different,
  };
}
