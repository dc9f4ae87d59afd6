const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;

/** A segment of the way from the root of a JSON document to a value. */
export type JsonPath = readonly (string | number)[];

/** A stretch of a text, in UTF-16 units; `end` is the first one after it. */
export interface Span {
  readonly offset: number;
  readonly end: number;
}

/** A key with its value. */
export interface JsonProperty extends Span {
  readonly key: string;
  /** Where the key stands, with its quotes. */
  readonly keySpan: Span;
  readonly value: JsonNode;
}

/**
 * A value of a JSON text and where it stands. Nothing in it is read until it is asked for, not even where it ends, which is
 * what makes one change in a list of thousands of tasks cheap. The text must be valid JSON: `JSON.parse` has said so before.
 */
export class JsonNode implements Span {
  readonly text: string;
  readonly offset: number;
  #end: number | undefined;
  #properties: Children<Property> | undefined;
  #items: Children<JsonNode> | undefined;

  constructor(text: string, offset: number) {
    this.text = text;
    this.offset = offset;
  }

  get end(): number {
    return (this.#end ??= skipValue(this.text, this.offset));
  }

  get isObject(): boolean {
    return this.text.charCodeAt(this.offset) === OPENING_BRACE;
  }

  get isArray(): boolean {
    return this.text.charCodeAt(this.offset) === OPENING_BRACKET;
  }

  /** The properties of an object in their order; none for any other value. */
  get properties(): readonly JsonProperty[] {
    return this.isObject ? this.#ownProperties.all() : [];
  }

  /** The items of an array; none for any other value. */
  get items(): readonly JsonNode[] {
    return this.isArray ? this.#ownItems.all() : [];
  }

  /** The value at a path below this one, or `undefined`. Only what stands before it is looked at. */
  at(path: JsonPath): JsonNode | undefined {
    return path.reduce<JsonNode | undefined>(
      (node, key) => (typeof key === "number" ? node?.item(key) : node?.property(key)),
      this,
    );
  }

  property(key: string): JsonNode | undefined {
    return this.isObject ? this.#ownProperties.find((property) => property.key === key)?.value : undefined;
  }

  /** The item of an array at an index from 0, or `undefined`. */
  item(index: number): JsonNode | undefined {
    return this.isArray ? this.#ownItems.at(index) : undefined;
  }

  /** What the text says here. */
  value(): unknown {
    return JSON.parse(this.text.slice(this.offset, this.end));
  }

  get #ownProperties(): Children<Property> {
    return (this.#properties ??= new Children(this, (text, offset) => new Property(text, offset)));
  }

  get #ownItems(): Children<JsonNode> {
    return (this.#items ??= new Children(this, (text, offset) => new JsonNode(text, offset)));
  }
}

class Property implements JsonProperty {
  readonly offset: number;
  readonly key: string;
  readonly keySpan: Span;
  readonly value: JsonNode;

  constructor(text: string, offset: number) {
    this.offset = offset;
    this.keySpan = { offset, end: skipString(text, offset) };
    this.key = keyOf(text, this.keySpan);
    this.value = new JsonNode(text, skipSpace(text, skipSpace(text, this.keySpan.end) + 1));
  }

  get end(): number {
    return this.value.end;
  }
}

/** The children of an object or array, found one after the other and only as far as somebody asks. */
class Children<Child extends Span> {
  readonly #container: JsonNode;
  readonly #read: (text: string, offset: number) => Child;
  readonly #found: Child[] = [];
  #isComplete = false;

  constructor(container: JsonNode, read: (text: string, offset: number) => Child) {
    this.#container = container;
    this.#read = read;
  }

  all(): readonly Child[] {
    while (this.#next() !== undefined);
    return this.#found;
  }

  at(index: number): Child | undefined {
    while (this.#found.length <= index) if (this.#next() === undefined) return undefined;
    return this.#found[index];
  }

  find(isWanted: (child: Child) => boolean): Child | undefined {
    const known = this.#found.find(isWanted);
    if (known !== undefined) return known;
    for (;;) {
      const child = this.#next();
      if (child === undefined || isWanted(child)) return child;
    }
  }

  #next(): Child | undefined {
    if (this.#isComplete) return undefined;
    const { text, offset } = this.#container;
    const last = this.#found.at(-1);
    const at = last === undefined ? skipSpace(text, offset + 1) : nextChild(text, last.end);
    const code = text.charCodeAt(at);
    this.#isComplete = code === CLOSING_BRACE || code === CLOSING_BRACKET;
    if (this.#isComplete) return undefined;
    const child = this.#read(text, at);
    this.#found.push(child);
    return child;
  }
}

/** The one value of a JSON text. */
export function jsonRoot(text: string): JsonNode {
  return new JsonNode(text, skipSpace(text, 0));
}

/**
 * The second of two equal keys of one object, down to a depth: which of them counts depends on the reader. `content` is
 * what `JSON.parse` made of the text; it has fewer keys than the text where one is there twice.
 */
export function repeatedKey(text: string, content: unknown, depth: number): Span | undefined {
  const offset = skipSpace(text, 0);
  return new RepeatedKeys(text).below({ offset, content, depth });
}

interface Place {
  readonly offset: number;
  readonly content: unknown;
  /** How many levels below are looked at. */
  readonly depth: number;
}

/** Walks a text beside its content, and counts keys: names are compared only where the counts differ. */
class RepeatedKeys {
  readonly #text: string;
  /** Where the value that was looked at last ends. */
  #end = 0;

  constructor(text: string) {
    this.#text = text;
  }

  below({ offset, content, depth }: Place): Span | undefined {
    // Of two values under one key the content has the second, which may be of another kind than what the text has here.
    const opening = Array.isArray(content) ? OPENING_BRACKET : OPENING_BRACE;
    const isSame = typeof content === "object" && content !== null && this.#text.charCodeAt(offset) === opening;
    if (depth < 0 || !isSame) {
      this.#end = skipValue(this.#text, offset);
      return undefined;
    }
    return Array.isArray(content)
      ? this.#inArray({ offset, content, depth })
      : this.#inObject({ offset, content, depth });
  }

  #inArray({ offset, content, depth }: Place & { readonly content: readonly unknown[] }): Span | undefined {
    const text = this.#text;
    let at = skipSpace(text, offset + 1);
    // By the text: of two lists under one key the content has the second, which may be shorter.
    for (let index = 0; text.charCodeAt(at) !== CLOSING_BRACKET; index++) {
      const found = this.below({ offset: at, content: content[index], depth: depth - 1 });
      if (found !== undefined) return found;
      at = nextChild(text, this.#end);
    }
    this.#end = at + 1;
    return undefined;
  }

  #inObject({ offset, content, depth }: Place & { readonly content: object }): Span | undefined {
    const text = this.#text;
    let count = 0;
    let at = skipSpace(text, offset + 1);
    for (; text.charCodeAt(at) === QUOTE; at = nextChild(text, this.#end)) {
      count += 1;
      const keyEnd = skipString(text, at);
      const start = skipSpace(text, skipSpace(text, keyEnd) + 1);
      const found = this.#ofProperty(content, { keySpan: { offset: at, end: keyEnd }, start, depth });
      if (found !== undefined) return found;
    }
    this.#end = at + 1;
    if (count === Object.keys(content).length) return undefined;
    return secondOfTwo(new JsonNode(text, offset));
  }

  #ofProperty(
    content: object,
    { keySpan, start, depth }: { keySpan: Span; start: number; depth: number },
  ): Span | undefined {
    const opening = this.#text.charCodeAt(start);
    if (opening !== OPENING_BRACE && opening !== OPENING_BRACKET) {
      this.#end = skipValue(this.#text, start);
      return undefined;
    }
    const value: unknown = Reflect.get(content, keyOf(this.#text, keySpan));
    return this.below({ offset: start, content: value, depth: depth - 1 });
  }
}

function secondOfTwo(object: JsonNode): Span | undefined {
  const seen = new Set<string>();
  for (const { key, keySpan } of object.properties) {
    if (seen.has(key)) return keySpan;
    seen.add(key);
  }
  return undefined;
}

function keyOf(text: string, { offset, end }: Span): string {
  const inner = text.slice(offset + 1, end - 1);
  return inner.includes("\\") ? String(JSON.parse(text.slice(offset, end))) : inner;
}

/** After a child: the start of the next one, or the bracket that closes the container. */
function nextChild(text: string, end: number): number {
  const at = skipSpace(text, end);
  return text.charCodeAt(at) === COMMA ? skipSpace(text, at + 1) : at;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  for (let code = text.charCodeAt(at); code <= 0x20; code = text.charCodeAt(at)) at += 1;
  return at;
}

/** The end of a string that begins at `from`: behind the first quote that no backslash escapes. */
function skipString(text: string, from: number): number {
  for (let quote = text.indexOf('"', from + 1); ; quote = text.indexOf('"', quote + 1)) {
    let slashes = 0;
    while (text.charCodeAt(quote - 1 - slashes) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return quote + 1;
  }
}

function skipValue(text: string, from: number): number {
  const code = text.charCodeAt(from);
  if (code === QUOTE) return skipString(text, from);
  return code === OPENING_BRACE || code === OPENING_BRACKET ? skipContainer(text, from) : skipScalar(text, from);
}

function skipContainer(text: string, from: number): number {
  let depth = 0;
  for (let at = from; ; ) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = skipString(text, at);
      continue;
    }
    at += 1;
    if (code === OPENING_BRACE || code === OPENING_BRACKET) depth += 1;
    else if (code === CLOSING_BRACE || code === CLOSING_BRACKET) {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
}

function skipScalar(text: string, from: number): number {
  let at = from;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code <= 0x20 || code === COMMA || code === CLOSING_BRACE || code === CLOSING_BRACKET) break;
    at += 1;
  }
  return at;
}
