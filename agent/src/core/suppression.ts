import type { Finding } from "./finding.ts";
import { matchesPattern } from "./glob.ts";

/** The word that a comment in a source begins with to take findings out of the count. */
export const IGNORE_WORD = "trigate-ignore";

/** The word, `CHECK/RULE: REASON until 2027-01-31`, as somebody wrote it. */
export interface IgnoreComment {
  /** Where it stands, from 1. */
  readonly line: number;
  /** The line whose findings it means. */
  readonly target: number;
  readonly check: string;
  /** `*` for any characters; `undefined` for all rules. */
  readonly rule: string | undefined;
  readonly reason: string;
  readonly expires: string | undefined;
  /** Why it suppresses nothing. */
  readonly problem: string | undefined;
}

const COMMENT = /^(?<before>.*?)(?<opening>\/\/|\/\*|<!--|#|--|;|%|\*)(?<said>.*)$/;
const REQUEST = /^(?<check>[\w.@-]+)(?:\/(?<rule>[^\s:]+(?::[^\s:]+)*))?\s*(?::(?:\s+(?<why>.*))?)?$/;
const UNTIL = /\s*\[?\buntil (?<day>\S+?)\]?$/;
const FORM = `write "${IGNORE_WORD} CHECK/RULE: REASON"`;

/** All such comments of a source, in any comment syntax. A comment that has its line to itself means the next line of code. */
export function ignoreComments(text: string): readonly IgnoreComment[] {
  if (!text.includes(IGNORE_WORD)) return [];
  const lines = text.split(/\r?\n/);
  return lines.flatMap((line, index) => {
    const at = line.indexOf(IGNORE_WORD);
    if (at === -1) return [];
    const before = COMMENT.exec(line.slice(0, at))?.groups?.["before"];
    const said = line.slice(at + IGNORE_WORD.length);
    // In prose and in code that handles such comments the word stands without a blank or without a comment's opening.
    if (before === undefined || !/^\s+\S/.test(said)) return [];
    return [readComment(said, index + 1, isOnlyRequest(line) ? nextCodeLine(lines, index + 1) : index + 1)];
  });
}

function readComment(said: string, line: number, target: number): IgnoreComment {
  const text = said.replace(/\s*(\*\/\s*\}?|-->)\s*$/, "").trim();
  const { check = "", rule, why = "" } = REQUEST.exec(text)?.groups ?? {};
  const expires = UNTIL.exec(why)?.groups?.["day"];
  const reason = why.replace(UNTIL, "").trim();
  return { line, target, check, rule, reason, expires, problem: problemOf({ check, reason, expires }) };
}

function problemOf({
  check,
  reason,
  expires,
}: Pick<IgnoreComment, "check" | "reason" | "expires">): string | undefined {
  if (check === "") return `it names no check; ${FORM}`;
  if (reason === "") return `it gives no reason; ${FORM}`;
  if (expires === undefined || isDay(expires)) return undefined;
  return `"${expires}" is no day; write "until 2027-01-31"`;
}

/** The next line that holds more than a comment; several requests may stand above one line. */
function nextCodeLine(lines: readonly string[], after: number): number {
  const code = lines.findIndex((line, index) => index >= after && line.trim() !== "" && !isOnlyRequest(line));
  return code === -1 ? lines.length : code + 1;
}

function isOnlyRequest(line: string): boolean {
  const at = line.indexOf(IGNORE_WORD);
  return at !== -1 && /^\s*\{?\s*$/.test(COMMENT.exec(line.slice(0, at))?.groups?.["before"] ?? "code");
}

/** Whether a text is a day of the calendar as `2027-01-31`. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** Whether the last day on which something holds is over. Both are days as `2027-01-31`. */
export function isExpired(expires: string | undefined, today: string): boolean {
  return expires !== undefined && expires < today;
}

/** Whether a comment means this finding, apart from dates and reasons. */
export function isMeantBy(comment: IgnoreComment, finding: Pick<Finding, "check" | "rule" | "range">): boolean {
  return (
    comment.target === finding.range?.start.line &&
    comment.check === finding.check &&
    (comment.rule === undefined || matchesPattern(comment.rule, finding.rule))
  );
}
