import type { CheckOutput } from "../core/check.ts";
import { statusOf } from "../core/check-status.ts";

/** What several attempts at one check came to. */
export interface Attempts {
  readonly output: CheckOutput;
  readonly command: readonly string[];
  /** How each attempt before the last one failed, in words. Not empty and a last one that passed: flaky. */
  readonly failures: readonly string[];
}

type Attempt = { readonly output: CheckOutput; readonly command: readonly string[] };

/**
 * Tries again after a failure, up to `retries` times. What is thrown is an attempt, too; when the last one throws, so does
 * this. A check that is not to be tried again is tried once.
 */
export async function attempt(
  once: () => Promise<Attempt>,
  { retries, mayGoOn }: { retries: number; mayGoOn: (error: unknown) => boolean },
): Promise<Attempts> {
  const failures: string[] = [];
  for (let left = retries; ; left--) {
    try {
      const { output, command } = await once();
      const { outcome, message } = statusOf(output);
      if (outcome === "passed" || left === 0) return { output, command, failures };
      failures.push(failedTestsIn(output) ?? message);
    } catch (error) {
      if (left === 0 || !mayGoOn(error)) throw error;
      failures.push(error instanceof Error ? error.message : String(error));
    }
  }
}

const MOST_NAMES = 5;

function failedTestsIn({ tests = [] }: CheckOutput): string | undefined {
  const names = tests
    .filter(({ status }) => status === "failed")
    .map(({ name, message }) => `${name}${firstLine(message)}`);
  if (names.length === 0) return undefined;
  const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : "";
  return `${names.slice(0, MOST_NAMES).join("; ")}${more}`;
}

function firstLine(message: string | undefined): string {
  const [line = ""] = (message ?? "").trim().split("\n", 1);
  return line === "" ? "" : ` (${line})`;
}

/** What a result says about attempts that failed before one passed. */
export function flakyInWords(failures: readonly string[]): string {
  const attempts = failures.length + 1;
  return `flaky: passed only at attempt ${attempts}; ${failures.map((failure, index) => `attempt ${index + 1} failed: ${failure}`).join("; ")}`;
}
