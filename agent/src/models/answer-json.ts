import { type ParseError, parseTree, printParseErrorCode } from "jsonc-parser";

/** The JSON in an answer, or what keeps it from being read. */
export type AnswerJson =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly problem: string };

/** How much of a text before a mistake is shown to the model that made it. */
const SHOWN = 60;

/**
 * Finds the one JSON value of an answer: the whole text, what stands in a fenced block, or what stands between the first
 * opening bracket and the last closing one. Models add such wrapping even when they are told not to.
 */
export function answerJson(text: string): AnswerJson {
  const trimmed = text.trim();
  if (trimmed === "") return { ok: false, problem: "the answer is empty" };
  for (const candidate of candidates(trimmed)) {
    const value = parsed(candidate);
    if (value !== undefined) return { ok: true, value: value.json };
  }
  return { ok: false, problem: mistakeIn(candidates(trimmed).at(-1) ?? trimmed) };
}

function candidates(text: string): readonly string[] {
  const fenced = /```[a-z0-9]*\s*\n([\s\S]*?)\n?```/i.exec(text)?.[1];
  const start = text.search(/[{[]/);
  const end = Math.max(text.lastIndexOf("}"), text.lastIndexOf("]"));
  return [
    text,
    ...(fenced === undefined ? [] : [fenced.trim()]),
    ...(start < 0 ? [] : [end > start ? text.slice(start, end + 1) : text.slice(start)]),
  ];
}

function parsed(text: string): { readonly json: unknown } | undefined {
  try {
    return { json: JSON.parse(text) };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function mistakeIn(text: string): string {
  if (!/[{[]/.test(text)) return "the answer holds no JSON";
  const errors: ParseError[] = [];
  try {
    parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  } catch (error) {
    if (error instanceof RangeError) return "the answer is nested too deeply";
    throw error;
  }
  const [first] = errors;
  if (first === undefined) return "the answer is no JSON";
  const words = printParseErrorCode(first.error).replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  const before = text.slice(Math.max(0, first.offset - SHOWN), first.offset);
  return `the JSON breaks at character ${first.offset} (${words.toLowerCase()}), after: ${before}`;
}
