import type { Fix } from "../../core/finding.ts";
import { TextPositions } from "../reading/text-positions.ts";

/** What a file reads after its fix; the edits are applied from the end, as editors do. */
export function applyFix(text: string, fix: Fix | undefined): string {
  if (fix === undefined) throw new Error("the finding carries no fix");
  const positions = new TextPositions(text);
  const edits = fix.edits.map(({ range, newText }) => ({
    from: positions.offsetOf(range.start),
    to: positions.offsetOf(range.end),
    newText,
  }));
  return edits
    .toSorted((a, b) => b.from - a.from)
    .reduce((changed, { from, to, newText }) => changed.slice(0, from) + newText + changed.slice(to), text);
}
