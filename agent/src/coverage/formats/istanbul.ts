import { z } from "zod";
import type { BranchCoverage, FileCoverage } from "../../core/coverage.ts";
import { MOST_BRANCHES } from "../counts.ts";
import { LAST_LINE, LineHits } from "../line-hits.ts";
import { type ParsedCoverage, toParsedCoverage } from "../parsed-coverage.ts";
import { parseJson, shaped } from "./json-report.ts";

const Hits = z.number().int().nonnegative();
/** Vitest writes `{}` for places that are not in the source, such as an else that is not written out. */
const Position = z.object({ line: z.number().int().nonnegative().max(LAST_LINE).nullish() }).optional();
const Range = z.object({ start: Position, end: Position });

const File = z.object({
  path: z.string().min(1),
  statementMap: z.record(z.string(), Range),
  fnMap: z.record(
    z.string(),
    z.object({
      name: z.string().optional(),
      decl: Range.optional(),
      loc: Range.optional(),
      line: z.number().optional(),
    }),
  ),
  branchMap: z.record(
    z.string(),
    z.object({ loc: Range.optional(), locations: z.array(Range).optional(), line: z.number().optional() }),
  ),
  s: z.record(z.string(), Hits),
  f: z.record(z.string(), Hits),
  b: z.record(z.string(), z.array(Hits).max(MOST_BRANCHES)),
  inputSourceMap: z.unknown().optional(),
});
type File = z.infer<typeof File>;

/** nyc wraps the entries of files that no test loaded. */
const Report = z.record(z.string(), z.union([File, z.object({ data: File }).transform(({ data }) => data)]));

/**
 * Reads Istanbul's JSON (`coverage-final.json` of nyc, Jest and Vitest). Never throws. A line's hits are those of the
 * statement on it that ran most often. Entries that still wait for their source map speak of generated lines; they are
 * named as unmapped.
 */
export function parseIstanbul(text: string): ParsedCoverage {
  const json = parseJson("istanbul", text);
  return json.ok ? readIstanbul(json.value) : { files: [], problems: [json.problem] };
}

/** {@link parseIstanbul} of JSON that is parsed already. */
export function readIstanbul(value: unknown): ParsedCoverage {
  const report = shaped("istanbul", value, Report);
  if (!report.ok) return { files: [], problems: [report.problem] };
  const entries = Object.values(report.value);
  const waiting = entries.filter(({ inputSourceMap }) => inputSourceMap !== undefined && inputSourceMap !== null);
  const unmapped = Object.fromEntries(
    waiting.map(({ path }) => [
      path,
      "its source map was not applied; let `nyc report --reporter=json` write the report",
    ]),
  );
  const files = entries.filter((entry) => !waiting.includes(entry)).map(toFileCoverage);
  return toParsedCoverage("istanbul", { files, problems: [], unmapped, isEmptyFine: waiting.length > 0 });
}

function toFileCoverage({ path, statementMap, fnMap, branchMap, s, f, b }: File): FileCoverage {
  return {
    file: path,
    lines: linesOf(statementMap, s),
    functions: Object.entries(fnMap).flatMap(([key, written]) => {
      const line = lineOfFunction(written);
      return isLine(line) ? [{ name: written.name || `(anonymous_${key})`, line, hits: f[key] ?? 0 }] : [];
    }),
    branches: Object.entries(branchMap).flatMap(([key, written]) => {
      const line = lineOfBranch(written);
      return isLine(line) ? branchesAt(line, { block: key, counts: b[key] ?? noneTaken(written) }) : [];
    }),
  };
}

function linesOf(statements: File["statementMap"], counts: File["s"]): LineHits {
  const most = new Map<number, number>();
  for (const [key, hits] of Object.entries(counts)) {
    const line = startOf(statements[key]) ?? 0;
    if (line > 0) most.set(line, Math.max(hits, most.get(line) ?? 0));
  }
  return new LineHits(most);
}

/** Not every writer tells all of these places; 0 when there is none. */
function lineOfFunction({ decl, loc, line }: File["fnMap"][string]): number {
  return startOf(decl) ?? startOf(loc) ?? line ?? 0;
}

function lineOfBranch({ loc, line, locations = [] }: File["branchMap"][string]): number {
  return startOf(loc) ?? line ?? locations.map(startOf).find(Boolean) ?? 0;
}

function startOf(range: z.infer<typeof Range> | undefined): number | null | undefined {
  return range?.start?.line;
}

function noneTaken({ locations = [] }: File["branchMap"][string]): readonly number[] {
  return locations.map(() => 0);
}

function branchesAt(line: number, { block, counts }: { block: string; counts: readonly number[] }): BranchCoverage[] {
  return counts.map((taken, index) => ({ line, block, branch: String(index), taken }));
}

function isLine(line: number): boolean {
  return Number.isInteger(line) && line > 0 && line <= LAST_LINE;
}
