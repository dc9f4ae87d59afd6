import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import { countTests } from "../../../core/test-result.ts";
import type { CheckContext, ToolOutput } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { NAMED_COMMAND } from "../../named-command.ts";
import { FreshReports, type ReportText } from "../../reading/fresh-reports.ts";
import { parseJunit } from "../../reading/junit.ts";
import { countsInWords, junitTest } from "../../reading/junit-tests.ts";
import { freshCoverage } from "../../reading/placed-coverage.ts";
import { workspacePathOf } from "../../reading/report-path.ts";
import { runOrTake } from "../../reading/run-or-take.ts";
import { toolFailure } from "../../reading/tool-failure.ts";

const Settings = z.strictObject({
  okExitCodes: z
    .array(z.int().min(0).max(255))
    .default([0, 1])
    .describe("Exit codes after which the report counts; any other means that the command broke."),
});
type Settings = z.infer<typeof Settings>;

/** Any command that leaves JUnit XML: `command` and `report: { junit: path }`, with `coverage` or `report: { lcov: path }` beside it. */
export const junitChecker = defineChecker<Settings>({
  id: "junit",
  title: "Tests of any tool that writes JUnit XML",
  stage: "test",
  feeds: ["unit_pass", "integration_pass", "e2e_pass", "unit_coverage", "patch_coverage"],
  patterns: ["**/*"],
  configFiles: [],
  handles: "project",
  cacheable: true,
  exclusive: false,
  settings: Settings,
  install: 'give the check a "command" that leaves a JUnit report',
  ...NAMED_COMMAND,
  version: { args: ["--version"], pattern: /(\d+\.\d+(?:\.\d+)?\S*)/ },
  check,
});

async function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  const { report, coverage: coverageOption, args } = context.options;
  const junitPath = report["junit"] ?? "";
  const coveragePath = coverageOption ?? report["lcov"];
  const fresh = await FreshReports.watch(
    context,
    [junitPath, coveragePath ?? ""].filter((path) => path !== ""),
  );
  const output = await runOrTake(context, [...context.tool, ...args]);
  if (output.exitCode === undefined || !context.settings.okExitCodes.includes(output.exitCode))
    throw toolFailure(context.options.id, output, context);
  const text: ReportText =
    junitPath === "" ? { ok: true, text: await printedReport(context, output) } : await fresh.read(junitPath);
  const { cases, problems } = text.ok ? parseJunit(text.text) : { cases: [], problems: [`junit: ${text.problem}`] };
  const tests = cases.map((entry) =>
    junitTest(entry, entry.file === undefined ? undefined : workspacePathOf(context, entry.file)),
  );
  const counts = countTests(tests);
  const read = await freshCoverage(context, fresh, coveragePath);
  const unexplained =
    output.exitCode !== 0 && counts.failed === 0 && counts.total > 0
      ? [`junit: exit code ${output.exitCode}, but the report names no failed test`]
      : [];
  return {
    evidence:
      text.ok && problems.length === 0
        ? { exitCode: output.exitCode, summary: countsInWords(counts), source: "tool" }
        : undefined,
    findings: [],
    tests,
    coverage: read.coverage,
    problems: [...problems, ...read.problems, ...unexplained],
  };
}

/** A report that was printed can only be taken in from where it was kept. */
async function printedReport(context: CheckContext<Settings>, { stdout }: ToolOutput): Promise<string> {
  const kept = context.taken === undefined ? undefined : await context.readText(context.taken.report);
  return kept ?? stdout;
}
