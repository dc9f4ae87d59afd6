import type { Severity } from "../../../core/finding.ts";

/** What an attack can find, each with what it means. */
export const WEAKNESSES = {
  "server-error": { severity: "error", title: "answers with an internal error" },
  "no-answer": { severity: "error", title: "gives no answer" },
  "server-down": { severity: "error", title: "answers nobody any more afterwards" },
  "leaked-internals": { severity: "error", title: "tells what nobody should know" },
  "invalid-input-accepted": { severity: "error", title: "accepts what its schema forbids" },
  "undeclared-status": { severity: "warning", title: "answers with a status that is not described" },
  "undeclared-content-type": { severity: "warning", title: "answers with a content type that is not described" },
  "undeclared-answer": { severity: "warning", title: "gives an answer that its schema forbids" },
  "reflected-html": { severity: "error", title: "puts what it was sent into HTML as it is" },
  "template-evaluated": { severity: "error", title: "evaluates what it was sent" },
  "header-injection": { severity: "error", title: "lets a value add a header to the answer" },
  "missing-authentication": { severity: "error", title: "answers without good credentials" },
  "foreign-origin": { severity: "error", title: "answers pages of any other origin" },
  "undeclared-method": { severity: "warning", title: "takes a method that is not described" },
  "oversized-accepted": { severity: "error", title: "accepts a message without a limit of its size" },
  "malformed-accepted": { severity: "error", title: "accepts what is no message" },
} as const satisfies Readonly<Record<string, { severity: Severity; title: string }>>;

export type Rule = keyof typeof WEAKNESSES;

/** One thing that is wrong with an answer. */
export interface Problem {
  readonly rule: Rule;
  /** What came, in a few words. */
  readonly words: string;
}

/** A problem of an operation with the smallest request that shows it. */
export interface Weakness extends Problem {
  readonly operation: string;
  readonly line: number;
  /** A command or a message to repeat it with. */
  readonly request: string;
}

/** What an attack came to. */
export interface Campaign {
  readonly weaknesses: readonly Weakness[];
  /** Operations that answered at least once. */
  readonly operations: number;
  /** Requests that were answered. */
  readonly requests: number;
  /** Why it is not the whole story. */
  readonly problems: readonly string[];
  readonly remarks: readonly string[];
}

/** Longer requests are cut in what is shown; the fixed seed makes them again. */
const SHOWN = 600;

export function cut(text: string, length = SHOWN): string {
  return text.length > length ? `${text.slice(0, length)}… (${text.length} characters)` : text;
}
