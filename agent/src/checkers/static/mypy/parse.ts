import type { Range, ReportedFinding, Severity } from "../../../core/finding.ts";
import { forwardRange } from "../../reading/forward-range.ts";
import { firstGroups, type Groups } from "../../reading/named-groups.ts";
import { plainLine, plainText } from "../../reading/plain-text.ts";
import type { TextPositions } from "../../reading/text-positions.ts";

export interface MypyDiagnostic {
  readonly path: string;
  /** Absent for what belongs to a file as a whole. */
  readonly line: number | undefined;
  /** As mypy counts them, from 1; the end is the last character. */
  readonly place: { readonly column: number; readonly endLine: number; readonly endColumn: number } | undefined;
  readonly severity: Severity;
  readonly rule: string;
  /** The message, and the notes that belong to it on lines of their own. */
  readonly message: string;
}

/** The line with which mypy closes: the evidence that it came to its end. */
export interface MypySummary {
  readonly errors: number;
  /** Files that it checked; absent when errors kept it from checking. */
  readonly files: number | undefined;
}

export interface MypyReport {
  readonly diagnostics: readonly MypyDiagnostic[];
  readonly summary: MypySummary | undefined;
  readonly crashed: boolean;
  readonly problems: readonly string[];
}

const LOCATED =
  /^(?<path>.+?):(?<row>\d{1,9})(?::(?<column>\d{1,9}))?(?::(?<endLine>\d{1,9}):(?<endColumn>\d{1,9}))?: (?<word>error|warning|note): (?<rest>.*)$/;
const GLOBAL = /^(?<path>.+?): (?<word>error|warning|note): (?<rest>.*)$/;
const CODE = /^(.*?) {2}\[([a-z][\w-]*)\]$/;
const SUCCESS = /^Success: no issues found in (\d{1,9}) source files?$/;
const FOUND =
  /^Found (\d{1,9}) errors? in \d+ files? \((?:checked (\d{1,9}) source files?|errors prevented further checking)\)$/;

interface Draft extends Omit<MypyDiagnostic, "message"> {
  readonly said: string[];
}

/**
 * Reads what mypy prints on standard output without `--pretty`, by mypy 1.0 to 2.4. Its JSON is not taken, since it leaves
 * out the closing line, and with it how many files were checked. Never throws; a line of no known form is a problem.
 */
export function parseMypy(text: string): MypyReport {
  const drafts: Draft[] = [];
  const problems: string[] = [];
  let summary: MypySummary | undefined;
  for (const line of text.split(/\r?\n/)) {
    const draft = draftOf(line);
    const closing = summaryOf(line);
    if (closing !== undefined) summary = closing;
    else if (draft !== undefined) add(drafts, draft);
    else if (line.trim() !== "") problems.push(`a line of unknown form: ${plainLine(line).slice(0, 200)}`);
  }
  const diagnostics = drafts.map(({ said, ...rest }) => ({ ...rest, message: plainText(said.join("\n")) }));
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  if (summary !== undefined && summary.errors !== errors)
    problems.push(`the output is not complete: it counts ${summary.errors} errors and prints ${errors}`);
  return { diagnostics, summary, crashed: text.includes("INTERNAL ERROR"), problems: problems.slice(0, 5) };
}

/** A note goes with the error of the same line above it; alone, as after `reveal_type`, it stands for itself. */
function add(drafts: Draft[], draft: Draft): void {
  const last = drafts.at(-1);
  const belongs = draft.severity === "info" && last !== undefined && last.severity !== "info";
  if (belongs && last.path === draft.path && last.line === draft.line) last.said.push(...draft.said);
  else drafts.push(draft);
}

function draftOf(line: string): Draft | undefined {
  const groups = firstGroups(line, [LOCATED, GLOBAL]);
  const { path, row, word, rest } = groups;
  if (path === undefined || word === undefined || rest === undefined) return undefined;
  return {
    path,
    line: row === undefined ? undefined : Number(row),
    place: placeOf(groups),
    severity: severityOf(word),
    ...saidIn(rest),
  };
}

function placeOf({ row, column, endLine = row, endColumn = column }: Groups): MypyDiagnostic["place"] {
  if (column === undefined) return undefined;
  return { column: Number(column), endLine: Number(endLine), endColumn: Number(endColumn) };
}

/** The code of an error stands in brackets behind its message; what has none is named after the tool. */
function saidIn(rest: string): Pick<Draft, "rule" | "said"> {
  const [, message = rest, rule = "mypy"] = CODE.exec(rest) ?? [];
  return { rule, said: [message.trimEnd()] };
}

function severityOf(word: string): Severity {
  if (word === "error") return "error";
  return word === "warning" ? "warning" : "info";
}

function summaryOf(line: string): MypySummary | undefined {
  const success = SUCCESS.exec(line)?.[1];
  if (success !== undefined) return { errors: 0, files: Number(success) };
  const [, errors, files] = FOUND.exec(line) ?? [];
  if (errors === undefined) return undefined;
  return { errors: Number(errors), files: files === undefined ? undefined : Number(files) };
}

/** One finding in `file`. */
export function mypyFinding(
  { line, place, severity, rule, message }: MypyDiagnostic,
  file: string,
  source: TextPositions | undefined,
): ReportedFinding {
  return {
    rule,
    severity,
    message,
    file,
    range: line === undefined || line < 1 ? undefined : rangeOf(line, place, source),
    url:
      rule === "mypy" || rule === "syntax"
        ? undefined
        : `https://mypy.readthedocs.io/en/stable/_refs.html#code-${rule}`,
  };
}

/**
 * mypy 1 counts columns in bytes; mypy 2.4 takes the extra bytes away twice. On a line with other characters than ASCII
 * nobody can tell which column is meant, so only the line is named.
 */
function rangeOf(line: number, place: MypyDiagnostic["place"], source: TextPositions | undefined): Range {
  const isAscii = (row: number) => source === undefined || /^[\u0000-\u007f]*$/.test(source.line(row));
  if (place === undefined || !isAscii(line)) return { start: { line, column: 1 } };
  const start = { line, column: Math.max(1, place.column) };
  const end = { line: place.endLine, column: place.endColumn + 1 };
  return isAscii(end.line) ? forwardRange(start, end) : { start };
}

const COMPLAINT = /^[^:]+\.(?:toml|ini|cfg): /;
const UNREADABLE =
  /^[^:]+\.(?:ini|cfg): (?:Source contains parsing errors|File contains no section headers|While reading from )|^[^:]+\.toml: (?!\[)/;

/**
 * What mypy says on standard error about its configuration. It goes on without options that it does not know; a file that
 * it cannot parse it does not read at all, and answers as if there were none.
 */
export function parseComplaints(text: string): {
  readonly warnings: readonly string[];
  readonly problems: readonly string[];
} {
  const complaints = text
    .split(/\r?\n/)
    .map(plainLine)
    .filter((line) => COMPLAINT.test(line));
  return {
    warnings: complaints.filter((line) => !UNREADABLE.test(line)),
    problems: complaints.filter((line) => UNREADABLE.test(line)),
  };
}
