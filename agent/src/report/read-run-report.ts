import { z } from "zod";
import { messageOf, TrigateError } from "../errors/trigate-error.ts";
import { RUN_REPORT_VERSION, RunReport } from "../protocol/index.ts";
import type { JudgedRun } from "../tasks/proof/judged-run.ts";

const majorOf = (version: string) => version.split(".")[0];

/** Reads the report of `trigate run --format json`. Throws `tasks/bad-report` for anything else, and for one of another major version. */
export function readRunReport(text: string, file: string): JudgedRun {
  const read = RunReport.safeParse(parseJson(text, file));
  if (!read.success) {
    const problem = z.prettifyError(read.error).split("\n", 2).join(" ");
    throw new TrigateError("tasks/bad-report", { file, problem });
  }
  const report = read.data;
  if (majorOf(report.schemaVersion) !== majorOf(RUN_REPORT_VERSION))
    throw new TrigateError("tasks/bad-report", {
      file,
      problem: `its form has version ${report.schemaVersion}, this agent reads ${RUN_REPORT_VERSION}`,
    });
  return toJudgedRun(report);
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new TrigateError("tasks/bad-report", { file, problem: messageOf(error) }, { cause: error });
  }
}

function toJudgedRun(report: RunReport): JudgedRun {
  const { id, scope, tree, dirty, commit, environment, stages, findings, coverage, measurements, tests } = report;
  return {
    id,
    scope,
    tree,
    dirty,
    commit,
    agentVersion: environment.agentVersion,
    stages,
    findings: [
      ...findings
        .filter(({ suppressed }) => suppressed === undefined)
        .map(({ check, rule, message, file, range }) => ({ check, rule, message, file, line: range?.start.line })),
      ...tests.cases
        .filter(({ status }) => status === "failed")
        .map(({ check, name, file, line, message = "failed" }) => ({ check, rule: name, message, file, line })),
    ],
    patch: coverage?.patch && { covered: coverage.patch.covered, total: coverage.patch.total },
    measurements,
  };
}
