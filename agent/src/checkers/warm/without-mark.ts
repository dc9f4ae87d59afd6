import type { WarmDocument } from "../warm-tool.ts";

/** For tools whose command line counts columns after the byte order mark that some editors begin files with, as editors do. */
export function withoutMark(document: WarmDocument): WarmDocument {
  return { ...document, text: document.text.replace(/^\uFEFF/, "") };
}
