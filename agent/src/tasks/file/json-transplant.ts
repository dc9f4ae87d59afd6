import { appendItems, appendProperties, applyEdits, replaceValue, type TextEdit } from "./json-edit.ts";
import type { JsonNode } from "./json-text.ts";

/** The text of a value with the indentation of the line that it begins on. */
export interface TextPiece {
  readonly text: string;
  readonly indent: string;
}

/** The text of a value after edits inside of it. Nothing in it is written anew, so that numbers and escapes stay as they are. */
export function textOf(node: JsonNode | undefined, edits: readonly TextEdit[]): TextPiece {
  if (node === undefined) return { text: "null", indent: "" };
  const { text, offset, end } = node;
  const own = edits.map((edit) => ({ ...edit, offset: edit.offset - offset }));
  return { text: applyEdits(text.slice(offset, end), own), indent: indentBefore(text, offset) };
}

/** Adds texts of values at the end of the array under a key, which is made where it is missing. */
export function insertTexts(
  owner: JsonNode,
  { key, pieces }: { readonly key: string; readonly pieces: readonly TextPiece[] },
): TextEdit {
  const stands = pieces.map((_piece, index) => standIn(index));
  const list = owner.property(key);
  const edit =
    list === undefined
      ? appendProperties(owner, [[key, stands]])
      : list.isArray
        ? appendItems(list, stands)
        : replaceValue(list, stands);
  return filled(edit, pieces);
}

/** Adds the text of a value under a new key at the end of an object. */
export function insertProperty(
  owner: JsonNode,
  { key, piece }: { readonly key: string; readonly piece: TextPiece },
): TextEdit {
  return filled(appendProperties(owner, [[key, standIn(0)]]), [piece]);
}

/** A value that stands for a text while it is found out how the surroundings are spaced. */
function standIn(index: number): string {
  return `\u0000${index}`;
}

function filled(edit: TextEdit, pieces: readonly TextPiece[]): TextEdit {
  const content = pieces.reduce((before, piece, index) => {
    const mark = JSON.stringify(standIn(index));
    const at = before.indexOf(mark);
    const indent = indentBefore(before, at);
    return before.slice(0, at) + reindented(piece, indent) + before.slice(at + mark.length);
  }, edit.content);
  return { ...edit, content };
}

/** Strings of JSON have no line breaks of their own, so each line begins with white space only. */
export function reindented({ text, indent }: TextPiece, wanted: string): string {
  return text.replaceAll(/(\r\n|\n|\r)([ \t]*)/g, (_all, eol: string, spaces: string) =>
    spaces.startsWith(indent) ? `${eol}${wanted}${spaces.slice(indent.length)}` : `${eol}${spaces}`,
  );
}

function indentBefore(text: string, offset: number): string {
  const lineStart = Math.max(text.lastIndexOf("\n", offset - 1), text.lastIndexOf("\r", offset - 1)) + 1;
  return /^[ \t]*/.exec(text.slice(lineStart, offset))?.[0] ?? "";
}
