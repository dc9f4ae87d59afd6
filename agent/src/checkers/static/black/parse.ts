import { plainLine } from "../../reading/plain-text.ts";

export interface BlackReport {
  /** Files that it would write differently, as it names them. */
  readonly unformatted: readonly string[];
  readonly formatted: readonly string[];
  /** Files that its configuration keeps out although they were handed over. */
  readonly ignored: readonly string[];
  /** Files that it could not parse. The column counts code points from 1. */
  readonly syntaxErrors: readonly {
    readonly path: string;
    readonly line: number;
    readonly column: number;
    readonly message: string;
  }[];
  /** The closing count; absent when it looked at no file or did not come so far. */
  readonly counts: { readonly unformatted: number; readonly formatted: number; readonly failed: number } | undefined;
  /** What it says about its configuration and goes on in spite of. */
  readonly warnings: readonly string[];
  readonly problems: readonly string[];
}

/** Lines that put one thing into one list of the report. The first that fits holds. */
const LISTED = [
  ["unformatted", /^would reformat (.+)$/],
  ["formatted", /^(.+?) (?:already well formatted, good job\.|wasn't modified on disk since last run\.)$/],
  ["ignored", /^(.+?) ignored: /],
  ["errors", /^error: (.+)$/],
  ["badKeys", /^Invalid config keys detected: (.+)$/],
] as const;
/** Black up to 25 names the file first, later ones the place: `error: cannot parse: a.py:1:4`. */
const SYNTAX_OLD = /^error: cannot format (.+?): cannot parse(?: for target versions? [^:]*)?: (\d+):(\d+): (.*)$/i;
const SYNTAX_NEW = /^error: cannot parse(?: for target versions? [^:]*)?: (.+):(\d+):(\d+)$/i;
const COUNT = /^(?:\d+ files? would (?:be reformatted|be left unchanged|fail to reformat)(?:, |\.$))+$/;

/**
 * Reads what `black --check --verbose` prints on standard error, by Black 23 to 26. Never throws. Counts that do not fit
 * the files named are a problem.
 */
export function parseBlack(text: string): BlackReport {
  const lists: Record<(typeof LISTED)[number][0], string[]> = {
    unformatted: [],
    formatted: [],
    ignored: [],
    errors: [],
    badKeys: [],
  };
  const syntaxErrors: BlackReport["syntaxErrors"][number][] = [];
  let counts: BlackReport["counts"];
  const lines = text.split(/\r?\n/);
  for (const [index, line] of lines.entries()) {
    const syntaxError = syntaxErrorOf(lines, index);
    const [list, pattern] = LISTED.find(([, form]) => form.test(line)) ?? [];
    if (syntaxError !== undefined) syntaxErrors.push(syntaxError);
    else if (list !== undefined) lists[list].push(pattern?.exec(line)?.[1] ?? "");
    else if (COUNT.test(line)) counts = countsOf(line);
  }
  const { errors, badKeys, ...files } = lists;
  return {
    ...files,
    syntaxErrors,
    counts,
    warnings: badKeys.map((keys) => plainLine(`the configuration has keys that Black does not know: ${keys}`)),
    problems: [...errors.map(plainLine), ...mismatches(counts, files)],
  };
}

function syntaxErrorOf(lines: readonly string[], index: number): BlackReport["syntaxErrors"][number] | undefined {
  const line = lines[index] ?? "";
  const [, path, row, column, said = reasonBelow(lines, index)] = SYNTAX_OLD.exec(line) ?? SYNTAX_NEW.exec(line) ?? [];
  if (path === undefined) return undefined;
  return {
    path,
    line: Math.max(1, Number(row)),
    column: Number(column) + 1,
    message: plainLine(`cannot parse: ${said}`),
  };
}

/** Newer versions write the reason under the place, behind the line of source and a caret. */
function reasonBelow(lines: readonly string[], index: number): string {
  return lines[index + 3]?.replace(/^\w*Error: /, "") || "invalid syntax";
}

function countsOf(line: string): NonNullable<BlackReport["counts"]> {
  const number = (pattern: RegExp) => Number(pattern.exec(line)?.[1] ?? 0);
  return {
    unformatted: number(/(\d+) files? would be reformatted/),
    formatted: number(/(\d+) files? would be left unchanged/),
    failed: number(/(\d+) files? would fail/),
  };
}

function mismatches(
  counts: BlackReport["counts"],
  named: { readonly unformatted: readonly string[]; readonly formatted: readonly string[] },
): readonly string[] {
  if (counts === undefined) return [];
  const words = (["unformatted", "formatted"] as const)
    .filter((kind) => counts[kind] !== named[kind].length)
    .map((kind) => `it counts ${counts[kind]} ${kind} files and names ${named[kind].length}`);
  return words.length === 0 ? [] : [`the output is not complete: ${words.join(", ")}`];
}
