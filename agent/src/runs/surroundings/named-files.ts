import { dirname, isAbsolute, join, resolve } from "node:path";
import type { ObservedFiles } from "../../platform/observed-files.ts";
import type { Where } from "./where.ts";

/** Longer texts are data and name nothing. */
const LONGEST_TEXT_BYTES = 256 * 1024;
const MOST_TOKENS = 4_000;
const DEEPEST = 6;
/** Texts between quotes, or words of formats that need none. */
const TOKEN = /"([^"\n]{1,512})"|'([^'\n]{1,512})'|`([^`\n$]{1,512})`|([^\s"'`,;=()[\]{}<>|&]{2,512})/g;
/** Endings that Node and bundlers leave out. */
const LEFT_OUT = ["", ".js", ".mjs", ".cjs", ".ts", ".mts", ".json"];
const LOCKFILE = /(^|[/.-])(lock|shrinkwrap)([.-]|$)|package-lock\.json$/i;

export interface NamedFilesQuery {
  readonly where: Where;
  readonly observed: ObservedFiles;
  /** Whether a file, relative to the root, counts as an input anyway. */
  readonly isKnown: (path: string) => boolean;
  /** Absolute paths of configuration files. */
  readonly texts: readonly string[];
  /** Arguments and settings of the check. */
  readonly strings: readonly string[];
}

/**
 * Absolute paths of files that configuration names (`extends`, `--config`, imports of a configuration that is a program)
 * and that nothing else accounts for. Every text that could be a path is tried, so that no tool's own grammar has to be
 * known; a file that is named again by such a file counts, too.
 */
export function namedFiles({ where, observed, isKnown, texts, strings }: NamedFilesQuery): readonly string[] {
  const found = new Set<string>();
  const read = new Set<string>();
  const accept = (path: string): boolean => {
    const inside = path.startsWith(`${where.root}/`) ? path.slice(where.root.length + 1) : undefined;
    if (inside !== undefined && (isKnown(inside) || inside.startsWith("node_modules/"))) return false;
    return observed.hashOf(path) !== undefined;
  };
  const scan = (path: string, depth: number) => {
    if (depth > DEEPEST || read.has(path) || LOCKFILE.test(path)) return;
    read.add(path);
    const text = observed.textOf(path, LONGEST_TEXT_BYTES);
    if (text === undefined) return;
    for (const token of tokensOf(text)) take(token, { from: [dirname(path)], depth: depth + 1 });
  };
  const take = (token: string, { from, depth }: { from: readonly string[]; depth: number }) => {
    for (const path of pathsOf(token, from, where)) {
      if (found.has(path) || !accept(path)) continue;
      found.add(path);
      scan(path, depth);
    }
  };
  for (const path of texts) scan(path, 0);
  for (const text of strings) {
    // `--config=path` as well as `path`; a build folder's list of commands is what tools read of it.
    for (const token of new Set([text, text.slice(text.indexOf("=") + 1)])) {
      take(token, { from: [where.cwd, where.root], depth: 0 });
      take(join(token, "compile_commands.json"), { from: [where.cwd], depth: DEEPEST });
    }
  }
  return [...found];
}

function tokensOf(text: string): ReadonlySet<string> {
  const tokens = new Set<string>();
  for (const match of text.matchAll(TOKEN)) {
    const token = (match[1] ?? match[2] ?? match[3] ?? match[4] ?? "").trim();
    if (looksLikePath(token)) tokens.add(token);
    if (tokens.size >= MOST_TOKENS) break;
  }
  return tokens;
}

/** A name without any folder is only taken with an ending that configuration has; package names are left to what is installed. */
function looksLikePath(token: string): boolean {
  if (/[*?\0]|:\/\//.test(token) || token.startsWith("@")) return false;
  return (
    token.includes("/") ||
    token.startsWith("~") ||
    /\.(toml|json|jsonc|ya?ml|ini|cfg|[cm]?[jt]s|conf|txt|xml)$/.test(token)
  );
}

function pathsOf(token: string, from: readonly string[], { home }: Where): readonly string[] {
  const written = token.startsWith("file://")
    ? token.slice(7)
    : token.startsWith("~/")
      ? join(home, token.slice(2))
      : token;
  const bases = isAbsolute(written) ? [written] : from.map((folder) => resolve(folder, written));
  return bases.flatMap((base) => LEFT_OUT.map((ending) => `${base}${ending}`));
}
