/** Characters that a glob would read as more than themselves. */
const GLOB_SPECIAL = /[[\]{}*?!()@+\\]/;

/**
 * Globs that match the same paths as a Python regular expression that is searched for in them, as pre-commit's `files` and
 * `exclude` are; `undefined` for one that says more than globs can. Handles anchors, alternatives, literal text and `.*`.
 */
export function globsOfRegex(regex: string): readonly string[] | undefined {
  const text = regex.startsWith("(?x)") ? withoutLayout(regex.slice(4)) : regex.trim();
  if (text === "" || text === "^$") return text === "" ? ["**/*"] : [];
  const globs: string[] = [];
  for (const [alternative, anchors] of alternativesOf(text)) {
    const own = globsOf(alternative, anchors);
    if (own === undefined) return undefined;
    globs.push(...own);
  }
  return [...new Set(globs)];
}

/** A verbose expression without its comments and white space. */
function withoutLayout(text: string): string {
  return text.replaceAll(/(^|\s)#[^\n]*/g, "").replaceAll(/\s+/g, "");
}

interface Anchors {
  readonly start: boolean;
  readonly end: boolean;
}

/** The alternatives of the outermost level; anchors outside of a group hold for all in it. */
function alternativesOf(text: string, outer: Anchors = { start: false, end: false }): readonly [string, Anchors][] {
  const parts = splitTop(text);
  if (parts.length > 1) return parts.flatMap((part) => alternativesOf(part, outer));
  const { inner, ...own } = withoutAnchors(text);
  const anchors = { start: outer.start || own.start, end: outer.end || own.end };
  const group = /^\((?:\?:)?(.*)\)$/s.exec(inner)?.[1];
  if (group !== undefined && isBalanced(group)) return alternativesOf(group, anchors);
  return [[inner, anchors]];
}

function withoutAnchors(text: string): Anchors & { readonly inner: string } {
  const start = text.startsWith("^");
  const end = text.endsWith("$") && !text.endsWith("\\$");
  return { start, end, inner: text.slice(start ? 1 : 0, end ? -1 : undefined) };
}

function splitTop(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === "\\") at++;
    else if (char === "(") depth++;
    else if (char === ")") depth--;
    else if (char === "|" && depth === 0) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  return [...parts, text.slice(from)];
}

function isBalanced(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === "(") depth++;
    else if (text[at] === ")" && --depth < 0) return false;
  }
  return depth === 0;
}

function globsOf(text: string, { start, end }: Anchors): readonly string[] | undefined {
  const middle = translate(text);
  if (middle === undefined) return undefined;
  const head = start || middle.startsWith("**/") ? middle : `**/*${middle}`;
  if (end || head.endsWith("**/*")) return [head];
  return head.endsWith("/") ? [`${head}**`] : [`${head}*`, `${head}*/**`];
}

/** Makes a glob of the text in a form's brackets; `before` is the glob of what stands before it. */
type ToGlob = (inner: string, before: string) => string;

/** What globs can say too, in the order in which it is looked for. What may be missing or repeated is none of it. */
const FORMS: readonly (readonly [form: RegExp, toGlob: ToGlob])[] = [
  [/^\.[*+]\??/, (_, before) => (before === "" || before.endsWith("/") ? "**/*" : "{*,*/**/*}")],
  [/^\[\^\/\][*+]/, () => "*"],
  [/^\((?:\?:)?((?:[\w/|-]|\\[.\-_])+)\)(?![*+?{])/, (inner) => `{${inner.replaceAll("\\", "").replaceAll("|", ",")}}`],
  [/^\\([^A-Za-z0-9])(?![*+?{])/, literal],
  [/^\./, () => "?"],
  [/^([^[\]{}^$+*?()|\\])(?![*+?{])/, literal],
];

function translate(text: string): string | undefined {
  let glob = "";
  let rest = text;
  while (rest !== "") {
    const piece = firstPiece(rest, glob);
    if (piece === undefined) return undefined;
    glob += piece.glob;
    rest = rest.slice(piece.length);
  }
  return glob;
}

function firstPiece(text: string, before: string): { readonly glob: string; readonly length: number } | undefined {
  for (const [form, toGlob] of FORMS) {
    const match = form.exec(text);
    if (match !== null) return { glob: toGlob(match[1] ?? "", before), length: match[0].length };
  }
  return undefined;
}

function literal(char: string): string {
  return GLOB_SPECIAL.test(char) ? `\\${char}` : char;
}
