import { plainText } from "./plain-text.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Text for a place in HTML, in an element or in a quoted attribute. */
export function escapeHtml(text: string): string {
  return plainText(text).replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** Text for a place in XML 1.0, which has no place for lone surrogates and the last two characters of the plane either. */
export function escapeXml(text: string): string {
  return escapeHtml(text.toWellFormed()).replaceAll(/[\ufffe\uffff]/g, "�");
}

/**
 * Text for a place inside a line of GitHub Markdown: nothing in it becomes markup, a link, a mention, an issue number or
 * the end of a table's cell.
 */
export function escapeMarkdown(text: string): string {
  return (
    plainText(text)
      .replaceAll(/\s+/g, " ")
      .replaceAll(/[\\`*_{}[\]()#+!|~<>&$]/g, (character) =>
        character === "<" ? "&lt;" : character === ">" ? "&gt;" : character === "&" ? "&amp;" : `\\${character}`,
      )
      // A name after an at sign would be told of it, a bare address would become a link.
      .replaceAll("@", "@\u200b")
      .replaceAll(/(https?):\/\//gi, "$1:\u200b//")
      .replaceAll(/\bwww\./gi, "www\u200b.")
  );
}

/** A code span that ends where it should, whatever the text holds; fits a table's cell. */
export function codeSpan(text: string): string {
  const line = plainText(text).replaceAll(/\s+/g, " ").replaceAll("|", "\\|");
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const pad = line.startsWith("`") || line.endsWith("`") || line.trim() === "" ? " " : "";
  return `${fence}${pad}${line}${pad}${fence}`;
}
