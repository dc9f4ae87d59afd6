import { z } from "zod";
import type { Fix, Range, ReportedFinding } from "../../../core/finding.ts";
import { plainLine } from "../../reading/plain-text.ts";
import { readJson } from "../../reading/read-json.ts";
import type { TextPositions } from "../../reading/text-positions.ts";

const Edit = z.object({ range: z.tuple([z.int(), z.int()]), text: z.string() });

const Message = z.object({
  ruleId: z.string().nullish(),
  fatal: z.boolean().optional(),
  severity: z.union([z.literal(1), z.literal(2)]),
  message: z.string(),
  line: z.int().nullish(),
  column: z.int().nullish(),
  endLine: z.int().nullish(),
  endColumn: z.int().nullish(),
  fix: Edit.optional(),
  suggestions: z.array(z.object({ desc: z.string(), fix: Edit })).nullish(),
});
export type EslintMessage = z.infer<typeof Message>;

const Suppressed = Message.extend({
  suppressions: z.array(z.object({ kind: z.string(), justification: z.string() })),
});
export type SuppressedMessage = z.infer<typeof Suppressed>;

const Report = z.array(
  z.object({
    filePath: z.string(),
    messages: z.array(Message),
    // ESLint 8.8 began to write it.
    suppressedMessages: z.array(Suppressed).default([]),
  }),
);

export interface EslintFile {
  /** Absolute, as ESLint writes it. */
  readonly path: string;
  readonly messages: readonly EslintMessage[];
  /** What a comment in the source keeps from counting. */
  readonly suppressed: readonly SuppressedMessage[];
}

export interface EslintReport {
  /** Files that were linted. */
  readonly files: readonly EslintFile[];
  /** Files that ESLint was handed and left alone. */
  readonly ignored: readonly string[];
  readonly problems: readonly string[];
}

/** Reads `eslint --format json`, by ESLint 8 to 10. Never throws. */
export function parseEslintJson(text: string): EslintReport {
  const start = /^\[/m.exec(text)?.index ?? 0;
  const read = readJson(text.slice(start), Report);
  if (!read.ok) return { files: [], ignored: [], problems: [`eslint: ${read.problem}`] };
  const ignored = read.value.filter(({ messages }) => messages.some(isIgnoredNote));
  const files = read.value.filter((file) => !ignored.includes(file));
  return {
    files: files.map(({ filePath, messages, suppressedMessages }) => ({
      path: filePath,
      messages,
      suppressed: suppressedMessages,
    })),
    ignored: ignored.map(({ filePath }) => filePath),
    problems: [],
  };
}

/** ESLint has one sentence for each reason why it leaves a file alone; all of them begin alike and have neither rule nor place. */
function isIgnoredNote({ ruleId, fatal, line, message }: EslintMessage): boolean {
  return !ruleId && fatal !== true && !line && message.startsWith("File ignored");
}

export interface FindingOptions {
  readonly file: string;
  readonly source: TextPositions | undefined;
  /** Also the edits that may change what the program does. */
  readonly suggestions: boolean;
}

/** One finding for a message. Without the file's text there are no fixes, since ESLint places them by offset. */
export function eslintFinding(message: EslintMessage, { file, source, suggestions }: FindingOptions): ReportedFinding {
  const { fix, severity } = message;
  const [suggestion] = suggestions ? (message.suggestions ?? []) : [];
  return {
    rule: ruleOf(message),
    severity: severity === 2 ? "error" : "warning",
    message: plainLine(message.message),
    file,
    range: rangeOf(message),
    fix:
      fix === undefined
        ? suggestion && fixOf(suggestion.fix, { title: plainLine(suggestion.desc), source })
        : fixOf(fix, { title: `Fix ${ruleOf(message)}`, source }),
  };
}

/** A finding about a comment that switches a rule off without saying why. */
export function unexplainedSuppression(message: SuppressedMessage, file: string): ReportedFinding {
  return {
    rule: "unexplained-suppression",
    severity: "warning",
    message: plainLine(
      `${ruleOf(message)} is switched off here without a reason; write one behind "--": ${message.message}`,
    ),
    file,
    range: rangeOf(message),
  };
}

/** Whether each comment that hides a message says why. */
export function isExplained({ suppressions }: SuppressedMessage): boolean {
  return suppressions.every(({ kind, justification }) => kind !== "directive" || justification.trim() !== "");
}

function ruleOf({ ruleId, fatal, message }: EslintMessage): string {
  if (ruleId) return plainLine(ruleId);
  if (fatal) return "syntax";
  return /^Unused (inline config|eslint-(dis|en)able directive)/.test(message) ? "unused-directive" : "eslint";
}

function rangeOf({ line, column, endLine, endColumn }: EslintMessage): Range | undefined {
  if (!line || line < 1) return undefined;
  const start = { line, column: Math.max(1, column ?? 1) };
  const ordered = endLine && endColumn && (endLine > line || (endLine === line && endColumn >= start.column));
  return ordered ? { start, end: { line: endLine, column: endColumn } } : { start };
}

function fixOf(
  { range: [from, to], text }: z.infer<typeof Edit>,
  { title, source }: { readonly title: string; readonly source: TextPositions | undefined },
): Fix | undefined {
  if (source === undefined) return undefined;
  // ESLint counts from behind a byte order mark. Editors hide the mark, so a first line with one has two ways to count
  // columns, and an edit there (-1 means the mark itself) cannot be told in one.
  const mark = source.text.startsWith("\ufeff") ? 1 : 0;
  if (from < 0 || to < from || to + mark > source.text.length) return undefined;
  const start = source.ofOffset(from + mark);
  if (mark === 1 && start.line === 1) return undefined;
  return { title, edits: [{ range: { start, end: source.ofOffset(to + mark) }, newText: text }] };
}
