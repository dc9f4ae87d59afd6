import { type FileCoverage, percentOf, type Ratio } from "../../core/coverage.ts";
import { summarizeCoverage } from "../../core/coverage-summary.ts";
import { fit, plainText } from "../../report/plain-text.ts";
import type { CoverageOfFiles } from "../../runs/coverage-files.ts";

interface Row {
  readonly file: string;
  readonly lines: Ratio;
  readonly branches: Ratio;
  readonly functions: Ratio;
}

/** What `trigate coverage show` tells, as JSON. Shares are 0 to 100 and absent where there is nothing to cover. */
export function coverageJson({ reports, coverage }: CoverageOfFiles): object {
  const { total, rows } = tableOf(coverage.files);
  const shares = ({ lines, branches, functions }: Row) =>
    Object.fromEntries(
      Object.entries({ lines, branches, functions }).map(([kind, ratio]) => [
        kind,
        { ...ratio, percent: percentOf(ratio) },
      ]),
    );
  return {
    reports,
    total: shares(total),
    files: rows.map((row, index) => ({
      file: row.file,
      ...shares(row),
      tests: coverage.files[index]?.tests?.names.length,
    })),
    unplaced: coverage.unplaced.map((file) => ({ file, reason: coverage.unplacedReasons?.[file] ?? "" })),
  };
}

/** The same as a table; names are cut where the terminal ends. */
export function coverageText({ reports, coverage }: CoverageOfFiles, width: number): string {
  const { total, rows } = tableOf(coverage.files);
  const numbers = 3 * COLUMN;
  const name = Math.max(20, Math.min(width - numbers, Math.max(...rows.map(({ file }) => file.length), 0) + 2));
  const line = ({ file, lines, branches, functions }: Row) =>
    `${fit(plainText(file), name - 1).padEnd(name)}${[lines, branches, functions].map(share).join("")}`.trimEnd();
  const problems = reports.flatMap((report) => report.problems.map((problem) => `${report.path}: ${problem}`));
  return [
    ...reports.map(({ path, format, files }) => `${path}: ${format ?? "unknown format"}, ${files} files`),
    "",
    `${"file".padEnd(name)}${["lines", "branches", "functions"].map((word) => word.padStart(COLUMN)).join("")}`,
    ...rows.map(line),
    line({ ...total, file: "all files" }),
    ...(coverage.unplaced.length === 0 ? [] : ["", "no place in the workspace:"]),
    ...coverage.unplaced.map((file) => `  ${file}: ${coverage.unplacedReasons?.[file] ?? ""}`),
    ...(problems.length === 0 ? [] : ["", "could not be read:", ...problems.map((problem) => `  ${problem}`)]),
  ]
    .map(plainText)
    .join("\n");
}

const COLUMN = 20;

function share({ covered, total }: Ratio): string {
  const percent = percentOf({ covered, total });
  // Rounded down: what is not whole must not read 100.
  const text = percent === undefined ? "-" : `${(Math.floor(percent * 10) / 10).toFixed(1)} % ${covered}/${total}`;
  return text.padStart(COLUMN);
}

function tableOf(files: readonly FileCoverage[]): { readonly total: Row; readonly rows: readonly Row[] } {
  const row = (file: string, of: readonly FileCoverage[]): Row => {
    const { lines, branches, functions } = summarizeCoverage(of, undefined, []);
    return { file, lines, branches, functions };
  };
  return { total: row("", files), rows: files.map((each) => row(each.file, [each])) };
}
