import { z } from "zod";
import { plainLine } from "../../reading/plain-text.ts";
import { readJson } from "../../reading/read-json.ts";
import type { SyntaxError } from "../../reading/syntax-findings.ts";

const Place = z.object({ line: z.int().nonnegative(), column: z.int().nonnegative() });
const Diagnostic = z.object({
  severity: z.string(),
  message: z.string(),
  category: z.string().nullish(),
  location: z.object({ path: z.string(), start: Place, end: Place }).nullish(),
});

const BiomeReport = z.object({
  summary: z.object({
    changed: z.int(),
    unchanged: z.int(),
    errors: z.int(),
    diagnosticsNotPrinted: z.int().default(0),
  }),
  diagnostics: z.array(Diagnostic),
});

export interface BiomeFormatReport {
  /** How many files Biome went through; `undefined` when the report could not be read. */
  readonly files: number | undefined;
  /** Paths of files that it would write differently. */
  readonly unformatted: readonly string[];
  readonly syntaxErrors: readonly SyntaxError[];
  readonly problems: readonly string[];
}

/** Reads `biome format --reporter=json` (Biome 2.5). Never throws. */
export function parseBiomeFormat(text: string): BiomeFormatReport {
  const read = readJson(text, BiomeReport);
  if (!read.ok) return { files: undefined, unformatted: [], syntaxErrors: [], problems: [`biome: ${read.problem}`] };
  const { summary, diagnostics } = read.value;
  const syntaxErrors = new Map<string, SyntaxError>();
  const unformatted = new Set<string>();
  const problems: string[] = [];
  for (const diagnostic of diagnostics) {
    const path = diagnostic.location?.path ?? "";
    const error = syntaxErrorOf(diagnostic);
    // The same error is reported once by the parser and once by the formatter that gave up.
    if (error !== undefined) syntaxErrors.set(JSON.stringify(error), error);
    else if (diagnostic.category === "format") unformatted.add(path);
    else problems.push(`biome: ${path}: ${plainLine(diagnostic.message)}`);
  }
  for (const { path } of syntaxErrors.values()) unformatted.delete(path);
  if (summary.diagnosticsNotPrinted > 0)
    problems.push(`biome: ${summary.diagnosticsNotPrinted} findings were not printed`);
  return {
    files: summary.changed + summary.unchanged,
    unformatted: [...unformatted],
    syntaxErrors: [...syntaxErrors.values()],
    problems,
  };
}

function syntaxErrorOf({ category, location, message }: z.infer<typeof Diagnostic>): SyntaxError | undefined {
  if (category !== "parse" || !location) return undefined;
  const { path, start } = location;
  return { path, message: plainLine(message), line: Math.max(1, start.line), column: Math.max(1, start.column) };
}
