import { z } from "zod";
import type { BranchCoverage, FileCoverage, FunctionCoverage } from "../../core/coverage.ts";
import { LAST_LINE, LineHits } from "../line-hits.ts";
import { MOST_PROBLEMS, type ParsedCoverage, toParsedCoverage } from "../parsed-coverage.ts";
import { parseJson, place, shaped } from "./json-report.ts";

/** Runs of profiled programs can wrap a counter around; gcov then writes it as a negative number. */
const Hits = z.number().int();
const Line = z.number().int().max(LAST_LINE);

const Report = z.object({
  format_version: z.string(),
  gcc_version: z.string().optional(),
  current_working_directory: z.string(),
  files: z.array(
    z.object({
      file: z.string().min(1),
      functions: z.array(
        z.object({
          name: z.string(),
          demangled_name: z.string().optional(),
          start_line: Line,
          execution_count: Hits,
        }),
      ),
      lines: z.array(
        z.object({
          line_number: Line,
          count: Hits,
          function_name: z.string().optional(),
          branches: z.array(z.object({ count: Hits, throw: z.boolean(), fallthrough: z.boolean() })),
        }),
      ),
    }),
  ),
});
type Report = z.infer<typeof Report>;

const FORMAT_VERSIONS: ReadonlySet<string> = new Set(["1", "2"]);

/**
 * Reads the JSON of `gcov --json-format`, one document or several on lines of their own, as `--stdout` prints them for
 * several notes. Never throws. A line that several instances of a template or an inline function share is added up; so are
 * its branches, one by one. Branches that only an exception takes are kept apart by the block `e0`, as LCOV does.
 */
export function parseGcov(text: string): ParsedCoverage {
  const files: FileCoverage[] = [];
  const problems: string[] = [];
  for (const { document, offset } of documentsIn(text)) {
    const json = parseJson("gcov", document);
    const report = json.ok ? shaped("gcov", json.value, Report) : json;
    if (!report.ok) {
      if (problems.length < MOST_PROBLEMS)
        problems.push(
          offset === 0 ? report.problem : `gcov, in the document at ${place(text, offset)}: ${report.problem}`,
        );
    } else if (!FORMAT_VERSIONS.has(report.value.format_version))
      problems.push(`gcov: format_version ${report.value.format_version.slice(0, 20)} is not known; 1 and 2 are`);
    else files.push(...toFiles(report.value));
  }
  return toParsedCoverage("gcov", { files, problems: problems.slice(0, MOST_PROBLEMS) });
}

/** A document on a line of its own; one that is spread over lines is the only one. */
function documentsIn(text: string): { document: string; offset: number }[] {
  const lines = text.split("\n");
  const isOnePerLine = lines.every((line) => line.trim() === "" || /^\s*\{.*\}\s*$/.test(line));
  if (!isOnePerLine && !/\n\{"/.test(text)) return [{ document: text, offset: 0 }];
  let offset = 0;
  const documents: { document: string; offset: number }[] = [];
  for (const line of lines) {
    if (line.trim() !== "") documents.push({ document: line, offset });
    offset += line.length + 1;
  }
  return documents;
}

function toFiles({ current_working_directory: folder, files }: Report): FileCoverage[] {
  return files.map(({ file, functions, lines: listed }) => {
    const lines = new LineHits();
    const branches = new Map<string, BranchCoverage>();
    for (const { line_number: line, count, branches: ways } of listed) {
      if (line < 1) continue;
      lines.add(line, clamped(count));
      ways.forEach(({ count: taken, throw: isThrow }, index) => {
        const branch = { line, block: isThrow ? "e0" : "0", branch: String(index) };
        const key = `${line} ${branch.block} ${index}`;
        const before = branches.get(key)?.taken ?? null;
        const now = count === 0 ? null : clamped(taken);
        branches.set(key, { ...branch, taken: before === null ? now : Math.min(before + (now ?? 0), MOST) });
      });
    }
    return {
      file: isAbsolutePath(file) || folder === "" ? file : `${folder}/${file}`,
      lines: lines.drain(),
      branches: [...branches.values()],
      functions: functions.flatMap(toFunction),
    };
  });
}

function toFunction(entry: Report["files"][number]["functions"][number]): FunctionCoverage[] {
  if (entry.start_line < 1) return [];
  const name = entry.demangled_name || entry.name;
  return [{ name, line: entry.start_line, hits: clamped(entry.execution_count) }];
}

const MOST = Number.MAX_SAFE_INTEGER;

/** A counter that wrapped around ran; how often, nobody knows. */
function clamped(count: number): number {
  return count < 0 ? 1 : Math.min(count, MOST);
}

function isAbsolutePath(path: string): boolean {
  return path.startsWith("/") || /^[A-Za-z]:[\\/]/.test(path) || path.startsWith("\\\\");
}
