import type { CheckResult } from "../core/check.ts";
import { lineStates, percentOf, type FileCoverage, type LineState, type Ratio } from "../core/coverage.ts";
import type { CoverageSummary } from "../core/coverage-summary.ts";
import type { Finding } from "../core/finding.ts";
import type { GateResult } from "../core/gate.ts";
import type { Run, RunEvent } from "../core/run.ts";
import { countTests } from "../core/test-result.ts";
import {
  type RunEvent as WireRunEvent,
  RUN_REPORT_VERSION,
  type CheckReport,
  type FileCoverage as WireFileCoverage,
  type Finding as WireFinding,
  type GateReport,
  type RunReport,
  type RunSummary,
} from "../protocol/index.ts";

/** The run as other programs read it: the form of `--format json`. */
export function toRunReport(run: Run): RunReport {
  const checks = run.stages.flatMap((stage) => stage.checks);
  const cases = checks.flatMap(({ id, tests }) => tests.map((testCase) => ({ check: id, ...dropUndefined(testCase) })));
  const coverage = run.coverage === undefined ? undefined : toCoverageReport(run.coverage);
  return {
    ...reportHead(run),
    findings: checks.flatMap(({ findings }) => findings.map(toFinding)),
    ...(coverage === undefined ? {} : { coverage }),
    measurements: checks.flatMap(({ measurements }) =>
      measurements.map((measurement) => ({
        ...dropUndefined(measurement),
        summary: dropUndefined(measurement.summary),
        samples: [...(measurement.samples ?? [])],
      })),
    ),
    tests: { ...countTests(checks.flatMap(({ tests }) => tests)), cases, ...impactOf(checks) },
  };
}

function impactOf(checks: readonly CheckResult[]): Pick<RunReport["tests"], "impact"> {
  const impact = checks.flatMap(({ id, impact: told }) => {
    if (told === undefined) return [];
    const { missed, tally, ...rest } = told;
    const { runs = 0, failures = 0, missed: missedEver = 0 } = tally ?? {};
    return [
      {
        check: id,
        ...dropUndefined(rest),
        ...(missed === undefined ? {} : { missed: [...missed] }),
        ...(tally === undefined ? {} : { tally: { runs, failures, missed: missedEver } }),
      },
    ];
  });
  return impact.length === 0 ? {} : { impact };
}

/** The run without its long lists. */
export function toRunSummary(run: Run): RunSummary {
  const checks = run.stages.flatMap((stage) => stage.checks);
  const tests = countTests(checks.flatMap((check) => check.tests));
  const lines = run.coverage && percentOf(run.coverage.lines);
  const patch = run.coverage?.patch && percentOf(run.coverage.patch);
  return {
    ...reportHead(run),
    counts: {
      findings: checks.reduce((sum, { findings }) => sum + findings.length, 0),
      tests: tests.total,
      testsFailed: tests.failed,
      measurements: checks.reduce((sum, { measurements }) => sum + measurements.length, 0),
      ...(lines === undefined ? {} : { coveragePercent: lines }),
      ...(patch === undefined ? {} : { patchPercent: patch }),
    },
  };
}

function reportHead(run: Run) {
  const { kind, paths, stages, checks, base } = run.scope;
  return {
    schemaVersion: RUN_REPORT_VERSION,
    id: run.id,
    startedAt: new Date(run.startedAtMs).toISOString(),
    durationMs: run.durationMs,
    scope: { kind, paths: [...paths], stages: [...stages], checks: [...checks] },
    ...dropUndefined({ tree: run.tree, commit: run.commit, base }),
    dirty: run.dirty,
    environment: run.environment,
    verdict: run.verdict.outcome,
    reason: run.verdict.reason,
    message: run.verdict.message,
    stages: run.stages.map((stage) => ({
      stage: stage.stage,
      verdict: stage.verdict,
      gates: stage.gates.map(toGateReport),
      checks: stage.checks.map(toCheckReport),
    })),
  };
}

function toGateReport({ id, metric, actual, threshold, advisory, verdict, reason, message }: GateResult): GateReport {
  return {
    id,
    metric,
    ...dropUndefined({ actual }),
    threshold: dropUndefined(threshold),
    advisory,
    verdict,
    reason,
    message,
  };
}

function toCheckReport(check: CheckResult): CheckReport {
  const {
    id,
    tool,
    toolVersion,
    status,
    reason,
    message,
    advisory,
    cached,
    durationMs,
    command,
    evidence,
    findings,
    problems,
  } = check;
  return {
    id,
    tool,
    ...dropUndefined({ toolVersion }),
    status,
    reason,
    message,
    advisory,
    cached,
    durationMs,
    command: [...command],
    ...(evidence === undefined ? {} : { evidence: dropUndefined(evidence) }),
    findings: findings.length,
    problems: [...problems],
  };
}

export function toFinding({
  id,
  check,
  rule,
  severity,
  message,
  file,
  range,
  fix,
  url,
  fingerprint,
  suppressed,
}: Finding): WireFinding {
  return {
    id,
    check,
    rule,
    severity,
    message,
    file,
    ...(range === undefined ? {} : { range: dropUndefined(range) }),
    ...(fix === undefined ? {} : { fix: { title: fix.title, edits: [...fix.edits] } }),
    ...dropUndefined({ url }),
    fingerprint,
    ...(suppressed === undefined ? {} : { suppressed: dropUndefined(suppressed) }),
  };
}

function toCoverageReport(coverage: CoverageSummary): NonNullable<RunReport["coverage"]> {
  const { patch, codecov } = coverage;
  return {
    lines: toRatio(coverage.lines),
    branches: toRatio(coverage.branches),
    functions: toRatio(coverage.functions),
    ...(patch === undefined
      ? {}
      : {
          patch: {
            ...toRatio(patch),
            missed: Object.fromEntries([...patch.missed].map(([file, lines]) => [file, [...lines]])),
          },
        }),
    flags: Object.fromEntries(Object.entries(codecov?.flags ?? {}).map(([flag, ratio]) => [flag, toRatio(ratio)])),
    ...(codecov === undefined ? {} : { statuses: [...codecov.statuses] }),
    unmeasured: [...coverage.unmeasured],
    ...(coverage.unplaced === undefined ? {} : { unplaced: coverage.unplaced.map((each) => ({ ...each })) }),
    files: coverage.files.map(toFileCoverage),
  };
}

export function toFileCoverage(file: FileCoverage): WireFileCoverage {
  const states = [...lineStates(file)].toSorted(([a], [b]) => a - b);
  const ranges = (state: LineState) => toRanges(states.filter(([, other]) => other === state).map(([line]) => line));
  const covered = states.filter(([, state]) => state !== "missed").length;
  return {
    file: file.file,
    lines: toRatio({ covered, total: states.length }),
    covered: ranges("covered"),
    partial: ranges("partial"),
    missed: ranges("missed"),
    ...dropUndefined({
      carried: file.carried,
      stale: file.stale?.map(([first, last]): [number, number] => [first, last]),
    }),
  };
}

function toRatio({ covered, total }: Ratio) {
  return { covered, total, ...dropUndefined({ percent: percentOf({ covered, total }) }) };
}

/** Ascending numbers as `[first, last]` pairs. */
function toRanges(lines: readonly number[]): [number, number][] {
  const ranges: [number, number][] = [];
  for (const line of lines) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === line - 1) last[1] = line;
    else ranges.push([line, line]);
  }
  return ranges;
}

/** Events as clients see them. */
export function toWireEvent(event: RunEvent): WireRunEvent {
  switch (event.type) {
    case "run-started":
      return { type: "run-started", runId: event.runId, checks: [...event.checks] };
    case "check-started":
      return event;
    case "check-finished":
      return {
        type: "check-finished",
        runId: event.runId,
        stage: event.result.stage,
        report: toCheckReport(event.result),
        findings: event.result.findings.map(toFinding),
      };
    case "run-finished":
      return { type: "run-finished", runId: event.run.id, summary: toRunSummary(event.run) };
  }
}

type Defined<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The same object without the keys whose value is `undefined`, as JSON would have it. */
function dropUndefined<T extends object>(value: T): Defined<T>;
function dropUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined));
}
