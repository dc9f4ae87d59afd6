import { summarizeCoverage } from "../../core/coverage-summary.ts";
import type { Run } from "../../core/run.ts";
import { sampleCheck, sampleFinding, sampleGate, sampleMeasurement, sampleRun } from "../../core/testing/samples.ts";

/** Text as a hostile repository, tool or model would have it, for a page, a terminal and a parser alike. */
export const HOSTILE = `<script>alert("x")</script>'"&\u001b]0;owned\u0007\u001b[31m\u202e\u0000\u009b2J%0A::error::x`;

/** A run in which every text that comes from outside is hostile, with everything that a run can hold. */
export function hostileRun(): Run {
  const file = `src/${HOSTILE}.ts`;
  const coverage = {
    files: [
      {
        file,
        lines: new Map([
          [1, 1],
          [2, 0],
          [3, 2],
        ]),
        branches: [{ line: 3, block: "0", branch: HOSTILE, taken: 0 }],
        functions: [{ name: HOSTILE, line: 1, hits: 1 }],
      },
    ],
    unplaced: [HOSTILE],
  };
  const checks = [
    sampleCheck({
      id: HOSTILE,
      toolVersion: HOSTILE,
      status: "failed",
      reason: "findings",
      message: HOSTILE,
      command: [HOSTILE],
      evidence: { files: 1, exitCode: 1, summary: HOSTILE, source: "tool" },
      findings: [
        sampleFinding({
          check: HOSTILE,
          rule: HOSTILE,
          message: HOSTILE,
          file,
          url: "https://localhost/rule",
          fix: {
            title: HOSTILE,
            edits: [{ range: { start: { line: 1, column: 1 }, end: { line: 1, column: 2 } }, newText: HOSTILE }],
          },
        }),
        sampleFinding({
          check: HOSTILE,
          rule: HOSTILE,
          message: HOSTILE,
          file: "",
          range: undefined,
          severity: "info",
        }),
        sampleFinding({ check: HOSTILE, severity: "warning", range: { start: { line: 2, column: 4 } } }),
      ],
      coverage,
      tests: [
        { name: HOSTILE, file, line: 7, status: "failed", durationMs: 1.5, message: `${HOSTILE}\n${HOSTILE}` },
        { name: "ok", file: "", status: "passed", durationMs: 0 },
        { name: "not now", file: "", status: "skipped", durationMs: 0, message: HOSTILE },
      ],
      measurements: [sampleMeasurement({ check: HOSTILE, benchmark: HOSTILE, samples: [1, 2] })],
    }),
    sampleCheck({
      id: "broken",
      toolVersion: undefined,
      status: "errored",
      reason: "tool-failed",
      message: HOSTILE,
      problems: [HOSTILE],
      evidence: undefined,
    }),
    sampleCheck({ id: "skipped", status: "skipped", reason: "optional-tool-missing", message: HOSTILE, command: [] }),
  ];
  const { id, stage, metric, threshold } = sampleGate("latency", "p99 < 1us", { pattern: HOSTILE });
  return sampleRun({
    id: HOSTILE,
    commit: HOSTILE,
    verdict: { outcome: "failed", reason: "findings", message: HOSTILE },
    environment: { ...sampleRun().environment, cpu: HOSTILE },
    stages: [
      { stage: "static", verdict: "failed", gates: [], checks },
      {
        stage: "performance",
        verdict: "failed",
        checks: [],
        gates: [
          {
            id: `${id}[${HOSTILE}]`,
            stage,
            metric,
            threshold: { ...threshold, written: HOSTILE },
            advisory: false,
            actual: 2000,
            verdict: "failed",
            reason: "limit-missed",
            message: HOSTILE,
          },
          {
            id,
            stage,
            metric,
            threshold,
            advisory: true,
            actual: undefined,
            verdict: "errored",
            reason: "not-measured",
            message: HOSTILE,
          },
        ],
      },
    ],
    coverage: summarizeCoverage(coverage.files, new Map([[file, new Set([2, 3])]]), [HOSTILE]),
  });
}
