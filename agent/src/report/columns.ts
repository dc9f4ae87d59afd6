import { eastAsianWidth } from "get-east-asian-width";

/** What nearly every line consists of, each one column wide: printable ASCII and the signs of the reports themselves. */
const NARROW = /^[\u0020-\u007e✓✗▲–—…·µ×]*$/;
const INVISIBLE = /^[\p{Cc}\p{Cf}\p{Mn}\p{Me}\p{Cs}\u115f\u1160\u3164\uffa0]+$/u;

let segmenter: Intl.Segmenter | undefined;

/** The characters of a text as a reader sees them. The segmenter takes milliseconds to make, so that is put off. */
export function graphemes(text: string): readonly string[] {
  segmenter ??= new Intl.Segmenter("en", { granularity: "grapheme" });
  return Array.from(segmenter.segment(text), ({ segment }) => segment);
}

/** How many columns of a terminal a text takes; text without escape sequences. */
export function columnsOf(text: string): number {
  if (NARROW.test(text)) return text.length;
  return graphemes(text).reduce((sum, grapheme) => sum + columnsOfGrapheme(grapheme), 0);
}

function columnsOfGrapheme(grapheme: string): number {
  if (INVISIBLE.test(grapheme)) return 0;
  if (grapheme.includes("\ufe0f") || /^\p{Emoji_Presentation}/u.test(grapheme)) return 2;
  return eastAsianWidth(grapheme.codePointAt(0) ?? 0);
}
