import { listOf } from "./json-form.ts";

/**
 * OpenAPI 3.0 says `nullable` and has limits that are switches; JSON Schema has a type `null` and limits that are numbers.
 * Gives the same document in the words of JSON Schema.
 */
export function withoutNullable(value: unknown, depth = 0): unknown {
  if (depth > 200) return value;
  if (Array.isArray(value)) return value.map((each) => withoutNullable(each, depth + 1));
  if (typeof value !== "object" || value === null) return value;
  const entries = new Map(Object.entries(value).map(([key, each]) => [key, withoutNullable(each, depth + 1)]));
  nameNull(entries);
  setLimit(entries, "minimum", "exclusiveMinimum");
  setLimit(entries, "maximum", "exclusiveMaximum");
  return Object.fromEntries(entries);
}

type Entries = Map<string, unknown>;

function nameNull(entries: Entries): void {
  const type = entries.get("type");
  if (entries.get("nullable") !== true || typeof type !== "string") return;
  entries.set("type", [type, "null"]);
  const choices = listOf(entries.get("enum"));
  if (choices.length > 0 && !choices.includes(null)) entries.set("enum", [...choices, null]);
}

/** The switch says that the limit itself is left out; then the number belongs under its name. */
function setLimit(entries: Entries, limit: string, exclusive: string): void {
  const isExclusive = entries.get(exclusive);
  if (typeof isExclusive !== "boolean") return;
  entries.delete(exclusive);
  if (!isExclusive) return;
  entries.set(exclusive, entries.get(limit));
  entries.delete(limit);
}
