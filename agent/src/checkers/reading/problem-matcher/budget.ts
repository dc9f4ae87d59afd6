import { setImmediate as nextTurn } from "node:timers/promises";
import { createContext, Script } from "node:vm";
import { systemClock } from "../../../platform/clock.ts";
import type { ProblemMatcher } from "./form.ts";
import { type MatchedProblem, ProblemMatching } from "./problem-matcher.ts";

/** Time that the expressions of one check may take in all. Good ones read a million lines in it. */
const BUDGET_MS = 5_000;
/** The agent answers nobody while an expression runs, so between such slices everybody else has a turn. */
const SLICE_MS = 25;
const LINES_BETWEEN_LOOKS = 32;

export interface MatchOptions {
  readonly budgetMs?: number;
  readonly signal?: AbortSignal;
}

export type Matched =
  | { readonly ok: true; readonly problems: readonly (MatchedProblem & { readonly matcher: ProblemMatcher })[] }
  | { readonly ok: false; readonly problem: string };

/**
 * Matches lines with expressions that somebody wrote into a configuration. An expression can need longer than anybody
 * waits for on the wrong line; Node can only stop one from outside, which `node:vm` does. The answer is then a problem
 * that names the expression and the line. Throws what the signal gives when it is aborted.
 */
export async function matchProblems(
  matchers: readonly ProblemMatcher[],
  lines: readonly string[],
  { budgetMs = BUDGET_MS, signal }: MatchOptions = {},
): Promise<Matched> {
  const found: (MatchedProblem & { matcher: ProblemMatcher })[] = [];
  let left = budgetMs;
  for (const matcher of matchers) {
    const matching = new ProblemMatching(matcher);
    for (let at = 0; at < lines.length; ) {
      signal?.throwIfAborted();
      const began = systemClock.elapsed();
      const next = withinTime(() => slice(matching, lines, at), left);
      left -= systemClock.elapsed() - began;
      if (next === undefined || left <= 0) return { ok: false, problem: tooSlow(matching, lines, budgetMs) };
      at = next;
      await nextTurn();
    }
    found.push(...matching.problems.map((problem) => ({ ...problem, matcher })));
  }
  return { ok: true, problems: found };
}

function slice(matching: ProblemMatching, lines: readonly string[], from: number): number {
  const until = systemClock.elapsed() + SLICE_MS;
  let at = from;
  while (at < lines.length) {
    for (let step = 0; step < LINES_BETWEEN_LOOKS && at < lines.length; step++) at = matching.step(lines, at);
    if (systemClock.elapsed() > until) break;
  }
  return at;
}

/** The result of a function; `undefined` when it took longer and was stopped in the middle of whatever it did. */
function withinTime<T>(work: () => T, timeoutMs: number): T | undefined {
  let result: T | undefined;
  const context = createContext({
    work: () => {
      result = work();
    },
  });
  try {
    CALL.runInContext(context, { timeout: Math.max(1, Math.ceil(timeoutMs)) });
    return result;
  } catch (error) {
    // The error comes out of another realm, whose Error is another one.
    if (typeof error === "object" && error !== null && "code" in error && error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT")
      return undefined;
    throw error;
  }
}

const CALL = new Script("work()");

function tooSlow({ at }: ProblemMatching, lines: readonly string[], budgetMs: number): string {
  const line = lines[at.line - 1] ?? "";
  return (
    `the expression ${at.regexp} was stopped after ${budgetMs} ms on line ${at.line} of the output, ` +
    `"${line.slice(0, 60)}${line.length > 60 ? "…" : ""}"; make it say more exactly what it matches, above all where a repetition stands inside another`
  );
}
