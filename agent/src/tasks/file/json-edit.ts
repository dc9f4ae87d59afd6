import type { Edit, Node } from "jsonc-parser";

/** A place in a text; both numbers start at 1, columns count UTF-16 units. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** Line and column of an offset. */
export function placeAt(text: string, offset: number): TextPlace {
  const before = text.slice(0, offset);
  const lineStart = Math.max(before.lastIndexOf("\n"), before.lastIndexOf("\r")) + 1;
  return { line: before.split(/\r\n|\r|\n/).length, column: offset - lineStart + 1 };
}

/** Puts another value in the place of one, and touches nothing else. */
export function replaceValue(node: Node, value: unknown): Edit {
  return { offset: node.offset, length: node.length, content: JSON.stringify(value) };
}

/** Adds a property after the last one of an object, spaced like its neighbours. The key must not be there yet. */
export function appendProperty(
  text: string,
  object: Node,
  property: { readonly key: string; readonly value: unknown },
): Edit {
  const colon = colonLike(text, object.children?.at(-1));
  return append(text, {
    container: object,
    render: (style) => `${JSON.stringify(property.key)}${colon}${stringify(property.value, style)}`,
  });
}

/** Adds an item at the end of an array, spaced and indented like the file. */
export function appendItem(text: string, array: Node, value: unknown): Edit {
  return append(text, { container: array, render: (style) => stringify(value, style) });
}

interface Style {
  /** What one level of indentation is; empty when the container is written on one line. */
  readonly unit: string;
  readonly eol: string;
  /** Indentation of the lines that follow the first one. */
  readonly indent: string;
}

interface Addition {
  readonly container: Node;
  readonly render: (style: Style) => string;
}

function append(text: string, { container, render }: Addition): Edit {
  const { children } = container;
  const last = children?.at(-1);
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const unit = unitOf(text);
  if (last === undefined) {
    const inside = { offset: container.offset + 1, length: container.length - 2 };
    if (unit === "") return { ...inside, content: render({ unit, eol, indent: "" }) };
    const outer = indentAt(text, container.offset);
    const indent = outer + unit;
    return { ...inside, content: `${eol}${indent}${render({ unit, eol, indent })}${eol}${outer}` };
  }
  const end = last.offset + last.length;
  if (startsItsLine(text, last.offset)) {
    const indent = indentAt(text, last.offset);
    return { offset: end, length: 0, content: `,${eol}${indent}${render({ unit, eol, indent })}` };
  }
  return { offset: end, length: 0, content: `,${gapBefore(text, container)}${render({ unit: "", eol, indent: "" })}` };
}

function stringify(value: unknown, { unit, eol, indent }: Style): string {
  if (unit === "") return JSON.stringify(value);
  return JSON.stringify(value, null, unit).replaceAll("\n", `${eol}${indent}`);
}

/** The file's indentation unit: the white space before the first key that stands on a line of its own. */
function unitOf(text: string): string {
  return /[\n\r]([ \t]+)\S/.exec(text)?.[1] ?? "";
}

function lineStartOf(text: string, offset: number): number {
  return Math.max(text.lastIndexOf("\n", offset - 1), text.lastIndexOf("\r", offset - 1)) + 1;
}

function startsItsLine(text: string, offset: number): boolean {
  const lineStart = lineStartOf(text, offset);
  return lineStart > 0 && text.slice(lineStart, offset).trim() === "";
}

function indentAt(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStartOf(text, offset), offset))?.[0] ?? "";
}

/** White space before a further child on the same line, taken from what stands before the last one. */
function gapBefore(text: string, { children = [], offset }: Node): string {
  const [last, previous] = children.toReversed();
  if (last === undefined) return "";
  const start = previous === undefined ? offset + 1 : previous.offset + previous.length;
  return text.slice(start, last.offset).replace(",", "");
}

function colonLike(text: string, neighbour: Node | undefined): string {
  const [key, value] = neighbour?.children ?? [];
  if (key !== undefined && value !== undefined) return text.slice(key.offset + key.length, value.offset);
  return unitOf(text) === "" ? ":" : ": ";
}
