import type { TextEdit } from "../../core/finding.ts";
import { TextPositions } from "./text-positions.ts";

/**
 * The one edit of whole lines that turns `before` into `after`: equal lines at both ends are left alone. `undefined` when
 * the texts are equal.
 */
export function replacementOf(before: string, after: string): TextEdit | undefined {
  if (before === after) return undefined;
  const old = linesOf(before);
  const wanted = linesOf(after);
  const shorter = Math.min(old.length, wanted.length);
  let head = 0;
  while (head < shorter && old[head] === wanted[head]) head++;
  let tail = 0;
  while (tail < shorter - head && old[old.length - 1 - tail] === wanted[wanted.length - 1 - tail]) tail++;
  const positions = new TextPositions(before);
  const lengthOf = (lines: readonly string[]) => lines.reduce((sum, line) => sum + line.length, 0);
  const from = lengthOf(old.slice(0, head));
  const to = before.length - lengthOf(old.slice(old.length - tail));
  return {
    range: { start: positions.ofOffset(from), end: positions.ofOffset(to) },
    newText: wanted.slice(head, wanted.length - tail).join(""),
  };
}

/** Lines with their ends, so that joining them gives the text back. */
function linesOf(text: string): readonly string[] {
  return text.split(/(?<=\n)/);
}
