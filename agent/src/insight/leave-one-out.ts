import type { Cases } from "./ridge.ts";

/** Learns from cases; the answer says the value of a case from its features. It must not care for the cases' order. */
export type Learner = (cases: Cases) => (row: readonly number[]) => number;

/** What became of each case when a learner saw all others and not it. */
export interface LeftOut {
  /** The case's target minus what was said of it. */
  readonly errors: readonly number[];
  /** What was learned without it. */
  readonly predictors: readonly ((row: readonly number[]) => number)[];
}

/**
 * Leaves out each case in turn and learns everything anew from the others: scales, penalty and all, so that nothing of a case
 * is known to the one that is asked about it. There must be two cases at least.
 */
export function leaveOneOut(learner: Learner, { rows, targets }: Cases): LeftOut {
  const predictors = rows.map((_, at) => learner({ rows: rows.toSpliced(at, 1), targets: targets.toSpliced(at, 1) }));
  const errors = predictors.map((predictor, at) => (targets[at] ?? 0) - predictor(rows[at] ?? []));
  return { errors, predictors };
}

export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * The jackknife+ interval of a new case: the outer ranks of what the learners without one case say of it, each shifted by the
 * error that it made on its own left-out case. Whatever the learner and the distribution, as long as cases come in no order that
 * matters, it holds the true value with a probability of at least `1 - 2 · miss`, and usually of about `1 - miss`.
 * `undefined` with too few cases for this `miss` (0 to 1): below `1 / miss - 1`.
 */
export function jackknifePlus(
  { errors, predictors }: LeftOut,
  row: readonly number[],
  miss: number,
): Interval | undefined {
  const rank = Math.ceil((1 - miss) * (errors.length + 1));
  if (rank > errors.length) return undefined;
  const said = predictors.map((predictor) => predictor(row));
  const ends = (sign: 1 | -1) =>
    said.map((value, at) => sign * value + Math.abs(errors[at] ?? 0)).toSorted((a, b) => a - b)[rank - 1];
  const [high, low] = [ends(1), ends(-1)];
  return high === undefined || low === undefined ? undefined : { low: -low, high };
}
