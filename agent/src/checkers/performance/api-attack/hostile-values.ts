import fc from "fast-check";
import { listOf } from "./json-form.ts";

/** Stands in what the attack sends and nowhere else, so that it is known again in an answer. */
export const MARK = "tg8f3a";
/** Evaluated by an engine for templates, it becomes {@link EVALUATED}. */
const FACTORS = "1337*7331";
export const EVALUATED = String(1337 * 7331);
export const HTML_MARK = `<script>${MARK}</script>`;
/** A header that only comes back when line breaks in a value became line breaks of an answer's head. */
export const INJECTED_HEADER = "x-trigate-injected";

/** Simple ones first: what is made smaller ends at the first that still does harm. */
export const HOSTILE_TEXTS: readonly string[] = [
  "",
  "0",
  "'",
  '"',
  "\0",
  "\u0007\u001b[31m",
  "\ud800",
  "%",
  "%00",
  "../../../../../../etc/passwd",
  "..\\..\\windows\\win.ini",
  "/etc/passwd",
  HTML_MARK,
  `"><img src=x onerror=${MARK}>`,
  `{{${FACTORS}}}`,
  `\${${FACTORS}}`,
  `<%= ${FACTORS} %>`,
  `' OR '1'='1`,
  `1; DROP TABLE ${MARK}--`,
  `${MARK}\r\n${INJECTED_HEADER}: 1`,
  "__proto__",
  "constructor",
  "; sleep 0",
  "$(true)",
  "\u202e\ufeff",
  "9999999999999999999999",
  "x".repeat(10_000),
];

const DEEP_NESTING = 1_500;

/** Of another type, mostly: what is forgotten most often. */
const SIMPLE_VALUES: readonly unknown[] = [null, 0, -1, "", true, [], {}];

const HOSTILE_VALUES: readonly unknown[] = [
  ...SIMPLE_VALUES,
  0.5,
  2 ** 53,
  -(2 ** 63),
  1e308,
  ...HOSTILE_TEXTS,
  [null],
  { toString: null },
  JSON.parse('{"__proto__":{"polluted":true}}'),
  JSON.parse('{"constructor":{"prototype":{"polluted":true}}}'),
  { $ne: null },
  Array.from({ length: 1_000 }, () => 0),
  JSON.parse(`${"[".repeat(DEEP_NESTING)}${"]".repeat(DEEP_NESTING)}`),
];

const EXTRA_KEYS = ["extra", "__proto__", "constructor", "prototype", "", "\0", "$where", "isAdmin", "x".repeat(300)];

type Place = readonly (string | number)[];

/** One change that makes a good value doubtful. `at` chooses the place, from the outermost. */
export type Change =
  | { readonly kind: "replace"; readonly at: number; readonly by: unknown }
  | { readonly kind: "remove"; readonly at: number }
  | { readonly kind: "add"; readonly at: number; readonly key: string };

export function changes(): fc.Arbitrary<Change> {
  const at = fc.nat({ max: 60 });
  return fc.oneof(
    fc.record({ kind: fc.constant("remove" as const), at }),
    fc.record({ kind: fc.constant("add" as const), at, key: fc.constantFrom(...EXTRA_KEYS) }),
    fc.record({ kind: fc.constant("replace" as const), at, by: fc.constantFrom(...SIMPLE_VALUES) }),
    fc.record({ kind: fc.constant("replace" as const), at, by: fc.constantFrom(...HOSTILE_VALUES) }),
    fc.record({ kind: fc.constant("replace" as const), at, by: fc.constantFrom(...HOSTILE_TEXTS) }),
  );
}

/** The value with the change; places are counted around, so every change fits every value. */
export function changed(value: unknown, change: Change): unknown {
  const all = placesIn(value);
  const place = all[change.at % all.length] ?? [];
  if (change.kind === "replace") return withAt(value, place, () => change.by);
  if (change.kind === "remove") return removed(value, place);
  return withAt(value, place, (inner) => (isMap(inner) ? withKey(inner, change.key, 1) : { [change.key]: 1 }));
}

/** Every place in a value, outermost first. */
function placesIn(value: unknown, place: Place = []): readonly Place[] {
  if (place.length > 6) return [place];
  if (Array.isArray(value)) return [place, ...value.flatMap((each, index) => placesIn(each, [...place, index]))];
  if (isMap(value)) return [place, ...Object.entries(value).flatMap(([key, each]) => placesIn(each, [...place, key]))];
  return [place];
}

function removed(value: unknown, place: Place): unknown {
  const last = place.at(-1);
  if (last === undefined) return null;
  return withAt(value, place.slice(0, -1), (inner) => {
    if (Array.isArray(inner)) return listOf(inner).filter((_each, index) => index !== last);
    return isMap(inner) ? Object.fromEntries(Object.entries(inner).filter(([key]) => key !== last)) : inner;
  });
}

function withAt(value: unknown, place: Place, change: (inner: unknown) => unknown): unknown {
  const [key, ...rest] = place;
  if (key === undefined) return change(value);
  if (Array.isArray(value))
    return listOf(value).map((each, index) => (index === key ? withAt(each, rest, change) : each));
  if (!isMap(value)) return value;
  // fromEntries defines, and so a key "__proto__" is one like any other.
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, name === key ? withAt(each, rest, change) : each]),
  );
}

function withKey(map: object, key: string, value: unknown): object {
  return Object.fromEntries([...Object.entries(map), [key, value]]);
}

function isMap(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** All texts inside of a value, keys too; answers often give back what they were sent. */
export function textsIn(value: unknown, depth = 0): readonly string[] {
  if (depth > 20) return [];
  if (typeof value === "string") return [value];
  if (Array.isArray(value)) return value.slice(0, 50).flatMap((each) => textsIn(each, depth + 1));
  if (!isMap(value)) return [];
  return Object.entries(value).flatMap(([key, each]) => [key, ...textsIn(each, depth + 1)]);
}
