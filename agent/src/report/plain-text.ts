import { columnsOf, graphemes } from "./columns.ts";

/** Text of tools and models made harmless for a terminal: no control characters, no escape sequences, no bidirectional overrides. */
export function plainText(text: string): string {
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, "");
}

/** Cuts a line to a width in columns of a terminal, with an ellipsis where something is missing. */
export function fit(text: string, width: number): string {
  if (columnsOf(text) <= width) return text;
  let cut = "";
  let columns = 0;
  for (const segment of graphemes(text)) {
    columns += columnsOf(segment);
    if (columns > width - 1) break;
    cut += segment;
  }
  return `${cut}…`;
}
