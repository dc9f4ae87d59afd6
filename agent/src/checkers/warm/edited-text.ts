import { TextPositions } from "../reading/text-positions.ts";
import { rangeFrom, type LspRange } from "./pulled-diagnostics.ts";

/** The text after a server's edits, which do not overlap and all speak of the text before. */
export function editedText(
  text: string,
  edits: readonly { readonly range: LspRange; readonly newText: string }[],
): string {
  const positions = new TextPositions(text);
  const placed = edits.map(({ range, newText }) => {
    const { start, end } = rangeFrom(range);
    return { from: positions.offsetOf(start), to: positions.offsetOf(end), newText };
  });
  let edited = text;
  for (const { from, to, newText } of placed.toSorted((a, b) => b.from - a.from || b.to - a.to))
    edited = edited.slice(0, from) + newText + edited.slice(to);
  return edited;
}
