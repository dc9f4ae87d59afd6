import type { Severity } from "../../../core/finding.ts";
import { plainText } from "../plain-text.ts";
import type { ProblemMatcher, WrittenPattern } from "./form.ts";

/** A problem that lines of output tell of. */
export interface MatchedProblem {
  /** As the tool wrote it. */
  readonly file: string;
  /** `undefined` for a problem of the whole file. */
  readonly line: number | undefined;
  readonly column: number | undefined;
  readonly endLine: number | undefined;
  readonly endColumn: number | undefined;
  readonly severity: Severity;
  readonly code: string | undefined;
  readonly message: string;
}

/** Longer lines are matched by their beginning: no tool writes a problem's place behind this, and expressions take longer the longer a line is. */
const LONGEST_LINE = 10_000;

const KEYS = ["file", "location", "line", "column", "endLine", "endColumn", "severity", "code", "message"] as const;
type Key = (typeof KEYS)[number];
type Filled = Partial<Record<Key, string>>;

interface CompiledPattern {
  readonly regexp: RegExp;
  readonly pattern: WrittenPattern;
  /** Which group holds what. */
  readonly groups: ReadonlyMap<Key, number>;
}

/** One matcher on its way through the lines of an output. The caller decides how many steps are made at a time. */
export class ProblemMatching {
  readonly problems: MatchedProblem[] = [];
  readonly #matcher: ProblemMatcher;
  readonly #patterns: readonly CompiledPattern[];
  /** The line and the expression being matched, for the message of a match that does not end. */
  at: { readonly line: number; readonly regexp: string } = { line: 0, regexp: "" };

  constructor(matcher: ProblemMatcher) {
    this.#matcher = matcher;
    this.#patterns = matcher.patterns.map((pattern) => ({
      regexp: new RegExp(pattern.regexp, pattern.flags),
      pattern,
      groups: groupsOf(pattern),
    }));
  }

  /** Tries to begin a problem at a line and gives the line to go on with, which is always a later one. */
  step(lines: readonly string[], start: number): number {
    const last = this.#patterns.length - 1;
    let before: Filled = {};
    let filled: Filled = {};
    for (const index of this.#patterns.keys()) {
      const told = this.#match(index, lines, start + index);
      if (told === undefined) return start + 1;
      before = filled;
      filled = continued(filled, told);
    }
    this.#keep(filled);
    let next = start + this.#patterns.length;
    if (this.#patterns[last]?.pattern.loop !== true) return next;
    for (; next < lines.length; next++) {
      const told = this.#match(last, lines, next);
      if (told === undefined) break;
      this.#keep(continued(before, told));
    }
    return next;
  }

  /** What a line tells by one of the patterns. */
  #match(index: number, lines: readonly string[], at: number): Filled | undefined {
    const line = lines[at];
    const compiled = this.#patterns[index];
    if (line === undefined || compiled === undefined) return undefined;
    this.at = { line: at + 1, regexp: compiled.pattern.regexp };
    const match = compiled.regexp.exec(line.slice(0, LONGEST_LINE));
    return match === null ? undefined : filledBy(match, compiled.groups);
  }

  #keep({ file, message, code, severity, ...place }: Filled): void {
    const wholeFile = this.#patterns[0]?.pattern.kind === "file";
    const position = wholeFile ? NOWHERE : positionOf(place);
    if (file === undefined || message === undefined || position === undefined) return;
    this.problems.push({
      file,
      ...position,
      severity: severityOf(severity) ?? this.#matcher.severity,
      code: code === undefined ? undefined : plainText(code),
      message: plainText(message),
    });
  }
}

function groupsOf(pattern: WrittenPattern): ReadonlyMap<Key, number> {
  const numbers = { ...pattern, column: pattern.column ?? pattern.character };
  return new Map(
    KEYS.flatMap((key): [Key, number][] => {
      const group = numbers[key];
      return group === undefined ? [] : [[key, group]];
    }),
  );
}

/** The groups that hold more than blanks. */
function filledBy(match: RegExpExecArray, groups: CompiledPattern["groups"]): Filled {
  const filled: Filled = {};
  for (const [key, group] of groups) {
    const value = match[group]?.trim() ?? "";
    if (value !== "") filled[key] = value;
  }
  return filled;
}

/** What an earlier line said holds, except that messages go on. */
function continued(earlier: Filled, later: Filled): Filled {
  const both = { ...later, ...earlier };
  if (earlier.message === undefined || later.message === undefined) return both;
  return { ...both, message: `${earlier.message}\n${later.message}` };
}

const NOWHERE = { line: undefined, column: undefined, endLine: undefined, endColumn: undefined };

/** `undefined` when the groups tell no line. */
function positionOf({ location, line, column, endLine, endColumn }: Filled) {
  const parts = location?.split(",") ?? [];
  const whole =
    parts.length === 4
      ? { line: parts[0], column: parts[1], endLine: parts[2], endColumn: parts[3] }
      : { line: parts[0] ?? line, column: parts[1] ?? column, endLine, endColumn };
  const at = wholeNumber(whole.line);
  if (at === undefined) return undefined;
  return {
    line: at,
    column: wholeNumber(whole.column),
    endLine: wholeNumber(whole.endLine),
    endColumn: wholeNumber(whole.endColumn),
  };
}

function wholeNumber(written: string | undefined): number | undefined {
  const number = written === undefined || !/^\s*\d{1,9}\s*$/.test(written) ? 0 : Number(written);
  return number >= 1 ? number : undefined;
}

function severityOf(written: string | undefined): Severity | undefined {
  const word = written?.toLowerCase();
  if (word === undefined) return undefined;
  if (word === "e" || /^(?:err|fatal|fail|critical)/.test(word)) return "error";
  if (word === "w" || word.startsWith("warn")) return "warning";
  return word === "i" || /^(?:info|note|hint|message|suggestion|remark)/.test(word) ? "info" : undefined;
}
