/** Characters that mean something in a regular expression and that no glob can say. */
const UNSAYABLE = /[[\]{}^$+*?()|\\]/;
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
  const start = text.startsWith("^");
  const end = text.endsWith("$") && !text.endsWith("\\$");
  const inner = text.slice(start ? 1 : 0, end ? -1 : undefined);
  const anchors = { start: outer.start || start, end: outer.end || end };
  const group = /^\((?:\?:)?(.*)\)$/s.exec(inner)?.[1];
  if (group !== undefined && isBalanced(group)) return alternativesOf(group, anchors);
  return [[inner, anchors]];
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

function translate(text: string): string | undefined {
  let glob = "";
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    const any = /^\.[*+]\??/.exec(rest)?.[0];
    const inName = /^\[\^\/\][*+]/.exec(rest)?.[0];
    const choice = /^\((?:\?:)?((?:[\w/|-]|\\[.\-_])+)\)(?![*+?{])/.exec(rest);
    const escaped = /^\\([^A-Za-z0-9])(?![*+?{])/.exec(rest);
    if (any !== undefined) {
      glob += glob === "" || glob.endsWith("/") ? "**/*" : "{*,*/**/*}";
      at += any.length;
    } else if (inName !== undefined) {
      glob += "*";
      at += inName.length;
    } else if (choice !== null) {
      glob += `{${(choice[1] ?? "").replaceAll("\\", "").replaceAll("|", ",")}}`;
      at += choice[0].length;
    } else if (escaped !== null) {
      glob += literal(escaped[1] ?? "");
      at += 2;
    } else {
      const char = text[at] ?? "";
      if (UNSAYABLE.test(char) || (/[*+?{]/.test(text[at + 1] ?? "") && char !== ".")) return undefined;
      glob += char === "." ? "?" : literal(char);
      at++;
    }
  }
  return glob;
}

function literal(char: string): string {
  return GLOB_SPECIAL.test(char) ? `\\${char}` : char;
}
