import { join, resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import type { CoverageReport, FileCoverage } from "../core/coverage.ts";
import { mergeCoverage } from "../coverage/merge.ts";
import { placeFiles } from "../coverage/place-files.ts";
import { readCoverage } from "../coverage/read-coverage.ts";
import { workspaceFiles } from "../coverage/workspace-files.ts";
import { toCobertura } from "../coverage/writers/cobertura.ts";
import { toCoverageJson } from "../coverage/writers/json.ts";
import { toLcov } from "../coverage/writers/lcov.ts";
import { messageOf, TrigateError } from "../errors/trigate-error.ts";
import { systemClock } from "../platform/clock.ts";
import { isSystemError, readdir, readFile, readTextIfThere, stat, toWorkspacePath } from "../platform/files.ts";

/** Names that the tools which write a report for each program or source give them. */
const REPORT_NAMES = /^(coverage-.*\.json|.*\.gcov\.json(\.gz)?|.*\.info)$/;

/** More than any report has; a small file that unpacks to more is no report. */
const MOST_BYTES = 500_000_000;

export interface ReadReport {
  readonly path: string;
  /** `undefined` when it could not be told. */
  readonly format: string | undefined;
  readonly files: number;
  readonly problems: readonly string[];
}

export interface CoverageOfFiles {
  readonly reports: readonly ReadReport[];
  /** All reports added up, their files found in the workspace. */
  readonly coverage: CoverageReport;
}

/**
 * Reads reports in any of the known formats, packed with gzip or not; of a folder, those that V8, gcov and LCOV's tools
 * leave in it. `from` is where the paths start. Throws `usage/bad-argument` for a path at which there is no report.
 */
export async function readCoverageFiles(
  paths: readonly string[],
  { root, from }: { readonly root: string; readonly from: string },
): Promise<CoverageOfFiles> {
  const workspace = await workspaceFiles(root, toWorkspacePath(root, from) ?? "");
  const reports: ReadReport[] = [];
  const placed: CoverageReport[] = [];
  for (const path of (await Promise.all(paths.map((each) => reportsAt(each, from)))).flat()) {
    const read = await readReport(resolve(from, path));
    reports.push({ path, format: read.format, files: read.files.length, problems: read.problems });
    placed.push(await placeFiles(read, workspace));
  }
  const unplacedReasons = Object.fromEntries(placed.flatMap((report) => Object.entries(report.unplacedReasons ?? {})));
  const coverage = { files: mergeCoverage(placed), unplaced: Object.keys(unplacedReasons), unplacedReasons };
  return { reports, coverage };
}

async function readReport(path: string): Promise<Awaited<ReturnType<typeof readCoverage>>> {
  const bytes = await readFile(path);
  try {
    const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
    const text = (isPacked ? gunzipSync(bytes, { maxOutputLength: MOST_BYTES }) : bytes).toString("utf8");
    return await readCoverage(text, readTextIfThere);
  } catch (error) {
    // A packed file that is cut off, or more than a text can hold; any other failure is no matter of the report.
    if (!(error instanceof Error && "code" in error)) throw error;
    return { format: undefined, files: [], problems: [`coverage: the file cannot be unpacked: ${messageOf(error)}`] };
  }
}

async function reportsAt(path: string, from: string): Promise<readonly string[]> {
  const absolute = resolve(from, path);
  try {
    if (!(await stat(absolute)).isDirectory()) return [path];
  } catch (error) {
    if (!isSystemError(error, "ENOENT") && !isSystemError(error, "ENOTDIR")) throw error;
    throw new TrigateError(
      "usage/bad-argument",
      { problem: `there is no report at ${path}`, hint: "give the path of a coverage report, or of a folder of them" },
      { cause: error },
    );
  }
  const inside = (await readdir(absolute, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && REPORT_NAMES.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
  if (inside.length === 0)
    throw new TrigateError("usage/bad-argument", {
      problem: `${path} is a folder without coverage-*.json, *.gcov.json, *.gcov.json.gz or *.info`,
      hint: "name the reports one by one",
    });
  return inside;
}

export interface WriteOptions {
  readonly format: "lcov" | "cobertura" | "json";
  /** Absolute folder that the files are relative to. */
  readonly root: string;
  readonly version: string;
}

/** The text of a report. Only JSON keeps which tests ran a line. */
export function writeCoverage(files: readonly FileCoverage[], { format, root, version }: WriteOptions): string {
  if (format === "lcov") return toLcov(files);
  return format === "json" ? toCoverageJson(files) : toCobertura(files, { root, version, atMs: systemClock.now() });
}
