import type { Verdict } from "../core/outcome.ts";
import { TrigateError } from "../errors/trigate-error.ts";

/** What the command says to the shell; other programs rely on these numbers. */
export const EXIT = { passed: 0, failed: 1, usage: 2, errored: 3, internal: 70, interrupted: 130 } as const;

/** The exit code of a verdict: all skipped is 3, unless nothing was in scope. */
export function exitCodeOf({ outcome, reason }: Verdict): number {
  switch (outcome) {
    case "passed":
      return EXIT.passed;
    case "failed":
      return EXIT.failed;
    case "errored":
      return EXIT.errored;
    case "skipped":
      return reason === "nothing-in-scope" ? EXIT.passed : EXIT.errored;
  }
}

/** The exit code of something thrown. */
export function exitCodeOfError(error: unknown): number {
  if (!(error instanceof TrigateError)) return EXIT.internal;
  if (error.code === "run/cancelled") return EXIT.interrupted;
  // A model that cannot be asked leaves a question open; nothing was wrong with the question.
  if (String(error.code).startsWith("model/")) return EXIT.errored;
  return EXIT.usage;
}
