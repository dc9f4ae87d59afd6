import type { CoverageReport } from "./coverage.ts";
import type { Finding, ReportedFinding } from "./finding.ts";
import type { TestInputs } from "./impact.ts";
import type { Measurement, ReportedMeasurement } from "./measurement.ts";
import type { MetricId, Suite } from "./metrics.ts";
import type { Outcome, Reason, Stage } from "./outcome.ts";
import type { TestCase } from "./test-result.ts";

/** What shows that a tool really looked. A check without it is errored, whatever its exit code. */
export interface Evidence {
  /** Files that the tool was handed or itself says it read; absent when neither is known. */
  readonly files?: number | undefined;
  readonly exitCode?: number | undefined;
  /** The tool's own closing words or counts, such as `Found 3 errors` or `12 passed`. */
  readonly summary?: string | undefined;
  /** Where the report came from: the tool's output, or a report that another command had just produced. */
  readonly source?: "tool" | "taken-in" | "cache" | undefined;
}

/** What an adapter gives back: pure data, no judgement. `problems` are things that it could not read. */
export interface CheckOutput {
  readonly evidence: Evidence | undefined;
  readonly findings: readonly ReportedFinding[];
  readonly measurements?: readonly ReportedMeasurement[] | undefined;
  readonly coverage?: CoverageReport | undefined;
  readonly tests?: readonly TestCase[] | undefined;
  /** Which sources the test files load, where that was asked and the tool knows. */
  readonly testInputs?: TestInputs | undefined;
  readonly problems: readonly string[];
  /** Files looked at that are not in `evidence.files`' list; for the share of clean files. */
  readonly filesLookedAt?: readonly string[] | undefined;
}

/** Which tests a change needed. Counts are of test functions, whatever their parameters, or of test files. */
export interface TestImpact {
  /** `shadow`: all were run, to count what a selection would have missed. */
  readonly mode: "select" | "shadow";
  readonly selected: number;
  readonly total: number;
  /** Why all of them were needed. */
  readonly why?: string | undefined;
  /** Failed, and would not have been selected. Only shadow mode knows. */
  readonly missed?: readonly string[] | undefined;
  /** Over all shadow runs of this check on this machine. */
  readonly tally?: { readonly runs: number; readonly failures: number; readonly missed: number } | undefined;
}

/** A check after it ran, was answered from the cache or was skipped. */
export interface CheckResult {
  readonly id: string;
  readonly tool: string;
  readonly toolVersion: string | undefined;
  readonly stage: Stage;
  readonly suite: Suite | undefined;
  readonly feeds: readonly MetricId[];
  readonly advisory: boolean;
  readonly optional: boolean;
  readonly status: Outcome;
  readonly reason: Reason;
  /** One or more sentences: what happened and what to do about it. */
  readonly message: string;
  readonly cached: boolean;
  readonly startedAtMs: number;
  readonly durationMs: number;
  /** The command as an argument vector; empty when nothing was started. */
  readonly command: readonly string[];
  readonly evidence: Evidence | undefined;
  readonly filesInScope: readonly string[];
  readonly findings: readonly Finding[];
  readonly measurements: readonly Measurement[];
  readonly coverage: CoverageReport | undefined;
  readonly tests: readonly TestCase[];
  readonly problems: readonly string[];
  readonly testInputs?: TestInputs | undefined;
  /** Which tests the change needed, where that was asked. */
  readonly impact?: TestImpact | undefined;
  /** The findings were wanted at once; their fixes come with another run of this check. */
  readonly fixesLeftOut?: boolean;
}
