import { isDeepStrictEqual } from "node:util";
import type { JsonNode, JsonProperty, Span } from "./json-text.ts";

/** A place in a text; both numbers start at 1, columns count UTF-16 units. */
export interface TextPlace {
  readonly line: number;
  readonly column: number;
}

/** So many units at an offset are replaced by a text. */
export interface TextEdit {
  readonly offset: number;
  readonly length: number;
  readonly content: string;
}

/** Line and column of an offset. */
export function placeAt(text: string, offset: number): TextPlace {
  const before = text.slice(0, offset);
  const lineStart = Math.max(before.lastIndexOf("\n"), before.lastIndexOf("\r")) + 1;
  return { line: before.split(/\r\n|\r|\n/).length, column: offset - lineStart + 1 };
}

/** The text after edits that do not overlap. Insertions at one place come in the order given. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  const parts: string[] = [];
  let from = 0;
  for (const { offset, length, content } of edits.toSorted((a, b) => a.offset - b.offset)) {
    if (offset < from) throw new RangeError(`edits overlap at offset ${offset}`);
    parts.push(text.slice(from, offset), content);
    from = offset + length;
  }
  return parts.join("") + text.slice(from);
}

/**
 * The edits that make a value say something else. What stays the same stays byte for byte: keys of objects are compared
 * one by one; of a list, items that go are cut out and items that come at the end are added, and every other difference
 * is looked at item by item.
 */
export function editsTo(node: JsonNode, wanted: unknown): readonly TextEdit[] {
  if (node.isObject && isRecord(wanted)) return objectEdits(node, wanted);
  if (node.isArray && Array.isArray(wanted)) return arrayEdits(node, wanted);
  return isDeepStrictEqual(node.value(), wanted) ? [] : [replaceValue(node, wanted)];
}

/**
 * The edits that set some keys of an object and leave all others. A key that is set to `undefined` is taken away.
 */
export function setKeys(object: JsonNode, values: Readonly<Record<string, unknown>>): readonly TextEdit[] {
  const present = new Set(object.properties.map(({ key }) => key));
  const kept = object.properties.filter(({ key }) => values[key] !== undefined || !Object.hasOwn(values, key));
  const added = Object.entries(values).filter(([key, value]) => value !== undefined && !present.has(key));
  if (kept.length === 0 && present.size > 0) return [replaceAll(object, Object.fromEntries(added))];
  return [
    ...removeChildren(object.properties, new Set(kept)),
    ...kept.flatMap(({ key, value }) => (Object.hasOwn(values, key) ? editsTo(value, values[key]) : [])),
    ...(added.length === 0 ? [] : [appendProperties(object, added)]),
  ];
}

/** Puts another value in the place of one, and touches nothing else. A value of several lines is indented like the file. */
export function replaceValue(node: JsonNode, value: unknown): TextEdit {
  if (typeof value !== "object" || value === null) return replacement(node, JSON.stringify(value));
  return replaceAll(node, value);
}

/** Adds properties after the last one of an object, spaced like their neighbours. The keys must not be there yet. */
export function appendProperties(object: JsonNode, entries: readonly (readonly [string, unknown])[]): TextEdit {
  const colon = colonLike(object.text, object.properties.at(-1));
  return append(
    { container: object, children: object.properties },
    entries.map(
      ([key, value]) =>
        (style: Style) =>
          `${JSON.stringify(key)}${colon}${stringify(value, style)}`,
    ),
  );
}

/** Adds items at the end of an array, spaced and indented like the file. */
export function appendItems(array: JsonNode, values: readonly unknown[]): TextEdit {
  return append(
    { container: array, children: array.items },
    values.map((value) => (style: Style) => stringify(value, style)),
  );
}

/** Cuts items out of an array, with the commas and the white space that belong to them. */
export function removeItems(array: JsonNode, indexes: ReadonlySet<number>): readonly TextEdit[] {
  const kept = array.items.filter((_item, index) => !indexes.has(index));
  if (kept.length === 0) return array.items.length === 0 ? [] : [replacement(array, "[]")];
  return removeChildren(array.items, new Set(kept));
}

function objectEdits(node: JsonNode, wanted: Readonly<Record<string, unknown>>): readonly TextEdit[] {
  const gone = node.properties.filter(({ key }) => !Object.hasOwn(wanted, key));
  const values: Record<string, unknown> = { ...wanted };
  for (const { key } of gone) values[key] = undefined;
  return setKeys(node, values);
}

function arrayEdits(node: JsonNode, wanted: readonly unknown[]): readonly TextEdit[] {
  const { items } = node;
  const isSame = items.length === wanted.length;
  if (isSame) return items.flatMap((item, index) => editsTo(item, wanted[index]));
  const { kept, rest } = keptInOrder(items, wanted);
  if (kept.size === 0) return [wanted.length === 0 ? replacement(node, "[]") : replaceAll(node, wanted)];
  return [...removeChildren(items, kept), ...(rest.length === 0 ? [] : [appendItems(node, rest)])];
}

/** The longest beginning of what is wanted that is left when items are taken away, and what comes after it. */
function keptInOrder(
  items: readonly JsonNode[],
  wanted: readonly unknown[],
): { kept: Set<JsonNode>; rest: readonly unknown[] } {
  const kept = new Set<JsonNode>();
  for (const item of items) {
    if (kept.size < wanted.length && isDeepStrictEqual(item.value(), wanted[kept.size])) kept.add(item);
  }
  return { kept, rest: wanted.slice(kept.size) };
}

/** Children that nobody keeps are cut out; at least one must be kept. */
function removeChildren<Child extends Span>(children: readonly Child[], kept: ReadonlySet<Child>): readonly TextEdit[] {
  const firstKept = children.findIndex((child) => kept.has(child));
  return children.flatMap((child, index) => {
    if (kept.has(child)) return [];
    const isAfterKept = index > firstKept;
    const from = isAfterKept ? (children[index - 1]?.end ?? child.offset) : child.offset;
    const to = isAfterKept ? child.end : (children[index + 1]?.offset ?? child.end);
    return [{ offset: from, length: to - from, content: "" }];
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function replacement({ offset, end }: Span, content: string): TextEdit {
  return { offset, length: end - offset, content };
}

/** A container in the place of a value: in lines of its own where the file is written so. */
function replaceAll(node: JsonNode, value: object): TextEdit {
  const { text } = node;
  const style = { unit: unitOf(text), eol: eolOf(text), indent: indentAt(text, node.offset) };
  return replacement(node, stringify(value, style));
}

interface Style {
  /** What one level of indentation is; empty when the container is written on one line. */
  readonly unit: string;
  readonly eol: string;
  /** Indentation of the lines that follow the first one. */
  readonly indent: string;
}

interface Container {
  readonly container: JsonNode;
  readonly children: readonly Span[];
}

type Rendered = (style: Style) => string;

function append({ container, children }: Container, additions: readonly Rendered[]): TextEdit {
  const { text } = container;
  const eol = eolOf(text);
  const last = children.at(-1);
  if (last === undefined) return fill(container, additions);
  if (startsItsLine(text, last.offset)) {
    const style = { unit: unitOf(text), eol, indent: indentAt(text, last.offset) };
    const content = additions.map((render) => `,${eol}${style.indent}${render(style)}`).join("");
    return { offset: last.end, length: 0, content };
  }
  const gap = gapBefore(container, children);
  const content = additions.map((render) => `,${gap}${render({ unit: "", eol, indent: "" })}`).join("");
  return { offset: last.end, length: 0, content };
}

/** What is put into a container that was empty. */
function fill(container: JsonNode, additions: readonly Rendered[]): TextEdit {
  const { text } = container;
  const [eol, unit] = [eolOf(text), unitOf(text)];
  const inside = { offset: container.offset + 1, length: container.end - container.offset - 2 };
  if (unit === "")
    return { ...inside, content: additions.map((render) => render({ unit, eol, indent: "" })).join(",") };
  const outer = indentAt(text, container.offset);
  const indent = outer + unit;
  const lines = additions.map((render) => `${eol}${indent}${render({ unit, eol, indent })}`);
  return { ...inside, content: `${lines.join(",")}${eol}${outer}` };
}

function stringify(value: unknown, { unit, eol, indent }: Style): string {
  if (unit === "") return JSON.stringify(value);
  return JSON.stringify(value, null, unit).replaceAll("\n", `${eol}${indent}`);
}

function eolOf(text: string): string {
  return text.includes("\r\n") ? "\r\n" : "\n";
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
function gapBefore({ text, offset }: JsonNode, children: readonly Span[]): string {
  const [previous, last] = children.length < 2 ? [undefined, children[0]] : children.slice(-2);
  if (last === undefined) return "";
  return text.slice(previous?.end ?? offset + 1, last.offset).replace(",", "");
}

function colonLike(text: string, neighbour: JsonProperty | undefined): string {
  if (neighbour !== undefined) return text.slice(neighbour.keySpan.end, neighbour.value.offset);
  return unitOf(text) === "" ? ":" : ": ";
}
