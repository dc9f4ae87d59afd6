import fc from "fast-check";
import type { Problem, Rule } from "./weakness.ts";

export interface Search<T> {
  readonly cases: fc.Arbitrary<T>;
  /** Sends one and says what is wrong with the answer. */
  readonly attempt: (value: T) => Promise<readonly Problem[]>;
  readonly seed: number;
  /** How many may be sent to look for problems; making one smaller takes more. */
  readonly budget: number;
  /** Ends the search, since nobody answers any more. */
  readonly isOver: () => boolean;
}

export interface Found<T> extends Problem {
  readonly value: T;
}

/** Requests for making one case smaller. */
const SHRINK_BUDGET = 150;

/** Each that is not answered costs the whole time-out, so after so many it is clear enough. */
const SILENCES = 12;

/** Looks for cases with problems; for each rule gives the smallest case that breaks it. The same seed looks the same way. */
export async function search<T>({ cases, attempt, seed, budget, isOver }: Search<T>): Promise<readonly Found<T>[]> {
  const found = new Map<Rule, Found<T>>();
  // The property counts it down.
  let left = budget;
  let silences = 0;
  const mayGoOn = () => !isOver() && silences < SILENCES;
  for (let round = 0; mayGoOn(); round++) {
    if (left <= 0) break;
    let wanted: Rule | undefined;
    let shrinking = SHRINK_BUDGET;
    const property = fc.asyncProperty(cases, async (value) => {
      if (!mayGoOn() || (wanted !== undefined && shrinking-- <= 0)) return true;
      if (wanted === undefined) left--;
      const problems = await attempt(value);
      if (problems.some(({ rule }) => rule === "no-answer")) silences++;
      const problem = problems.find(({ rule }) => (wanted === undefined ? !found.has(rule) : rule === wanted));
      if (problem === undefined) return true;
      wanted = problem.rule;
      smallest = { ...problem, value };
      return false;
    });
    let smallest: Found<T> | undefined;
    await fc.check(property, { seed: seed + round, numRuns: left });
    if (smallest === undefined) break;
    found.set(smallest.rule, smallest);
  }
  return [...found.values()];
}

/** Values of an arbitrary, always the same for a seed. */
export function samples<T>(cases: fc.Arbitrary<T>, count: number, seed: number): readonly T[] {
  return fc.sample(cases, { numRuns: count, seed });
}

/** A number of its own for each operation, so that one that is added leaves the others alone. */
export function seedFor(seed: number, name: string): number {
  let hash = seed | 0;
  for (const character of name) hash = (Math.imul(hash, 31) + (character.codePointAt(0) ?? 0)) | 0;
  return hash;
}
