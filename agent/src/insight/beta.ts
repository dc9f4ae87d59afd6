import type { Interval } from "./leave-one-out.ts";

/** What is known of a rate after some tries, all rates being as likely beforehand (the prior is Beta(1, 1)). */
export interface Rate {
  readonly successes: number;
  readonly tries: number;
  /** Mean of what is likely now, 0 to 1. */
  readonly mean: number;
  /** The rate lies in it with a probability of 9 in 10. */
  readonly interval: Interval;
}

const TAIL = 0.05;

/** The rate of success behind some tries. Both are whole numbers. */
export function rateOf(successes: number, tries: number): Rate {
  const [a, b] = [successes + 1, tries - successes + 1];
  const interval = { low: quantile(a, b, TAIL), high: quantile(a, b, 1 - TAIL) };
  return { successes, tries, mean: a / (a + b), interval };
}

/** Where the distribution Beta(a, b), with whole numbers, reaches a probability. */
function quantile(a: number, b: number, probability: number): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    if (below(middle, a, b) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The probability that Beta(a, b) lies below x: that of at least `a` successes in `a + b - 1` tries at the rate x. */
function below(x: number, a: number, b: number): number {
  const tries = a + b - 1;
  let [sum, logChoose] = [0, 0];
  for (let count = 0; count <= tries; count++) {
    if (count >= a) sum += Math.exp(logChoose + count * Math.log(x) + (tries - count) * Math.log1p(-x));
    logChoose += Math.log(tries - count) - Math.log(count + 1);
  }
  return sum;
}
