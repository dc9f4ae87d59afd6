import { LAST_LINE } from "./line-hits.ts";

/** More branches of one line than any source has; a number beyond it is a fault of the report. */
export const MOST_BRANCHES = 10_000;

/** A count as a report writes it, at most 2^53 − 1; `undefined` for what is no count. */
export function toCount(text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  const count = Number(text);
  return Number.isInteger(count) && count >= 0 ? Math.min(count, Number.MAX_SAFE_INTEGER) : undefined;
}

/** A line number, or 0 for what has no place; `undefined` for what is no line number. */
export function toLine(text: string | undefined): number | undefined {
  const line = toCount(text);
  return line !== undefined && line <= LAST_LINE ? line : undefined;
}
