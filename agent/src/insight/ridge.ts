import { eigenOf } from "./eigen.ts";

/** What a regression learns from: `rows[i]` are the features of a case, all of one length, and `targets[i]` is its value. */
export interface Cases {
  readonly rows: readonly (readonly number[])[];
  readonly targets: readonly number[];
}

/** A fitted ridge regression: `intercept + Σ coefficients[j] · (row[j] - means[j]) / scales[j]`. */
export interface RidgeModel {
  readonly intercept: number;
  readonly means: readonly number[];
  /** Standard deviations; 0 for a feature that is the same in all cases, which then weighs nothing. */
  readonly scales: readonly number[];
  /** Of the standardised features, in units of the target. */
  readonly coefficients: readonly number[];
  /** The penalty that was chosen. */
  readonly lambda: number;
  /** Each case's target minus what the regression without this case, at the same penalty and scales, says of it. */
  readonly leftOut: readonly number[];
}

/** Penalties for each case: 0, and half decades from one that changes nothing to one that leaves next to nothing. */
const PENALTIES: readonly number[] = [0, ...Array.from({ length: 17 }, (_, step) => 10 ** (step / 2 - 5))];

/** Below this share of the largest one, an eigenvalue is what rounding left of nought. */
const NOUGHT = 1e-12;
/** A case that the regression follows this closely decides its own value, so leaving it out has no closed form. */
const OWN_VALUE = 1e-9;

/**
 * A linear regression whose coefficients are kept small: it minimises `Σ (y - a - zβ)² + λ |β|²` over standardised features
 * `z`; the intercept `a` is not penalised. With `Z'Z = V D V'`, `β = V (D + λ)⁻¹ V' Z' (y - mean)`, so one decomposition
 * serves all penalties. The penalty is the one whose errors, each case left out, have the least sum of squares (PRESS): they
 * are `eᵢ / (1 - hᵢ)`, where `e` are the residuals and `hᵢ = 1/n + Σ (zᵢvₖ)² / (dₖ + λ)`, with no refitting.
 *
 * Works with fewer cases than features, features that are constant or say the same, and equal cases. Throws `RangeError`
 * where there is no case, rows are of unequal length, or a number is not finite: that is the caller's fault.
 */
export function fitRidge(cases: Cases, penalties: readonly number[] = PENALTIES): RidgeModel {
  check(cases);
  const { targets } = cases;
  const { means, scales, standard } = standardise(cases.rows);
  const intercept = mean(targets);
  const centred = targets.map((target) => target - intercept);
  const { values, vectors } = eigenOf(gramOf(standard));
  const directions = values.map((value, at): Direction => {
    const vector = vectors[at] ?? [];
    const along = standard.map((row) => dot(row, vector));
    return { value: Math.max(0, value), vector, along, pull: dot(along, centred) };
  });
  const least = NOUGHT * Math.max(0, ...values);
  const fits = penalties.map((penalty) => {
    const lambda = penalty * targets.length;
    // Without a penalty nothing holds back a direction in which the cases do not differ.
    const used = lambda === 0 ? directions.filter(({ value }) => value > least) : directions;
    const leftOut = leftOutAt(used, { centred, lambda });
    return { lambda, used, leftOut, press: leftOut.reduce((sum, error) => sum + error * error, 0) };
  });
  const [first, ...others] = fits;
  if (first === undefined) throw new RangeError("a ridge regression needs a penalty to try");
  const best = others.reduce((kept, next) => (isBetter(next.press, kept.press) ? next : kept), first);
  const coefficients = means.map((_, feature) =>
    best.used.reduce(
      (sum, { value, vector, pull }) => sum + ((vector[feature] ?? 0) * pull) / (value + best.lambda),
      0,
    ),
  );
  return { intercept, means, scales, coefficients, lambda: best.lambda, leftOut: best.leftOut };
}

/** What a regression says of a case. */
export function predict(model: RidgeModel, row: readonly number[]): number {
  return weights(model, row).reduce((sum, weight) => sum + weight, model.intercept);
}

/** What each feature of a case adds to the usual value, in units of the target. */
export function weights({ means, scales, coefficients }: RidgeModel, row: readonly number[]): readonly number[] {
  return coefficients.map((coefficient, at) => coefficient * standardOf(row[at], means[at] ?? 0, scales[at] ?? 0));
}

/** One direction of the features in which the cases differ. */
interface Direction {
  readonly value: number;
  readonly vector: readonly number[];
  /** Where each case lies in it. */
  readonly along: readonly number[];
  readonly pull: number;
}

function leftOutAt(
  directions: readonly Direction[],
  { centred, lambda }: { readonly centred: readonly number[]; readonly lambda: number },
): readonly number[] {
  // Direction by direction, since this is where a regression spends its time.
  const said = new Float64Array(centred.length);
  const leverage = new Float64Array(centred.length).fill(1 / centred.length);
  for (const { value, along, pull } of directions) {
    const [share, slope] = [1 / (value + lambda), pull / (value + lambda)];
    for (let at = 0; at < along.length; at++) {
      const place = along[at] ?? 0;
      said[at] = (said[at] ?? 0) + place * slope;
      leverage[at] = (leverage[at] ?? 0) + place * place * share;
    }
  }
  return centred.map((target, at) => {
    const free = 1 - (leverage[at] ?? 0);
    return free < OWN_VALUE ? Number.POSITIVE_INFINITY : (target - (said[at] ?? 0)) / free;
  });
}

/** A larger penalty must not win or lose by rounding alone. */
function isBetter(press: number, kept: number): boolean {
  return kept === Number.POSITIVE_INFINITY ? press < kept : press < kept * (1 - 1e-9);
}

function standardise(rows: Cases["rows"]) {
  const width = rows[0]?.length ?? 0;
  const columns = Array.from({ length: width }, (_, at) => rows.map((row) => row[at] ?? 0));
  const means = columns.map(mean);
  const scales = columns.map((column, at) => spreadOf(column, means[at] ?? 0));
  const standard = rows.map((row) => row.map((value, at) => standardOf(value, means[at] ?? 0, scales[at] ?? 0)));
  return { means, scales, standard };
}

function standardOf(value: number | undefined, centre: number, scale: number): number {
  return scale === 0 || value === undefined ? 0 : (value - centre) / scale;
}

/** The standard deviation, or 0 where what there is of it is rounding. */
function spreadOf(column: readonly number[], centre: number): number {
  const largest = column.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  if (largest === 0) return 0;
  // Scaled first: the square of a large number may be infinite, that of a small one nought.
  const spread = Math.sqrt(mean(column.map((value) => ((value - centre) / largest) ** 2)));
  return spread < 1e-13 ? 0 : spread * largest;
}

function gramOf(rows: readonly (readonly number[])[]): number[][] {
  const width = rows[0]?.length ?? 0;
  const gram = Array.from({ length: width }, () => Array.from({ length: width }, () => 0));
  for (const row of rows)
    for (const [at, line] of gram.entries()) {
      const value = row[at] ?? 0;
      if (value !== 0) addTimes(line, row, value);
    }
  return gram;
}

/** Adds `factor` times a row to a line of the same length. */
function addTimes(line: number[], row: readonly number[], factor: number): void {
  for (let at = 0; at < line.length; at++) line[at] = (line[at] ?? 0) + factor * (row[at] ?? 0);
}

function dot(one: readonly number[], other: readonly number[]): number {
  let sum = 0;
  for (let at = 0; at < one.length; at++) sum += (one[at] ?? 0) * (other[at] ?? 0);
  return sum;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value / values.length, 0);
}

function check({ rows, targets }: Cases): void {
  const width = rows[0]?.length ?? 0;
  if (rows.length === 0 || rows.length !== targets.length || rows.some((row) => row.length !== width))
    throw new RangeError("a regression needs cases, each with the same features and a target");
  if (![...targets, ...rows.flat()].every(Number.isFinite)) throw new RangeError("a regression needs finite numbers");
}
