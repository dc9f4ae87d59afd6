import type { NotedTask } from "./task-material.ts";
import { FEATURES, type Features } from "./task-features.ts";
import { type Interval, jackknifePlus, leaveOneOut, type Learner, type LeftOut } from "./leave-one-out.ts";
import { type Cases, fitRidge, predict, type RidgeModel, weights } from "./ridge.ts";

/** A finished task to learn from. */
export interface FinishedTask {
  readonly noted: NotedTask;
  readonly startedMs: number;
  readonly finishedMs: number;
  /** Hours of work, natural logarithm. */
  readonly logHours: number;
  readonly features: Features;
}

/** How far what was said of left-out tasks lay from what they took. */
export interface EstimateError {
  /** Mean of the absolute difference of the logarithms; `exp` of it is the factor by which it was usually off. */
  readonly meanLog: number;
  readonly factor: number;
}

/** What was learned, and how good it is. */
export interface Learned {
  /** What estimates come from: the regression, the median of all finished tasks, or nothing, where no task is finished. */
  readonly method: "regression" | "median" | "nothing";
  readonly why: "better-than-median" | "not-better-than-median" | "history-too-short" | "no-history";
  readonly finished: number;
  /** Of each way to estimate, every task left out in turn; absent where history is too short. */
  readonly errors?:
    | {
        readonly regression: EstimateError;
        readonly scoreAlone: EstimateError;
        readonly median: EstimateError;
        /** How much less the regression is off than the median (mean of the absolute log errors), and the standard error of that. */
        readonly gain: number;
        readonly gainStandardError: number;
        /** The regression's penalty. */
        readonly penalty: number;
      }
    | undefined;
}

/** How many of the tasks that were asked, each left out, lay inside of the interval that was given for them. */
export interface Held {
  readonly held: number;
  readonly asked: number;
}

export interface Estimate {
  /** `undefined` where there is nothing to learn from. */
  readonly hours: number | undefined;
  /** Holds what the task takes in about 8 of 10 cases; `undefined` with too few finished tasks. */
  readonly interval: Interval | undefined;
  /** 1 to 10: which share of the finished tasks took less. `undefined` where the median is all that is known. */
  readonly score: number | undefined;
  /** What weighs most, the heaviest first, with the factor that it puts on the time. */
  readonly reasons: readonly { readonly feature: string; readonly factor: number }[];
}

/** Fewer teach nothing: with as many features, chance alone would fit them. */
const FEWEST_TASKS = 8;
/** Older ones tell of other days, and would only make it slow. */
const MOST_TASKS = 400;
const MISS = 0.2;
/** So many standard errors must the regression be better than the median: by chance that happens about once in forty times. */
const SURE = 2;
const REASONS = 3;
/** Times further from the middle than this many usual distances are taken for so far and no further. */
const FARTHEST = 3;
/** Turns the median distance from the median into a standard deviation, where values are normal. */
const NORMAL = 1.4826;

/** Estimates how long tasks take from how long others took. Pure: the same history always gives the same answer. */
export class Estimator {
  readonly learned: Learned;
  readonly #model: RidgeModel | undefined;
  readonly #left: LeftOut | undefined;
  readonly #median: number | undefined;
  readonly #sorted: readonly number[];
  readonly #cases: Cases;

  constructor(history: readonly FinishedTask[]) {
    const latest = history.toSorted((a, b) => b.finishedMs - a.finishedMs).slice(0, MOST_TASKS);
    const cases = { rows: latest.map(({ features }) => features), targets: latest.map(({ logHours }) => logHours) };
    this.#cases = cases;
    this.#sorted = cases.targets.toSorted((a, b) => a - b);
    this.#median = latest.length === 0 ? undefined : median(cases.targets);
    const finished = latest.length;
    const byMedian = leaveOneOut(learnMedian, finished < 2 ? { rows: [], targets: [] } : cases);
    if (finished < FEWEST_TASKS) {
      this.#left = byMedian;
      const [method, why] =
        finished === 0 ? (["nothing", "no-history"] as const) : (["median", "history-too-short"] as const);
      this.learned = { method, why, finished };
      return;
    }
    const byRegression = leaveOneOut(learnRidge, cases);
    const { gain, standardError } = gainOf(byRegression, byMedian);
    // Where times have no tails, the mean alone is less off than the median; that is nothing the features teach.
    const overMean = gainOf(byRegression, leaveOneOut(learnMean, cases));
    const isBetter = gain > SURE * standardError && overMean.gain > SURE * overMean.standardError;
    const model = fitRobustly(cases);
    this.#model = isBetter ? model : undefined;
    this.#left = isBetter ? byRegression : byMedian;
    const errors = {
      regression: errorOf(byRegression),
      scoreAlone: errorOf(leaveOneOut(learnRidge, { ...cases, rows: cases.rows.map((row) => row.slice(0, 1)) })),
      median: errorOf(byMedian),
      gain,
      gainStandardError: standardError,
      penalty: model.lambda,
    };
    this.learned = isBetter
      ? { method: "regression", why: "better-than-median", finished, errors }
      : { method: "median", why: "not-better-than-median", finished, errors };
  }

  estimate(features: Features): Estimate {
    if (this.#median === undefined) return { hours: undefined, interval: undefined, score: undefined, reasons: [] };
    const log = this.#model === undefined ? this.#median : predict(this.#model, features);
    const around = this.#left === undefined ? undefined : jackknifePlus(this.#left, features, MISS);
    const interval = around && { low: Math.exp(Math.min(around.low, log)), high: Math.exp(Math.max(around.high, log)) };
    const score = this.#model === undefined ? undefined : this.#scoreOf(log);
    return { hours: Math.exp(log), interval, score, reasons: this.#reasons(features) };
  }

  /** Tries the intervals on the finished tasks; `undefined` where history is too short. Takes longer than all else here. */
  held(): Held | undefined {
    if (this.learned.errors === undefined) return undefined;
    return held(this.#model === undefined ? learnMedian : learnRidge, this.#cases);
  }

  #reasons(features: Features): Estimate["reasons"] {
    if (this.#model === undefined) return [];
    return weights(this.#model, features)
      .map((weight, at) => ({ feature: FEATURES[at]?.words(features[at] ?? 0) ?? "", weight }))
      .filter(({ weight }) => Math.abs(weight) > 0.005)
      .toSorted((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
      .slice(0, REASONS)
      .map(({ feature, weight }) => ({ feature, factor: Math.exp(weight) }));
  }

  /** Where a time stands among those of the finished tasks, from 1 to 10; between two of them in proportion. */
  #scoreOf(log: number): number {
    const sorted = this.#sorted;
    const above = sorted.findIndex((value) => value > log);
    const [low, high] = [sorted[above - 1], sorted[above]];
    const rank =
      above === -1
        ? sorted.length
        : low === undefined || high === undefined
          ? 0
          : above - 0.5 + (log - low) / (high - low);
    return Math.round((1 + (9 * Math.min(sorted.length, rank)) / sorted.length) * 10) / 10;
  }
}

const learnMedian: Learner = ({ targets }) => {
  const middle = median(targets);
  return () => middle;
};

const learnMean: Learner = ({ targets }) => {
  const centre = mean(drawnIn(targets));
  return () => centre;
};

const learnRidge: Learner = (cases) => {
  const model = fitRobustly(cases);
  return (row) => predict(model, row);
};

function fitRobustly({ rows, targets }: Cases): RidgeModel {
  return fitRidge({ rows, targets: drawnIn(targets) });
}

/** A task that lay open over a holiday must not bend the whole line: times far from the middle are drawn in first. */
function drawnIn(targets: readonly number[]): readonly number[] {
  const middle = median(targets);
  const reach = FARTHEST * NORMAL * median(targets.map((target) => Math.abs(target - middle)));
  return reach === 0 ? targets : targets.map((target) => Math.min(middle + reach, Math.max(middle - reach, target)));
}

function errorOf({ errors }: LeftOut): EstimateError {
  const meanLog = mean(errors.map(Math.abs));
  return { meanLog, factor: Math.exp(meanLog) };
}

/** By how much the first is less off than the second on the same tasks, with the standard error of that mean. */
function gainOf(first: LeftOut, second: LeftOut): { readonly gain: number; readonly standardError: number } {
  const gains = first.errors.map((error, at) => Math.abs(second.errors[at] ?? 0) - Math.abs(error));
  const gain = mean(gains);
  const variance = gains.reduce((sum, one) => sum + (one - gain) ** 2, 0) / Math.max(1, gains.length - 1);
  return { gain, standardError: Math.sqrt(variance / gains.length) };
}

/** Each task that is asked costs learning anew without every other one. */
const LEARNED_FOR_HELD = 3000;

function held(learner: Learner, { rows, targets }: Cases): Held {
  const most = Math.max(FEWEST_TASKS, Math.floor(LEARNED_FOR_HELD / rows.length));
  const step = Math.ceil(rows.length / most);
  const asked = rows.flatMap((_, at) => (at % step === 0 ? [at] : []));
  const isHeld = (at: number) => {
    const left = leaveOneOut(learner, { rows: rows.toSpliced(at, 1), targets: targets.toSpliced(at, 1) });
    const interval = jackknifePlus(left, rows[at] ?? [], MISS);
    const target = targets[at] ?? 0;
    return interval !== undefined && interval.low <= target && target <= interval.high;
  };
  return { held: asked.filter(isHeld).length, asked: asked.length };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? upper) + upper) / 2;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
