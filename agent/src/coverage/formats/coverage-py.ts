import { z } from "zod";
import type { BranchCoverage, FileCoverage, FunctionCoverage } from "../../core/coverage.ts";
import { LAST_LINE, LineHits } from "../line-hits.ts";
import type { ParsedCoverage } from "../parsed-coverage.ts";

const Lines = z.array(z.int().nonnegative().max(LAST_LINE));
/** From line, to line; a negative end is the way out of a function. */
const Jumps = z.array(z.tuple([z.int(), z.int()]));

const Region = z.object({ executed_lines: Lines, missing_lines: Lines, start_line: z.int().optional() });

const File = Region.extend({
  executed_branches: Jumps.optional(),
  missing_branches: Jumps.optional(),
  functions: z.record(z.string(), Region).optional(),
});

const Report = z.object({ meta: z.object({ version: z.string() }), files: z.record(z.string(), File) });

/** Reads the report of `coverage json` (coverage.py). It tells whether lines ran, not how often, so hits are 0 or 1. Never throws. */
export function parseCoveragePy(text: string): ParsedCoverage {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return {
      files: [],
      problems: [
        `coverage.py: the report is not complete JSON: ${error instanceof Error ? error.message : String(error)}`,
      ],
    };
  }
  const parsed = Report.safeParse(value);
  if (!parsed.success)
    return {
      files: [],
      problems: [
        `coverage.py: the report has another form than expected: ${z.prettifyError(parsed.error).slice(0, 300)}`,
      ],
    };
  const files = Object.entries(parsed.data.files).map(([path, file]) => toFileCoverage(path, file));
  return { files, problems: files.length === 0 ? ["coverage.py: the report names no file"] : [] };
}

function toFileCoverage(path: string, file: z.infer<typeof File>): FileCoverage {
  const lines = new LineHits();
  for (const line of file.executed_lines) if (line > 0) lines.add(line, 1);
  for (const line of file.missing_lines) if (line > 0) lines.add(line, 0);
  const branches = [...branchesOf(file.executed_branches ?? [], 1), ...branchesOf(file.missing_branches ?? [], lines)];
  return {
    file: path,
    lines,
    branches,
    functions: Object.entries(file.functions ?? {}).flatMap(([name, region]) => functionOf(name, region) ?? []),
  };
}

/** A branch whose line never ran was not reached; one that did run was not taken. */
function branchesOf(jumps: z.infer<typeof Jumps>, taken: 1 | LineHits): readonly BranchCoverage[] {
  return jumps
    .filter(([from]) => from > 0)
    .map(([from, to]) => ({
      line: from,
      block: "0",
      branch: to > 0 ? `to line ${to}` : "exit",
      taken: taken === 1 ? 1 : (taken.get(from) ?? 0) > 0 ? 0 : null,
    }));
}

/** The region named "" is what stands outside of functions. Regions before coverage.py 7.11 do not name their first line. */
function functionOf(name: string, region: z.infer<typeof Region>): FunctionCoverage | undefined {
  const line = region.start_line ?? Math.min(...region.executed_lines, ...region.missing_lines);
  if (name === "" || !Number.isFinite(line) || line < 1) return undefined;
  return { name, line, hits: region.executed_lines.length > 0 ? 1 : 0 };
}
