import { LAST_LINE } from "./line-hits.ts";

/** More branches of one line than any source has; a number beyond it is a fault of the report. */
export const MOST_BRANCHES = 10_000;

/** More digits than these may be more than a number holds exactly. */
const MOST_PLAIN_DIGITS = 15;
const ZERO = "0".charCodeAt(0);

/** A count as a report writes it, at most 2^53 − 1; `undefined` for what is no count. */
export function toCount(text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  const plain = plainCount(text);
  if (plain !== undefined) return plain;
  const count = Number(text);
  return Number.isInteger(count) && count >= 0 ? Math.min(count, Number.MAX_SAFE_INTEGER) : undefined;
}

/** A number of digits alone, as nearly all are, is read several times faster than by `Number`; any other is `undefined`. */
function plainCount(text: string): number | undefined {
  if (text.length > MOST_PLAIN_DIGITS) return undefined;
  let count = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) return undefined;
    count = count * 10 + digit;
  }
  return count;
}

/** A line number, or 0 for what has no place; `undefined` for what is no line number. */
export function toLine(text: string | undefined): number | undefined {
  const line = toCount(text);
  return line !== undefined && line <= LAST_LINE ? line : undefined;
}
