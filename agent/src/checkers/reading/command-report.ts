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
