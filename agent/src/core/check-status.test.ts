import { describe, expect, test } from "vitest";
import { statusOf } from "./check-status.ts";
import type { CheckOutput } from "./check.ts";
import { sampleFinding } from "./testing/samples.ts";
import type { TestStatus } from "./test-result.ts";

const looked: CheckOutput = { evidence: { files: 1 }, findings: [], problems: [] };
const testCase = (status: TestStatus) => ({ name: status, file: "", status, durationMs: 0 });

describe("statusOf", () => {
  test.each<{ name: string; output: CheckOutput; outcome: string; reason: string }>([
    { name: "nothing found", output: looked, outcome: "passed", reason: "clean" },
    {
      name: "a problem beside findings",
      output: { ...looked, findings: [sampleFinding()], problems: ["line 3"] },
      outcome: "errored",
      reason: "unreadable-report",
    },
    { name: "silence", output: { ...looked, evidence: undefined }, outcome: "errored", reason: "no-evidence" },
    { name: "an error", output: { ...looked, findings: [sampleFinding()] }, outcome: "failed", reason: "findings" },
    {
      name: "a warning",
      output: { ...looked, findings: [sampleFinding({ severity: "warning" })] },
      outcome: "failed",
      reason: "findings",
    },
    {
      name: "a remark",
      output: { ...looked, findings: [sampleFinding({ severity: "info" })] },
      outcome: "passed",
      reason: "clean",
    },
    { name: "no test", output: { ...looked, tests: [] }, outcome: "errored", reason: "no-tests" },
    { name: "a passed test", output: { ...looked, tests: [testCase("passed")] }, outcome: "passed", reason: "clean" },
    {
      name: "one failed test of two",
      output: { ...looked, tests: [testCase("passed"), testCase("failed")] },
      outcome: "failed",
      reason: "tests-failed",
    },
    {
      name: "only skipped tests",
      output: { ...looked, tests: [testCase("skipped")] },
      outcome: "errored",
      reason: "no-tests",
    },
  ])("$name: $outcome", ({ output, outcome, reason }) => expect(statusOf(output)).toMatchObject({ outcome, reason }));
});
