import type { TextEdit } from "../../core/finding.ts";
import { TextPositions } from "./text-positions.ts";

/**
 * The one edit of whole lines that turns `before` into `after`: equal lines at both ends are left alone. `undefined` when
 * the texts are equal.
 */
export function replacementOf(before: string, after: string): TextEdit | undefined {
  return before === after ? undefined : editOfParts(before, linesOf(before), linesOf(after));
}

/** The edit of the shortest stretch of code points that turns `before` into `after`. */
export function shortestEdit(before: string, after: string): TextEdit {
  return editOfParts(before, Array.from(before), Array.from(after));
}

/** `old` and `wanted` are the parts that texts are compared by; those of `old` make up `before`. */
function editOfParts(before: string, old: readonly string[], wanted: readonly string[]): TextEdit {
  const shorter = Math.min(old.length, wanted.length);
  let head = 0;
  while (head < shorter && old[head] === wanted[head]) head++;
  let tail = 0;
  while (tail < shorter - head && old[old.length - 1 - tail] === wanted[wanted.length - 1 - tail]) tail++;
  const positions = new TextPositions(before);
  const lengthOf = (parts: readonly string[]) => parts.reduce((sum, part) => sum + part.length, 0);
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
