import { plainLine, plainText } from "../../reading/plain-text.ts";

export interface PrettierSyntaxError {
  readonly path: string;
  readonly message: string;
  /** Both from 1, columns in UTF-16 code units; absent where a plugin does not tell. */
  readonly line: number | undefined;
  readonly column: number;
}

export interface PrettierReport {
  /** Paths that Prettier took up: neither ignored nor of a language that it does not know. */
  readonly looked: readonly string[];
  /** Paths of a language that no parser is configured for. */
  readonly unknown: readonly string[];
  /** Paths that it would write differently. */
  readonly unformatted: readonly string[];
  readonly syntaxErrors: readonly PrettierSyntaxError[];
  /** What it said about anything else that went wrong: its configuration, a plugin, itself. */
  readonly failures: readonly string[];
}

const RESOLVED = /^resolve config from '(.+)'$/;
const UNKNOWN_LANGUAGE = /^No parser could be inferred for file:? "?(.+?)"?\.?$/;
const NAMED_ERROR = /^(.+?): (\w*Error): (.*)$/s;
const PLACE = / \((\d+):(\d+)\)$/;

/**
 * Reads what `prettier --list-different` prints: names on standard output, and on standard error, at the level `debug`, one
 * line for each file that it takes up. Made for Prettier 2 and 3. Never throws.
 */
export function parsePrettier({
  stdout,
  stderr,
}: {
  readonly stdout: string;
  readonly stderr: string;
}): PrettierReport {
  const looked = new Set<string>();
  const unknown = new Set<string>();
  const syntaxErrors: PrettierSyntaxError[] = [];
  const failures: string[] = [];
  for (const { level, text } of messagesOf(stderr)) {
    const resolved = level === "debug" ? RESOLVED.exec(text)?.[1] : undefined;
    if (resolved !== undefined) looked.add(resolved);
    if (level !== "error") continue;
    const language = UNKNOWN_LANGUAGE.exec(text)?.[1];
    const syntax = syntaxErrorOf(text);
    if (language !== undefined) unknown.add(language);
    else if (syntax !== undefined) syntaxErrors.push(syntax);
    else failures.push(plainText(text));
  }
  return {
    looked: [...looked].filter((path) => !unknown.has(path)),
    unknown: [...unknown],
    unformatted: stdout.split(/\r?\n/).filter((line) => line.trim() !== ""),
    syntaxErrors,
    failures,
  };
}

interface Message {
  readonly level: string;
  readonly text: string;
}

/** Prettier puts the level before each line of a message; an error begins where its line names a file or stands alone. */
function messagesOf(stderr: string): readonly Message[] {
  const messages: { level: string; lines: string[] }[] = [];
  for (const raw of stderr.split(/\r?\n/).filter((line) => line.trim() !== "")) {
    const [, level, line = ""] = LEVELLED.exec(raw) ?? [];
    const last = messages.at(-1);
    if (level === "error" && last?.level === "error" && !beginsError(line)) last.lines.push(line);
    else messages.push(level === undefined ? { level: "error", lines: [raw] } : { level, lines: [line] });
  }
  return messages.map(({ level, lines }) => ({ level, text: lines.join("\n").trim() }));
}

const LEVELLED = /^\[(debug|error|warn|log)\] ?(.*)$/;

const beginsError = (line: string) =>
  /^\S.*?: \w*Error: /.test(line) || /^(No parser|No files|Invalid config)/.test(line);

/** Prettier's own parsers throw a SyntaxError; plugins throw what they like, and say so in words. */
function syntaxErrorOf(text: string): PrettierSyntaxError | undefined {
  const [, path = "", kind, said = ""] = NAMED_ERROR.exec(text) ?? [];
  if (kind === undefined) return undefined;
  const lines = said.split("\n").filter((line) => line.trim() !== "" && !/^\s+at /.test(line));
  const [first = ""] = lines;
  if (kind !== "SyntaxError" && !/syntax error/i.test(first)) return undefined;
  const place = placeIn(first);
  // The lines behind a place are the excerpt of the source.
  const message = place.line === undefined ? lines.slice(0, 2).join(" ") : first.replace(PLACE, "");
  return { path, message: plainLine(message).replaceAll(/\s+/g, " "), ...place };
}

/** Where an error of one of Prettier's own parsers says that it is. */
function placeIn(line: string): Pick<PrettierSyntaxError, "line" | "column"> {
  const place = PLACE.exec(line);
  if (place === null) return { line: undefined, column: 1 };
  return { line: Math.max(1, Number(place[1])), column: Math.max(1, Number(place[2])) };
}
