import type { Position, ReportedFinding } from "../../../core/finding.ts";
import { plainLine } from "../../reading/plain-text.ts";
import type { TextPositions } from "../../reading/text-positions.ts";

/** Stands between the parts of a line; no path and no message contains it. */
const SEPARATOR = "\u001f";

/** flake8's `--format` whose lines {@link parseFlake8} reads. */
export const FORMAT = ["%(path)s", "%(row)d", "%(col)d", "%(code)s", "%(text)s"].join(SEPARATOR);

export interface Violation {
  readonly path: string;
  readonly row: number;
  readonly column: number;
  readonly code: string;
  readonly text: string;
}

export interface Flake8Report {
  readonly violations: readonly Violation[];
  /** Files that it says it processed; `undefined` when it did not come so far. */
  readonly files: number | undefined;
}

const FILES = /^(\d+)\s+total files processed$/;
const VIOLATION = new RegExp(
  ["^([^\\u001f]+)", "(\\d{1,9})", "(\\d{1,9})", "([A-Z][A-Z0-9]*)", "(.*)$"].join(SEPARATOR),
  "is",
);

/** Reads the file that `flake8 --benchmark --format=…` writes. Statistics and sources between the lines are passed over. Never throws. */
export function parseFlake8(text: string): Flake8Report {
  const violations: Violation[] = [];
  let files: number | undefined;
  for (const line of text.split(/\r?\n/)) {
    const count = FILES.exec(line)?.[1];
    if (count === undefined) violations.push(...violationsIn(line));
    else files = Math.min(Number(count), Number.MAX_SAFE_INTEGER);
  }
  return { violations, files };
}

/** The violation that a line holds; none for any other line. */
function violationsIn(line: string): readonly Violation[] {
  const [, path, row, column, code, text] = VIOLATION.exec(line) ?? [];
  if (path === undefined || code === undefined || text === undefined) return [];
  return [{ path, row: Number(row), column: Number(column), code, text }];
}

/** The number that `--count` prints; `undefined` when it is not there. */
export function parseCount(text: string): number | undefined {
  const last = text.split(/\r?\n/).findLast((line) => /^\d{1,9}$/.test(line));
  return last === undefined ? undefined : Number(last);
}

/** A file that could not be opened, which is no finding about its content. */
export const isReadFailure = ({ code }: Violation): boolean => code === "E902";

export function flake8Finding(
  { row, column, code, text }: Violation,
  file: string,
  source: TextPositions | undefined,
): ReportedFinding {
  return {
    rule: code,
    severity: "error",
    message: plainLine(text),
    file,
    range: row < 1 ? undefined : { start: positionOf({ row, column: Math.max(1, column), code }, source) },
  };
}

/** pycodestyle's own codes count code points; pyflakes, mccabe and nearly all plugins take the columns of Python's syntax tree, in bytes. */
function positionOf(
  { row, column, code }: { readonly row: number; readonly column: number; readonly code: string },
  source: TextPositions | undefined,
): Position {
  if (source === undefined) return { line: row, column };
  return /^[EW]\d/.test(code) ? source.ofCodePointColumn(row, column) : source.ofByteColumn(row, column);
}
