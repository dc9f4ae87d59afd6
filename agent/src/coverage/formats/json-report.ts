import { parseTree, type ParseError, printParseErrorCode } from "jsonc-parser";
import type { z } from "zod";

export type JsonReport<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly problem: string };

/** Parses the JSON of a report. Never throws; a problem has the line, column and offset at which the text breaks. */
export function parseJson(format: string, text: string): JsonReport<unknown> {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return { ok: false, problem: `${format}, ${whereBroken(text)}: the report is not complete JSON (${words(error)})` };
  }
}

/** Holds a parsed report against the form that is expected. */
export function shaped<T>(format: string, value: unknown, schema: z.ZodType<T>): JsonReport<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return { ok: true, value: parsed.data };
  const [first] = parsed.error.issues;
  const where = first?.path.map(String).join(".").slice(0, 200) || "its top";
  return {
    ok: false,
    problem: `${format}: the report has another form than expected at ${where}: ${first?.message.slice(0, 200)}`,
  };
}

/** Line, column and offset in words. */
export function place(text: string, offset: number): string {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  return `line ${line}, column ${offset - before.lastIndexOf("\n")}, offset ${offset}`;
}

/** `JSON.parse` names the place for some faults only, so the text is read again by a parser that always does. */
function whereBroken(text: string): string {
  const errors: ParseError[] = [];
  try {
    parseTree(text, errors, { disallowComments: true });
  } catch (error) {
    // It calls itself for each level of nesting.
    if (!(error instanceof RangeError)) throw error;
    return "at an unknown place, too deep in it";
  }
  const [first] = errors;
  return first === undefined
    ? place(text, text.length)
    : `${place(text, first.offset)} (${printParseErrorCode(first.error)})`;
}

/** Without the piece of the report that the words may quote. */
function words(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return message.length <= 80 ? message : `${message.slice(0, 80)}…`;
}
