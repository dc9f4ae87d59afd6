import { z } from "zod";

/** An object of JSON whose keys nobody knows yet. */
export const JsonObject = z.record(z.string(), z.unknown());
export type JsonObject = z.infer<typeof JsonObject>;

/** The object that a value is, or an empty one: descriptions leave out what they do not need. */
export function objectOf(value: unknown): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** What a reference inside of the same document (`#/a/b`) names; `undefined` when nothing stands there. */
function atPointer(document: unknown, reference: string): unknown {
  if (!reference.startsWith("#")) return undefined;
  let value: unknown = document;
  for (const part of reference.slice(1).split("/").slice(1)) {
    const key = decoded(part).replaceAll("~1", "/").replaceAll("~0", "~");
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Object.entries(value).find(([name]) => name === key)?.[1];
  }
  return value;
}

/** Follows references until something stands there. A circle of nothing but references ends as an empty object. */
export function followed(document: unknown, value: unknown): JsonObject {
  let here = objectOf(value);
  for (let step = 0; step < 20; step++) {
    const reference = textOf(here["$ref"]);
    if (reference === undefined) return here;
    here = objectOf(atPointer(document, reference));
  }
  return {};
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
