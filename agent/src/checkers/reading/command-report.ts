import type { CheckOutput } from "../../core/check.ts";
import type { ReportedMeasurement } from "../../core/measurement.ts";
import type { CheckContext } from "../checker.ts";
import { FreshReports, type ReportText } from "./fresh-reports.ts";
import { toolFailure } from "./tool-failure.ts";

/**
 * Runs a check's command and gives what it reported in a format: the file that `report` names for it, which must be newer
 * than the run, or standard output. Throws `checker/tool-failed` for any exit code but 0. `said` is what it printed
 * besides the report.
 */
export async function runForReport(
  context: CheckContext,
  format: string,
): Promise<{ readonly report: ReportText; readonly said: string }> {
  const path = context.options.report[format] ?? "";
  const fresh = await FreshReports.watch(context, path === "" ? [] : [path]);
  const output = await context.run([...context.tool, ...context.options.args]);
  if (output.exitCode !== 0) throw toolFailure(format, output, context);
  return path === ""
    ? { report: { ok: true, text: output.stdout }, said: output.stderr }
    : { report: await fresh.read(path), said: `${output.stdout}\n${output.stderr}` };
}

interface Measured {
  readonly measurements: readonly ReportedMeasurement[];
  readonly problems: readonly string[];
}

/** What the measurements are that a check's command reports in a format; `read` makes them of the report's text. */
export async function runForMeasurements(
  context: CheckContext,
  format: string,
  read: (text: string) => Measured,
): Promise<CheckOutput> {
  const { report } = await runForReport(context, format);
  if (!report.ok) return { evidence: undefined, findings: [], problems: [`${format}: ${report.problem}`] };
  const { measurements, problems } = read(report.text);
  const summary = `${measurements.length} measurements`;
  return {
    evidence: measurements.length > 0 ? { exitCode: 0, summary, source: "tool" } : undefined,
    findings: [],
    measurements,
    problems,
  };
}
