import { join } from "node:path";
import type { CoverageReport } from "../../core/coverage.ts";
import { placeFiles } from "../../coverage/place-files.ts";
import { parseCoverage } from "../../coverage/read-coverage.ts";
import { isSystemError, stat } from "../../platform/files.ts";
import type { CheckContext } from "../checker.ts";
import type { ReportText } from "./fresh-reports.ts";

export interface PlacedCoverage {
  readonly coverage: CoverageReport | undefined;
  readonly problems: readonly string[];
}

/** The coverage of a report's text, its files found in the workspace. A missing or unreadable report is a problem. */
export async function placedCoverage(
  context: Pick<CheckContext, "root" | "options">,
  report: ReportText,
): Promise<PlacedCoverage> {
  if (!report.ok) return { coverage: undefined, problems: [`coverage: ${report.problem}`] };
  const { files, problems } = parseCoverage(report.text);
  const coverage = await placeFiles(files, {
    root: context.root,
    cwd: context.options.cwd,
    isFile: (path) => isFile(join(context.root, path)),
  });
  const lost =
    files.length > 0 && coverage.files.length === 0
      ? [`coverage: none of its ${files.length} files is in the workspace, such as ${coverage.unplaced[0] ?? ""}`]
      : [];
  return { coverage, problems: [...problems, ...lost] };
}

async function isFile(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isFile();
  } catch (error) {
    if (["ENOENT", "ENOTDIR", "ENAMETOOLONG", "EACCES", "ELOOP"].some((code) => isSystemError(error, code)))
      return false;
    // A report is foreign text; a name that no file can have is just not a file.
    if (error instanceof TypeError) return false;
    throw error;
  }
}
