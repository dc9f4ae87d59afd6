import { z } from "zod";
import type { BranchCoverage, FileCoverage, FunctionCoverage } from "../../core/coverage.ts";
import { LAST_LINE, LineHits } from "../line-hits.ts";
import { type ParsedCoverage, toParsedCoverage } from "../parsed-coverage.ts";
import { TestLines } from "../test-lines.ts";
import { parseJson, shaped } from "./json-report.ts";

const Lines = z.array(z.int().nonnegative().max(LAST_LINE));
/** From line, to line; a negative end is the way out of a function. */
const Jumps = z.array(z.tuple([z.int(), z.int()]));

const Region = z.object({ executed_lines: Lines, missing_lines: Lines, start_line: z.int().optional() });

const File = Region.extend({
  executed_branches: Jumps.optional(),
  missing_branches: Jumps.optional(),
  functions: z.record(z.string(), Region).optional(),
  /** Line → contexts; the empty context is what ran outside of any. */
  contexts: z.record(z.string().regex(/^\d{1,10}$/), z.array(z.string())).optional(),
});

const Report = z.object({ meta: z.object({ version: z.string() }), files: z.record(z.string(), File) });

/**
 * Reads the report of `coverage json` (coverage.py). It tells whether lines ran, not how often, so hits are 0 or 1. With
 * `--show-contexts` it tells which tests ran a line. Never throws.
 */
export function parseCoveragePy(text: string): ParsedCoverage {
  const json = parseJson("coverage.py", text);
  return json.ok ? readCoveragePy(json.value) : { files: [], problems: [json.problem] };
}

/** {@link parseCoveragePy} of JSON that is parsed already. */
export function readCoveragePy(value: unknown): ParsedCoverage {
  const report = shaped("coverage.py", value, Report);
  if (!report.ok) return { files: [], problems: [report.problem] };
  const files = Object.entries(report.value.files).map(([path, file]) => toFileCoverage(path, file));
  return toParsedCoverage("coverage.py", { files, problems: [] });
}

function toFileCoverage(path: string, file: z.infer<typeof File>): FileCoverage {
  const { executed_branches: executed = [], missing_branches: missing = [], functions = {}, contexts = {} } = file;
  const lines = linesOf(file);
  return {
    file: path,
    lines,
    branches: [...branchesOf(executed, 1), ...branchesOf(missing, lines)],
    functions: Object.entries(functions).flatMap(([name, region]) => functionOf(name, region) ?? []),
    ...testsOf(contexts).part(),
  };
}

function linesOf(file: z.infer<typeof Region>): LineHits {
  const lines = new LineHits();
  for (const line of file.executed_lines) if (line > 0) lines.add(line, 1);
  for (const line of file.missing_lines) if (line > 0) lines.add(line, 0);
  return lines;
}

function testsOf(contexts: Readonly<Record<string, readonly string[]>>): TestLines {
  const tests = new TestLines();
  for (const [line, ofLine] of Object.entries(contexts))
    for (const context of ofLine) {
      tests.add(testOf(context), Number(line));
      if (context === "" || context.endsWith("|setup")) tests.addShared(Number(line));
    }
  return tests;
}

/** pytest-cov adds the phase of a test to its id: `tests/test_a.py::test_x|run`. */
function testOf(context: string): string {
  return context.replace(/\|(setup|run|teardown)$/, "");
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
