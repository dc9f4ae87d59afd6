/**
 * The service turns every path and branch of `codecov.yml` into a regular expression of Python's that is matched at the
 * start of a path. The same is done here, oddities included, because a pattern that means something else here than there
 * would give other figures.
 */

/** A pattern as written, and the expression that the service makes of it. */
export interface PathPattern {
  readonly written: string;
  /** In Python's notation; a leading `!` excludes what it matches. */
  readonly expression: string;
}

/** `before::after`: `before` is the expression, `""` for a prefix that is put in front of every path. */
export interface PathFix {
  readonly written: string;
  readonly before: string;
  readonly after: string;
}

/** Why a pattern cannot be used. */
export interface Unusable {
  readonly problem: string;
}

type PatternKind = "prefix" | "glob" | "regex";

/** What the service takes a pattern for: special characters decide, and a doubtful one that compiles is an expression. */
function kindOf(pattern: string): PatternKind {
  if (!/[*$[\]]/.test(pattern)) return "prefix";
  if (pattern.includes("**") || pattern.includes("/*")) return "glob";
  if (pattern.includes("*") && !pattern.includes("]*") && !pattern.includes(".*")) return "glob";
  return compilePython(pattern) === undefined ? "glob" : "regex";
}

/** Reads a path of `ignore`, `paths` and the like. */
export function pathPattern(written: string): PathPattern | Unusable {
  const negative = written.startsWith("!");
  const bare = negative ? written.replace(/^!+/, "") : written;
  const pattern = bare.startsWith("./") ? bare.slice(2) : bare;
  const expression = expressionOf(pattern, { prefixEnd: ".*", wholePath: true });
  if (compilePython(expression) === undefined) return { problem: `"${written}" is no pattern that can be used` };
  return { written, expression: negative ? `!${expression}` : expression };
}

/** Reads an entry of `fixes`. */
export function pathFix(written: string): PathFix | Unusable {
  const at = written.indexOf("::");
  if (at === -1) return { problem: `"${written}" has no "::" between the path before and the path after` };
  const before = written.slice(0, at);
  const after = written.slice(at + 2);
  if (before === "" || after === "") return { written, before, after };
  const expression = expressionOf(before, { prefixEnd: "", wholePath: false });
  if (compilePython(fixExpression(expression)) === undefined)
    return { problem: `"${written}" is no pattern that can be used` };
  return { written, before: expression, after };
}

function expressionOf(pattern: string, { prefixEnd, wholePath }: { prefixEnd: string; wholePath: boolean }): string {
  switch (kindOf(pattern)) {
    case "prefix":
      // The service does not escape it: a point stands for any character, and a bracket groups.
      return `^${pattern}${prefixEnd}`;
    case "glob":
      return globExpression(pattern, wholePath);
    case "regex":
      return pattern;
  }
}

/** What the service takes for all branches. */
const ANY_BRANCH: ReadonlySet<string> = new Set(["", "*", ".*"]);

/** Reads a branch of a status: `*` stands for any characters, and the whole name has to match. */
export function branchExpression(written: string | null): string | Unusable {
  if (written === null || ANY_BRANCH.has(written)) return ".*";
  const starred = written.trim().replaceAll(/(?<!\.)\*/g, ".*");
  const started = starred.startsWith(".*") || starred.startsWith("^") ? starred : `^${starred}`;
  const expression = started.endsWith(".*") || started.endsWith("$") ? started : `${started}$`;
  return compilePython(expression) === undefined ? { problem: `"${written}" is no pattern of branches` } : expression;
}

/** A shell pattern where `**` crosses folders and `*` does not; `?` crosses them too, and braces mean themselves. */
function globExpression(glob: string, wholePath: boolean): string {
  let expression = "";
  for (let at = 0; at < glob.length; ) {
    const piece = globPiece(glob, at);
    expression += piece.expression;
    at += piece.length;
  }
  return wholePath ? String.raw`(?s:${expression})\Z` : `(?s:${expression})`;
}

/** The expression for what stands at a place of a glob, and how many characters of the glob it stands for. */
function globPiece(glob: string, at: number): { readonly expression: string; readonly length: number } {
  const character = glob.charAt(at);
  if (glob.startsWith("**", at)) return { expression: ".*", length: 2 };
  if (character === "*") return { expression: String.raw`[^\/]*`, length: 1 };
  if (character === "?") return { expression: ".", length: 1 };
  const end = character === "[" ? endOfSet(glob, at + 1) : -1;
  return end === -1
    ? { expression: escapePython(character), length: 1 }
    : { expression: setExpression(glob.slice(at + 1, end)), length: end + 1 - at };
}

function endOfSet(glob: string, from: number): number {
  let at = glob[from] === "!" ? from + 1 : from;
  if (glob[at] === "]") at++;
  return glob.indexOf("]", at);
}

function setExpression(written: string): string {
  const set = written.replaceAll("\\", String.raw`\\`).replaceAll(/[&~|]/g, String.raw`\$&`);
  if (set.startsWith("!")) return `[^${set.slice(1)}]`;
  return set.startsWith("^") || set.startsWith("[") ? String.raw`[\${set}]` : `[${set}]`;
}

function escapePython(character: string): string {
  return /[\\.^$*+?{}[\]|()\-&#~\s]/.test(character) ? `\\${character}` : character;
}

/** A Python expression as one of ours, matched at the start; `undefined` when it is none. */
export function compilePython(expression: string): RegExp | undefined {
  const flags = /^\(\?([aimsux]+)\)/.exec(expression);
  const body = expression
    .slice(flags?.[0].length ?? 0)
    .replaceAll(/\\([AZ])/g, (_, anchor: string) => (anchor === "A" ? "^" : String.raw`$(?![\s\S])`))
    .replaceAll("(?P<", "(?<")
    .replaceAll(/\(\?P=(\w+)\)/g, String.raw`\k<$1>`);
  const kept = (flags?.[1] ?? "").replaceAll(/[^ims]/g, "");
  try {
    return new RegExp(`^(?:${body})`, kept);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Tells whether a text passes a list of expressions, as the service does. */
export class Matcher {
  readonly #patterns: ReadonlySet<string>;
  readonly #wanted: readonly RegExp[];
  readonly #unwanted: readonly RegExp[];

  constructor(expressions: readonly string[]) {
    this.#patterns = new Set(expressions);
    const present = [...this.#patterns].filter((expression) => expression !== "");
    const negative = (expression: string) => expression.startsWith("!") || expression.startsWith("^!");
    this.#wanted = present.filter((expression) => !negative(expression)).flatMap((one) => compilePython(one) ?? []);
    // Every exclamation mark goes, not only the first: so does the service.
    this.#unwanted = present
      .filter((expression) => negative(expression))
      .flatMap((one) => compilePython(one.replaceAll("!", "")) ?? []);
  }

  matches(text: string): boolean {
    if (this.#patterns.size === 0 || this.#patterns.has(text)) return true;
    if (this.#unwanted.some((expression) => expression.test(text))) return false;
    return this.#wanted.length === 0 || this.#wanted.some((expression) => expression.test(text));
  }
}

/** Which paths of an upload are kept: none that is ignored, and only those that the flags of the upload name. */
export class UploadFilter {
  readonly #ignored: readonly RegExp[];
  readonly #kept: readonly RegExp[];
  readonly #all: boolean;

  /** An ignored `!path` is one that is kept, and a `!path` of a flag one that is ignored. */
  constructor({ ignore, paths }: { ignore: readonly string[]; paths: readonly string[] }) {
    const patterns = new Set([...ignore.map(inverted), ...paths]);
    const kept = [...patterns].filter((pattern) => !pattern.startsWith("!"));
    this.#all = kept.length === 0 || patterns.has(".*");
    this.#kept = kept.flatMap((pattern) => compilePython(pattern) ?? []);
    this.#ignored = patterns.has("!.*")
      ? []
      : [...patterns].filter((pattern) => pattern.startsWith("!")).flatMap((one) => compilePython(one.slice(1)) ?? []);
  }

  keeps(path: string): boolean {
    if (!this.#all && !this.#kept.some((expression) => expression.test(path))) return false;
    return !this.#ignored.some((expression) => expression.test(path));
  }
}

function inverted(pattern: string): string {
  return pattern.startsWith("!") ? pattern.slice(1) : `!${pattern}`;
}

/** A star in a fix stands for at least one more character, even one that a shell pattern was turned into. */
function fixExpression(expression: string): string {
  return expression
    .replaceAll("**", ".*")
    .replaceAll(/(?<!\.)\*/g, String.raw`[^\/\n]+`)
    .replace(/^\/+/, "");
}

/** The path after the fixes: the first one that matches counts, prefixes come before it. */
export function applyFixes(
  path: string,
  fixes: readonly PathFix[],
  { withPrefixes }: { withPrefixes: boolean },
): string {
  const prefixes = fixes.filter(({ before }) => before === "").map(({ after }) => after.replace(/\/+$/, ""));
  let fixed = withPrefixes && prefixes.length > 0 ? `${prefixes.join("/")}/${path}` : path;
  for (const { before, after } of fixes) {
    if (before === "") continue;
    // What has nothing behind the colons is kept as it was written, so that it is no expression yet.
    const expression = compilePython(fixExpression(before));
    const match = expression?.exec(fixed);
    if (match === null || match === undefined || match[0] === "") continue;
    fixed = after + fixed.slice(match[0].length);
    break;
  }
  return fixed.replaceAll("//", "/").replace(/^\/+/, "");
}
