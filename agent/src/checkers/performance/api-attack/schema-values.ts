import fc from "fast-check";
import type { Schema } from "./api.ts";
import { followed, type JsonObject, listOf, objectOf, textOf } from "./json-form.ts";

/** Deeper than this, only what is required is made, so that schemas which contain themselves come to an end. */
const DEEP = 5;
const DEEPEST = 12;

/**
 * Values that a schema allows. Where a schema says more than can be made (a pattern beside limits, `not`, conditions), a
 * value may break it: who uses them asks a validator what each one is.
 */
export function valuesOf(schema: Schema, document: JsonObject, depth = 0): fc.Arbitrary<unknown> {
  if (typeof schema === "boolean" || depth > DEEPEST) return schema === false ? fc.constant(null) : anything();
  const here = joined(followed(document, schema), document);
  if (Object.hasOwn(here, "const")) return fc.constant(here["const"]);
  const choices = listOf(here["enum"]);
  if (choices.length > 0) return fc.constantFrom(...choices);
  const alternatives = [...listOf(here["oneOf"]), ...listOf(here["anyOf"])];
  if (alternatives.length > 0) {
    const { oneOf: _one, anyOf: _any, ...rest } = here;
    return fc.oneof(
      ...alternatives.map((each) => valuesOf(mixed(rest, followed(document, each)), document, depth + 1)),
    );
  }
  return typedOrExample(here, { document, depth });
}

/** Values of the types that a schema names, and those that it gives itself. */
function typedOrExample(
  schema: JsonObject,
  within: { readonly document: JsonObject; readonly depth: number },
): fc.Arbitrary<unknown> {
  const made = typesOf(schema).map((type) => valuesOfType(type, schema, within));
  const examples = [...listOf(schema["examples"]), ...(Object.hasOwn(schema, "example") ? [schema["example"]] : [])];
  const all = examples.length > 0 ? [...made, fc.constantFrom(...examples)] : made;
  return all.length === 0 ? anything() : fc.oneof(...all);
}

function anything(): fc.Arbitrary<unknown> {
  return fc.jsonValue({ maxDepth: 1 });
}

/** One schema that says what all parts of an `allOf` say. */
function joined(schema: JsonObject, document: JsonObject): JsonObject {
  const { allOf, ...rest } = schema;
  return listOf(allOf).reduce<JsonObject>((sum, part) => mixed(sum, joined(followed(document, part), document)), rest);
}

function mixed(a: JsonObject, b: JsonObject): JsonObject {
  return {
    ...a,
    ...b,
    ...(Object.hasOwn(a, "properties") || Object.hasOwn(b, "properties")
      ? { properties: { ...objectOf(a["properties"]), ...objectOf(b["properties"]) } }
      : {}),
    ...(Object.hasOwn(a, "required") || Object.hasOwn(b, "required")
      ? { required: [...new Set([...listOf(a["required"]), ...listOf(b["required"])])] }
      : {}),
  };
}

function typesOf(schema: JsonObject): readonly string[] {
  const { type } = schema;
  if (typeof type === "string") return [type];
  if (Array.isArray(type)) return type.flatMap((each) => textOf(each) ?? []);
  if (["properties", "required", "additionalProperties"].some((key) => Object.hasOwn(schema, key))) return ["object"];
  if (["items", "prefixItems", "minItems"].some((key) => Object.hasOwn(schema, key))) return ["array"];
  if (["pattern", "format", "minLength", "maxLength"].some((key) => Object.hasOwn(schema, key))) return ["string"];
  return ["minimum", "maximum", "multipleOf"].some((key) => Object.hasOwn(schema, key)) ? ["number"] : [];
}

interface Around {
  readonly document: JsonObject;
  readonly depth: number;
}

function valuesOfType(type: string, schema: JsonObject, around: Around): fc.Arbitrary<unknown> {
  if (type === "object") return objects(schema, around);
  if (type === "array") return lists(schema, around);
  if (type === "string") return texts(schema);
  if (type === "integer") return integers(schema);
  if (type === "number") return numbers(schema);
  return type === "boolean" ? fc.boolean() : fc.constant(null);
}

function objects(schema: JsonObject, { document, depth }: Around): fc.Arbitrary<unknown> {
  const required = listOf(schema["required"]).flatMap((key) => textOf(key) ?? []);
  const properties = objectOf(schema["properties"]);
  const wanted = Object.keys(properties).filter((key) => depth < DEEP || required.includes(key));
  const model = Object.fromEntries(
    [...new Set([...wanted, ...required])].map((key) => [
      key,
      valuesOf(partSchema(properties[key] ?? true), document, depth + 1),
    ]),
  );
  const known = fc.record(model, { requiredKeys: required.filter((key) => Object.hasOwn(model, key)) });
  const more = schema["additionalProperties"];
  if (more === undefined || more === false || depth >= DEEP) return known;
  const extra = fc.dictionary(fc.string({ maxLength: 8 }), valuesOf(partSchema(more), document, depth + 1), {
    maxKeys: 2,
    noNullPrototype: true,
  });
  return fc.tuple(known, extra).map(([a, b]) => ({ ...b, ...a }));
}

function partSchema(schema: unknown): Schema {
  return typeof schema === "boolean" ? schema : objectOf(schema);
}

function lists(schema: JsonObject, { document, depth }: Around): fc.Arbitrary<unknown> {
  const first = listOf(schema["prefixItems"]);
  if (first.length > 0) return fc.tuple(...first.map((each) => valuesOf(partSchema(each), document, depth + 1)));
  const minLength = limit(schema["minItems"]) ?? 0;
  const maxLength = Math.max(minLength, Math.min(limit(schema["maxItems"]) ?? minLength + 3, minLength + 5));
  const items = valuesOf(partSchema(schema["items"] ?? true), document, depth + 1);
  const limits = { minLength, maxLength: depth < DEEP ? maxLength : minLength };
  if (schema["uniqueItems"] === true)
    return fc.uniqueArray(items, { ...limits, selector: (item) => JSON.stringify(item) });
  return fc.array(items, limits);
}

const FORMATS: Readonly<Record<string, () => fc.Arbitrary<string>>> = {
  "date-time": () => dates().map((date) => date.toISOString()),
  date: () => dates().map((date) => date.toISOString().slice(0, 10)),
  time: () => dates().map((date) => date.toISOString().slice(11)),
  email: () => fc.emailAddress(),
  uuid: () => fc.uuid(),
  uri: () => fc.webUrl(),
  url: () => fc.webUrl(),
  hostname: () => fc.domain(),
  ipv4: () => fc.ipV4(),
  ipv6: () => fc.ipV6(),
  byte: () => fc.base64String({ maxLength: 40 }),
};

function dates(): fc.Arbitrary<Date> {
  return fc.date({ min: new Date("1970-01-01T00:00:00Z"), max: new Date("2100-01-01T00:00:00Z"), noInvalidDate: true });
}

function texts(schema: JsonObject): fc.Arbitrary<unknown> {
  const minLength = limit(schema["minLength"]) ?? 0;
  const maxLength = Math.max(minLength, Math.min(limit(schema["maxLength"]) ?? minLength + 20, minLength + 40));
  const pattern = textOf(schema["pattern"]);
  const matching = pattern === undefined ? undefined : matches(pattern);
  if (matching !== undefined)
    return matching.filter((text) => text.length >= minLength && text.length <= (limit(schema["maxLength"]) ?? 1e6));
  const format = FORMATS[textOf(schema["format"]) ?? ""];
  if (format !== undefined) return format();
  // JSON Schema counts code points, and a grapheme can have several.
  const wide = fc.string({ unit: "grapheme", minLength, maxLength }).map((text) => Array.from(text));
  return fc.oneof(
    fc.string({ minLength, maxLength }),
    wide.map((points) => points.slice(0, maxLength).join("")),
  );
}

/** `undefined` for an expression that this library cannot make words for. */
function matches(pattern: string): fc.Arbitrary<string> | undefined {
  try {
    const words = fc.stringMatching(new RegExp(pattern));
    fc.sample(words, { numRuns: 1, seed: 1 });
    return words;
  } catch {
    return undefined;
  }
}

function limit(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

function bounds(schema: JsonObject, step: number): { min: number; max: number } {
  const above = limit(schema["exclusiveMinimum"]);
  const below = limit(schema["exclusiveMaximum"]);
  const min = above === undefined ? limit(schema["minimum"]) : above + step;
  const max = below === undefined ? limit(schema["maximum"]) : below - step;
  const low = min ?? Math.min(-1_000, (max ?? 0) - 1_000);
  return { min: low, max: Math.max(low, max ?? Math.max(1_000_000, low + 1_000)) };
}

function integers(schema: JsonObject): fc.Arbitrary<unknown> {
  const { min, max } = bounds(schema, 1);
  const step = limit(schema["multipleOf"]) ?? 1;
  const low = Math.ceil(min / step);
  return fc.integer({ min: inRange(low), max: inRange(Math.max(low, Math.floor(max / step))) }).map((n) => n * step);
}

function inRange(value: number): number {
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, value));
}

function numbers(schema: JsonObject): fc.Arbitrary<unknown> {
  const step = limit(schema["multipleOf"]);
  if (step !== undefined && step > 0) return integers(schema);
  const { min, max } = bounds(schema, 1e-9);
  return fc.double({ min, max, noNaN: true, noDefaultInfinity: true });
}
