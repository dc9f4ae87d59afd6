/** A stretch of a document that is planned in one question. */
export interface DocumentPart {
  /** The headings that it stands under, outermost first. */
  readonly headings: readonly string[];
  readonly text: string;
}

interface Section {
  readonly level: number;
  readonly heading: string;
  readonly text: string;
}

/** A Markdown heading: one to six signs at the beginning of a line, outside of code. */
const HEADING = /^(#{1,6})\s+(.+?)\s*#*\s*$/;
const FENCE = /^\s{0,3}(`{3,}|~{3,})/;

/**
 * Splits a document into parts of at most `longest` characters, at headings where it has any, else at blank lines, else at
 * ends of lines, else anywhere. Nothing is lost and nothing is twice: the parts' texts together are the document.
 */
export function splitDocument(document: string, longest: number): readonly DocumentPart[] {
  const parts: DocumentPart[] = [];
  let headings: readonly string[] = [];
  let path: readonly Section[] = [];
  let text = "";
  for (const section of sectionsOf(document).flatMap((whole) => pieces(whole, longest))) {
    if (text !== "" && text.length + section.text.length > longest) {
      parts.push({ headings, text });
      text = "";
    }
    path = section.level === 0 ? path : [...path.filter(({ level }) => level < section.level), section];
    if (text === "") headings = path.map(({ heading }) => heading);
    text += section.text;
  }
  if (text.trim() !== "") parts.push({ headings, text });
  return parts;
}

/** The headings of a document, indented by their level. */
export function outlineOf(document: string): string {
  return sectionsOf(document)
    .filter(({ level }) => level > 0)
    .map(({ level, heading }) => `${"  ".repeat(level - 1)}- ${heading}`)
    .join("\n");
}

function sectionsOf(document: string): readonly Section[] {
  const sections: { level: number; heading: string; lines: string[] }[] = [{ level: 0, heading: "", lines: [] }];
  let fence: string | undefined;
  for (const line of document.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    const mark = FENCE.exec(line)?.[1];
    const heading = fence === undefined ? headingOf(line) : undefined;
    if (mark !== undefined) fence = nextFence(fence, mark);
    if (heading === undefined) sections.at(-1)?.lines.push(line);
    else sections.push({ ...heading, lines: [line] });
  }
  return sections
    .filter(({ lines }) => lines.length > 0)
    .map(({ level, heading, lines }) => ({ level, heading, text: lines.join("") }));
}

function headingOf(line: string): Pick<Section, "level" | "heading"> | undefined {
  const [, signs, heading = ""] = HEADING.exec(line.trimEnd()) ?? [];
  return signs === undefined ? undefined : { level: signs.length, heading };
}

/** A block of code ends with the signs that it began with, at least as many. */
function nextFence(open: string | undefined, mark: string): string | undefined {
  if (open === undefined) return mark;
  return mark[0] === open[0] && mark.length >= open.length ? undefined : open;
}

/** A section that is too long alone, cut where it hurts least. The first piece keeps the heading. */
function pieces(section: Section, longest: number): readonly Section[] {
  if (section.text.length <= longest) return [section];
  const cut = cutBefore(section.text, longest);
  const rest = { level: 0, heading: "", text: section.text.slice(cut) };
  return [{ ...section, text: section.text.slice(0, cut) }, ...pieces(rest, longest)];
}

function cutBefore(text: string, longest: number): number {
  const window = text.slice(0, longest);
  for (const boundary of ["\n\n", "\n", ". ", "。", " "]) {
    const at = window.lastIndexOf(boundary);
    if (at > longest / 2) return at + boundary.length;
  }
  // Never between the halves of one character.
  const last = window.charCodeAt(longest - 1);
  return last >= 0xd800 && last <= 0xdbff ? longest - 1 : longest;
}
