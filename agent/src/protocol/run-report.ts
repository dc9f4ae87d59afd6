import { z } from "zod";

/** Version of the run report's form. A reader of another major version must refuse it. */
export const RUN_REPORT_VERSION = "1.0";

export const Stage = z.enum(["static", "test", "performance"]);
export const Outcome = z.enum(["passed", "failed", "errored", "skipped"]);

export const Position = z.strictObject({ line: z.int().min(1), column: z.int().min(1) });
export const Range = z.strictObject({ start: Position, end: Position.optional() });
export const TextEdit = z.strictObject({
  range: z.strictObject({ start: Position, end: Position }),
  newText: z.string(),
});
export const Fix = z.strictObject({ title: z.string(), edits: z.array(TextEdit) });

export const Finding = z.strictObject({
  id: z.string(),
  check: z.string(),
  rule: z.string(),
  severity: z.enum(["error", "warning", "info"]),
  message: z.string(),
  /** Relative to the workspace root, with `/`; empty when it belongs to no file. */
  file: z.string(),
  range: Range.optional(),
  fix: Fix.optional(),
  url: z.string().optional(),
  fingerprint: z.string(),
  /** Present when the finding does not count, with the reason. */
  suppressed: z
    .strictObject({
      kind: z.enum(["baseline", "inline", "rule", "unchanged-line"]),
      reason: z.string(),
      expires: z.string().optional(),
    })
    .optional(),
});

export const Threshold = z.strictObject({
  written: z.string(),
  statistic: z.string().optional(),
  operator: z.string(),
  value: z.number(),
  unit: z.string(),
});

export const GateReport = z.strictObject({
  id: z.string(),
  metric: z.string(),
  /** In `threshold.unit`; absent when nothing could be judged. */
  actual: z.number().optional(),
  threshold: Threshold,
  advisory: z.boolean(),
  verdict: Outcome,
  reason: z.string(),
  message: z.string(),
});

export const Evidence = z.strictObject({
  files: z.int().optional(),
  exitCode: z.int().optional(),
  summary: z.string().optional(),
  source: z.enum(["tool", "taken-in", "cache"]).optional(),
});

export const CheckReport = z.strictObject({
  id: z.string(),
  tool: z.string(),
  toolVersion: z.string().optional(),
  status: Outcome,
  reason: z.string(),
  message: z.string(),
  advisory: z.boolean(),
  cached: z.boolean(),
  durationMs: z.number().nonnegative(),
  command: z.array(z.string()),
  evidence: Evidence.optional(),
  /** How many; the findings themselves are listed once for the whole run. */
  findings: z.int(),
  problems: z.array(z.string()),
});

export const StageReport = z.strictObject({
  stage: Stage,
  verdict: Outcome,
  gates: z.array(GateReport),
  checks: z.array(CheckReport),
});

export const Ratio = z.strictObject({ covered: z.int(), total: z.int(), percent: z.number().optional() });

export const FileCoverage = z.strictObject({
  file: z.string(),
  lines: Ratio,
  /** Line numbers by state, as `[first, last]` pairs, ascending. A line in none of them is not coverable. */
  covered: z.array(z.tuple([z.int(), z.int()])),
  partial: z.array(z.tuple([z.int(), z.int()])),
  missed: z.array(z.tuple([z.int(), z.int()])),
  /** Measured by an earlier run, and not again by this one, which looked at a part only. */
  carried: z.boolean().optional(),
  /** Lines edited since an earlier run measured them, and not measured again. */
  stale: z.array(z.tuple([z.int(), z.int()])).optional(),
});

export const CodecovStatus = z.strictObject({
  /** As the service calls it, such as `codecov/patch`; `trigate/unmeasured` is Trigate's own. */
  name: z.string(),
  /** `none`: the service would show no such status. */
  state: z.enum(["success", "failure", "error", "pending", "none"]),
  /** In the service's words. */
  description: z.string(),
  /** Which figures and rules led to the state. */
  why: z.string(),
});

export const CoverageReport = z.strictObject({
  lines: Ratio,
  branches: Ratio,
  functions: Ratio,
  patch: Ratio.extend({ missed: z.record(z.string(), z.array(z.int())) }).optional(),
  /** Coverage by flag, when `codecov.yml` names flags. */
  flags: z.record(z.string(), Ratio),
  /** What Codecov would say of this content, when there is a `codecov.yml`. */
  statuses: z.array(CodecovStatus).optional(),
  /** Changed files that no coverage report mentions. */
  unmeasured: z.array(z.string()),
  /** Files that a coverage report names and that have no place in the workspace, and why. */
  unplaced: z.array(z.strictObject({ file: z.string(), reason: z.string() })).optional(),
  files: z.array(FileCoverage),
});

export const Measurement = z.strictObject({
  check: z.string(),
  benchmark: z.string(),
  metric: z.string(),
  unit: z.string(),
  better: z.enum(["lower", "higher"]),
  samples: z.array(z.number()).optional(),
  summary: z.record(z.string(), z.number()),
});

export const TestCase = z.strictObject({
  check: z.string(),
  name: z.string(),
  file: z.string(),
  line: z.int().optional(),
  status: z.enum(["passed", "failed", "skipped"]),
  durationMs: z.number().nonnegative(),
  message: z.string().optional(),
});

export const ImpactReport = z.strictObject({
  check: z.string(),
  mode: z.enum(["select", "shadow"]),
  selected: z.int(),
  total: z.int(),
  /** Why all tests were needed. */
  why: z.string().optional(),
  /** Failed, and would not have been selected; only shadow mode knows. */
  missed: z.array(z.string()).optional(),
  /** Over all shadow runs of the check on this machine. */
  tally: z.strictObject({ runs: z.int(), failures: z.int(), missed: z.int() }).optional(),
});

/** The report that `trigate run --format json` prints. */
export const RunReport = z.strictObject({
  schemaVersion: z.string(),
  id: z.string(),
  startedAt: z.iso.datetime(),
  durationMs: z.number().nonnegative(),
  scope: z.strictObject({
    kind: z.enum(["full", "changed", "staged", "paths"]),
    paths: z.array(z.string()),
    stages: z.array(Stage),
    checks: z.array(z.string()),
  }),
  /** Hash of the content that was judged. */
  tree: z.string().optional(),
  dirty: z.boolean(),
  commit: z.string().optional(),
  base: z.string().optional(),
  environment: z.strictObject({
    agentVersion: z.string(),
    node: z.string(),
    platform: z.string(),
    arch: z.string(),
    cpu: z.string(),
    cores: z.int(),
    ci: z.boolean(),
  }),
  verdict: Outcome,
  reason: z.string(),
  message: z.string(),
  stages: z.array(StageReport),
  findings: z.array(Finding),
  coverage: CoverageReport.optional(),
  measurements: z.array(Measurement),
  tests: z.strictObject({
    total: z.int(),
    passed: z.int(),
    failed: z.int(),
    skipped: z.int(),
    cases: z.array(TestCase),
    /** Which tests the change needed, by check, where that was asked. */
    impact: z.array(ImpactReport).optional(),
  }),
});

/** The report without its long lists: what ws and MCP answer first. */
export const RunSummary = RunReport.omit({ findings: true, coverage: true, measurements: true, tests: true }).extend({
  counts: z.strictObject({
    findings: z.int(),
    tests: z.int(),
    testsFailed: z.int(),
    measurements: z.int(),
    coveragePercent: z.number().optional(),
    patchPercent: z.number().optional(),
  }),
});

export type RunReport = z.infer<typeof RunReport>;
export type RunSummary = z.infer<typeof RunSummary>;
export type Finding = z.infer<typeof Finding>;
export type FileCoverage = z.infer<typeof FileCoverage>;
export type CheckReport = z.infer<typeof CheckReport>;
export type GateReport = z.infer<typeof GateReport>;
export type Outcome = z.infer<typeof Outcome>;
export type Stage = z.infer<typeof Stage>;
