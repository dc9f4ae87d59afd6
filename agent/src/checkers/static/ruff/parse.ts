import { z } from "zod";
import type { Fix, ReportedFinding, Severity } from "../../../core/finding.ts";
import { plainLine } from "../../reading/plain-text.ts";
import { type JsonResult, readJson } from "../../reading/read-json.ts";
import type { TextPositions } from "../../reading/text-positions.ts";

const Place = z.object({ row: z.int().nonnegative(), column: z.int().nonnegative() });
type Place = z.infer<typeof Place>;

const Diagnostic = z.object({
  code: z.string().nullable(),
  filename: z.string(),
  message: z.string(),
  severity: z.string().optional(),
  url: z.string().nullish(),
  cell: z.number().nullish(),
  location: Place.nullable(),
  end_location: Place.nullable(),
  fix: z
    .object({
      applicability: z.string(),
      message: z.string().nullable(),
      edits: z.array(z.object({ content: z.string(), location: Place, end_location: Place })),
    })
    .nullish(),
});
export type RuffDiagnostic = z.infer<typeof Diagnostic>;

const Diagnostics = z.array(Diagnostic);

/** Reads the JSON that `ruff check` and `ruff format --check` print. Never throws. */
export function parseRuffJson(text: string): JsonResult<readonly RuffDiagnostic[]> {
  return readJson(text, Diagnostics);
}

/** Codes that mean that a file could not be read, which is no finding about its content. */
export function isReadFailure({ code }: RuffDiagnostic): boolean {
  return code === "E902" || code === "io" || code === "io-error";
}

/** One finding in `file`. Ruff counts code points, so the file's text is needed to tell columns; without it they are taken as they are. */
export function ruffFinding(
  diagnostic: RuffDiagnostic,
  file: string,
  source: TextPositions | undefined,
): ReportedFinding {
  const { code, message, url, location, end_location: end, cell } = diagnostic;
  const position = ({ row, column }: Place) => source?.ofCodePointColumn(row, column) ?? { line: row, column };
  // In a notebook, rows count inside a cell: there is no line of the file to name.
  const placed = location !== null && location.row > 0 && (cell === null || cell === undefined);
  return {
    rule: code ?? "syntax",
    severity: severityOf(diagnostic.severity),
    message: plainLine(message),
    file,
    range: placed ? { start: position(location), end: end === null ? undefined : position(end) } : undefined,
    fix: placed ? fixOf(diagnostic, position) : undefined,
    url: url ?? undefined,
  };
}

function severityOf(severity: string | undefined): Severity {
  return severity === "warning" || severity === "info" ? severity : "error";
}

/** Only the edits that keep what the program does. */
function fixOf(
  { fix, message }: RuffDiagnostic,
  position: (place: Place) => { line: number; column: number },
): Fix | undefined {
  if (!fix || fix.applicability.toLowerCase() !== "safe" || fix.edits.length === 0) return undefined;
  const edits = fix.edits.map(({ content, location, end_location: end }) => ({
    range: { start: position(location), end: position(end) },
    newText: content,
  }));
  return { title: plainLine(fix.message ?? message), edits };
}
