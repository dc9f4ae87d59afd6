import { join } from "node:path";
import type { CoverageReport, FileCoverage } from "../../core/coverage.ts";
import { contentOf } from "../../coverage/content.ts";
import { mergeCoverage } from "../../coverage/merge.ts";
import { placeFiles } from "../../coverage/place-files.ts";
import { readCoverage } from "../../coverage/read-coverage.ts";
import { workspaceFiles } from "../../coverage/workspace-files.ts";
import { confine, readTextIfThere, writeAtomically } from "../../platform/files.ts";
import type { CheckContext } from "../checker.ts";
import { FreshReports, type ReportText } from "./fresh-reports.ts";
import { workingFolder } from "./report-path.ts";

export interface PlacedCoverage {
  readonly coverage: CoverageReport | undefined;
  readonly problems: readonly string[];
}

type Place = Pick<CheckContext, "root" | "options">;

/**
 * The coverage of a report's text in any of the known formats, its files found in the workspace. A missing or unreadable
 * report is a problem; so is one of whose files none is found.
 */
export async function placedCoverage(context: Place, report: ReportText): Promise<PlacedCoverage> {
  return placedCoverages(context, [report]);
}

/** {@link placedCoverage} of a report that this very run has written; nothing at all where no report is named. */
export async function freshCoverage(
  context: Place,
  fresh: FreshReports,
  path: string | undefined,
): Promise<PlacedCoverage> {
  return path === undefined ? { coverage: undefined, problems: [] } : placedCoverage(context, await fresh.read(path));
}

/**
 * {@link placedCoverage} of a report that the tool wrote outside of the workspace. It is also left at the path that the
 * check's `coverage` names, for other readers; one that was taken in lies there already. Nothing at all where no path is
 * named.
 */
export async function ownCoverage(
  context: Place & Pick<CheckContext, "readText" | "taken">,
  path: string | undefined,
  ownReport: () => Promise<ReportText>,
): Promise<PlacedCoverage> {
  if (path === undefined) return { coverage: undefined, problems: [] };
  if (context.taken !== undefined) return freshCoverage(context, await FreshReports.watch(context, [path]), path);
  const report = await ownReport();
  if (report.ok) await writeAtomically(await confine(context.root, join(workingFolder(context), path)), report.text);
  return placedCoverage(context, report);
}

/** {@link placedCoverage} of several reports, such as those that gcov or V8 leave for each program; added up. */
export async function placedCoverages(context: Place, reports: readonly ReportText[]): Promise<PlacedCoverage> {
  if (reports.length === 0) return { coverage: undefined, problems: ["coverage: there is no report"] };
  const workspace = await workspaceFiles(context.root, context.options.cwd);
  const problems: string[] = [];
  const placed: CoverageReport[] = [];
  for (const report of reports) {
    if (!report.ok) {
      problems.push(`coverage: ${report.problem}`);
      continue;
    }
    const read = await readCoverage(report.text, readTextIfThere);
    problems.push(...read.problems);
    placed.push(await placeFiles(read, workspace));
  }
  if (placed.length === 0) return { coverage: undefined, problems };
  const files = mergeCoverage(placed);
  const lost = unplacedOf(placed);
  if (files.length === 0) problems.push(...nothingPlaced(lost));
  const measured = await Promise.all(files.map((file) => withContent(context.root, file)));
  return { coverage: { files: measured, ...lost }, problems };
}

type Unplaced = Pick<CoverageReport, "unplaced" | "unplacedReasons">;

function unplacedOf(reports: readonly CoverageReport[]): Unplaced {
  const unplaced = [...new Set(reports.flatMap((each) => each.unplaced))];
  if (unplaced.length === 0) return { unplaced };
  const reasons = reports.flatMap(({ unplacedReasons = {} }) => Object.entries(unplacedReasons));
  return { unplaced, unplacedReasons: Object.fromEntries(reasons) };
}

function nothingPlaced({ unplaced, unplacedReasons = {} }: Unplaced): readonly string[] {
  const [lost] = unplaced;
  if (lost === undefined) return [];
  const reason = unplacedReasons[lost] ?? "not found";
  return [`coverage: none of its ${unplaced.length} files is in the workspace, such as ${lost} (${reason})`];
}

/** With what tells later whether the lines are still the ones that were measured. */
async function withContent(root: string, file: FileCoverage): Promise<FileCoverage> {
  const text = await readTextIfThere(join(root, file.file));
  return text === undefined ? file : { ...file, content: contentOf(text) };
}
