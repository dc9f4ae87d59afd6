import { z } from "zod";
import type { Fix, Position, ReportedFinding, Severity } from "../../../core/finding.ts";
import { plainLine } from "../../reading/plain-text.ts";
import { type JsonResult, readJson } from "../../reading/read-json.ts";
import type { TextPositions } from "../../reading/text-positions.ts";

const Replacement = z.object({
  line: z.int().min(1),
  column: z.int().min(1),
  endLine: z.int().min(1),
  endColumn: z.int().min(1),
  precedence: z.int(),
  replacement: z.string(),
});

const Comment = z.object({
  file: z.string(),
  line: z.int().min(1),
  column: z.int().min(1),
  endLine: z.int().min(1),
  endColumn: z.int().min(1),
  level: z.enum(["error", "warning", "info", "style"]),
  code: z.int(),
  message: z.string(),
  fix: z.object({ replacements: z.array(Replacement) }).nullish(),
});
export type ShellcheckComment = z.infer<typeof Comment>;

const Report = z.object({ comments: z.array(Comment) });

/** Reads ShellCheck's `json1`. Never throws. */
export function parseShellcheck(text: string): JsonResult<readonly ShellcheckComment[]> {
  const read = readJson(text, Report);
  return read.ok ? { ok: true, value: read.value.comments } : read;
}

const SEVERITIES: Readonly<Record<ShellcheckComment["level"], Severity>> = {
  error: "error",
  warning: "warning",
  info: "info",
  style: "info",
};

/** One finding in `file`. In this format a tab counts as one column, and so does any code point. */
export function shellcheckFinding(
  comment: ShellcheckComment,
  file: string,
  source: TextPositions | undefined,
): ReportedFinding {
  const { line, column, endLine, endColumn, level, code, message, fix } = comment;
  const position = (atLine: number, atColumn: number): Position =>
    source?.ofCodePointColumn(atLine, atColumn) ?? { line: atLine, column: atColumn };
  const start = position(line, column);
  const end = position(endLine, endColumn);
  const isEmpty = start.line === end.line && start.column === end.column;
  return {
    rule: `SC${code}`,
    severity: SEVERITIES[level],
    message: plainLine(message),
    file,
    range: isEmpty ? { start } : { start, end },
    fix: fix && source ? fixOf(fix.replacements, { title: message, position }) : undefined,
    url: `https://www.shellcheck.net/wiki/SC${code}`,
  };
}

interface FixPlaces {
  readonly title: string;
  readonly position: (line: number, column: number) => Position;
}

/** Insertions at one place come in the order of their precedence. Replacements that overlap are left to a person. */
function fixOf(replacements: readonly z.infer<typeof Replacement>[], { title, position }: FixPlaces): Fix | undefined {
  const edits = replacements
    .toSorted((a, b) => a.precedence - b.precedence)
    .map(({ line, column, endLine, endColumn, replacement }) => ({
      range: { start: position(line, column), end: position(endLine, endColumn) },
      newText: replacement,
    }))
    .toSorted((a, b) => compare(a.range.start, b.range.start));
  const overlap = edits.some(({ range }, index) => {
    const next = edits[index + 1];
    return compare(range.start, range.end) > 0 || (next !== undefined && compare(range.end, next.range.start) > 0);
  });
  return edits.length === 0 || overlap ? undefined : { title: plainLine(title), edits };
}

const compare = (a: Position, b: Position) => a.line - b.line || a.column - b.column;
