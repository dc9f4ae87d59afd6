import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Linter } from "eslint";
import { parser as typescriptParser } from "typescript-eslint";
import { describe, expect, test } from "vitest";
import { fuzzParser } from "../../testing/fuzz-parser.ts";
import { REPOSITORY } from "../../testing/run-checker.ts";
import { measureFunctions } from "./measure.ts";

/** One of everything that branches, in every kind of function. */
const EVERYTHING = `
export default function (a = 1, { b = 2 } = {}) { return (a && b) || (a ?? (b ? 1 : 2)); }
export class Store<T extends object> {
  static #count = 0;
  readonly limit: number = process.argv.length > 2 ? 1 : 2;
  handler = async (x?: { y?: () => void }) => { x?.y?.(); for await (const each of []) if (each) continue; };
  static { try { Store.#count ||= 3; } catch { Store.#count &&= 4; } }
  constructor(private readonly own: T, public name = "n") {}
  get size(): number { let n = 0; do { n++; } while (n < 3); while (n) n--; return n; }
  set size(value) { switch (value) { case 1: case 2: break; default: this.own ??= {} as T; } }
  *walk(): Iterable<number> { for (let i = 0; i < 3; i++) yield i; for (const key in this) yield key.length; }
  overload(a: string): void;
  overload(a: unknown): void { const inner = () => (a ? inner : undefined); if (a) inner(); else if (!a) inner(); }
}
const object = { method() { return 1; }, arrow: () => object?.["method"]?.(), async *"quoted name"() {} };
let late; late = function named() { return late ? named : null; };
abstract class Shape { abstract area(): number; accessor side = 1; }
declare function nothing(a: string): void;
enum Kind { A = 1 << 2, B }
namespace Inside { export function deep() { return ((x) => (y) => x && y)(1)(2); } }
`;

/** What ESLint's rule says of a text: a figure for each function, of functions with a name also the name. */
function byEslint(
  text: string,
  file: string,
): { readonly figures: readonly number[]; readonly named: readonly string[] } {
  const messages = new Linter().verify(
    text,
    [
      {
        files: ["**/*.ts"],
        languageOptions: { parser: typescriptParser },
        linterOptions: { noInlineConfig: true },
        rules: { complexity: ["error", 0] },
      },
    ],
    file,
  );
  const said = messages.map(({ message }) => {
    const [, kind = "", name, figure] = /^(.*?)(?: '(.*?)')? has a complexity of (\d+)/.exec(message) ?? [message];
    return { isField: kind === "Class field initializer", name, figure: Number(figure) };
  });
  // A plain value of a field is a function to ESLint, always of complexity 1.
  const functions = said.filter(({ isField, figure }) => !isField || figure > 1);
  return {
    figures: functions.map(({ figure }) => figure).toSorted((a, b) => a - b),
    named: functions.flatMap(({ name, figure }) => (name === undefined ? [] : [`${name} ${figure}`])),
  };
}

function ours(text: string, file: string) {
  const measured = measureFunctions(text, file);
  if (!measured.ok) throw new Error(measured.problem);
  return measured.functions;
}

describe("the same figure as ESLint's rule gives, for every function", () => {
  /** Code as people write it: a folder of this repository whose files change all the time. */
  const files = readdirSync(join(REPOSITORY, "agent/src/checkers/reading"))
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => `agent/src/checkers/reading/${name}`);
  test("is looked for in real code", () => expect(files.length).toBeGreaterThan(20));
  test.each([
    { file: "everything.ts", text: EVERYTHING },
    ...files.map((file) => ({ file, text: readFileSync(join(REPOSITORY, file), "utf8") })),
  ])("$file", ({ file, text }) => {
    const theirs = byEslint(text, file);
    const functions = ours(text, file);
    expect(functions.map(({ complexity }) => complexity).toSorted((a, b) => a - b)).toEqual(theirs.figures);
    const last = (name: string) => name.split(".").at(-1) ?? "";
    const known = new Set(functions.map(({ name, complexity }) => `${last(name)} ${complexity}`));
    expect(theirs.named.filter((each) => !known.has(each) && !/\W/.test(each.split(" ")[0] ?? ""))).toEqual([]);
  });
});

test("names, places and lengths", () => {
  const text =
    "class A {\n  run(\n    a = 1,\n  ) {\n    return a;\n  }\n}\nconst go = () => {\n  function deep() {}\n};\n[1].map((x) => x);\n";
  expect(
    ours(text, "a.js").map(({ name, startLine, endLine, complexity, length }) => [
      name,
      startLine,
      endLine,
      complexity,
      length,
    ]),
  ).toEqual([
    ["A.run", 2, 6, 2, 5],
    ["go", 8, 10, 1, 3],
    ["go.deep", 9, 9, 1, 1],
    ["<anonymous>", 11, 11, 1, 1],
  ]);
});

describe("dialects", () => {
  test.each([
    { file: "a.tsx", text: "const A = <T,>(p: T) => <div>{p ? 1 : 2}</div>;" },
    { file: "a.jsx", text: "const A = (p) => <div>{p ? 1 : 2}</div>;" },
    { file: "a.js", text: "// @flow\nconst A = (p: ?string): number => (p ? 1 : 2);" },
    { file: "a.cjs", text: "with (x) {}\nconst A = (p) => (p ? 1 : 2); return;" },
    { file: "a.mts", text: "const A = <T>(p: T) => <any>(p ? 1 : 2);" },
    {
      file: "a.ts",
      text: "@d() class X { constructor(@i() private a: string) {} }\nconst A = (p: any) => { using x = p; return p ? 1 : 2; };",
    },
    { file: "a.mjs", text: "#!/usr/bin/env node\nconst A = async (p) => { await using x = p; return p ? 1 : 2; };" },
  ])("$file: $text", ({ file, text }) => expect(ours(text, file).find(({ name }) => name === "A")?.complexity).toBe(2));

  test.each(["const = 1;", "function (", "class A { x( }", "\0"])("%j cannot be parsed", (text) =>
    expect(measureFunctions(text, "a.ts")).toMatchObject({ ok: false, problem: expect.stringContaining("(1:") }));
  test("nesting deeper than any stack is a problem", () =>
    expect(measureFunctions(`x = ${"[".repeat(200_000)}`, "a.js").ok).toBe(false));
});

fuzzParser("functions in a syntax tree", {
  samples: [EVERYTHING],
  reported: (text) => {
    const measured = measureFunctions(text, "a.ts");
    return measured.ok ? measured.functions.length : 0;
  },
});
