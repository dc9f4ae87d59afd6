/**
 * Text of tasks, tools and models made fit for one line of the editor's own surfaces: control and direction-changing
 * characters are gone, and notifications cannot read a link (`[text](command:…)`) or an icon (`$(name)`) out of it.
 */
export function plainLine(text: string, longest = 300): string {
  const line = text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ")
    .replace(/\]\s*\(/g, "] \u2009(")
    .replace(/\$\(/g, "$ (")
    .trim();
  const letters = Array.from(line);
  return letters.length <= longest ? line : `${letters.slice(0, longest - 1).join("")}…`;
}

/** As `plainLine`, but keeps line breaks: for plain-text tooltips. */
export function plainBlock(text: string, longest = 2000): string {
  const lines = text.split(/\r?\n/).map((line) => plainLine(line, longest));
  return plainCut(lines.join("\n").trim(), longest);
}

function plainCut(text: string, longest: number): string {
  const letters = Array.from(text);
  return letters.length <= longest ? text : `${letters.slice(0, longest - 1).join("")}…`;
}
