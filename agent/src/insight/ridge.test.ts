import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { eigenOf } from "./eigen.ts";
import { jackknifePlus, leaveOneOut } from "./leave-one-out.ts";
import { fitRidge, predict, weights } from "./ridge.ts";

/**
 * Longley's figures of employment in the United States, 1947 to 1962 (public domain, from NIST's reference data sets): price
 * index, national product, unemployed, armed forces, population, year, and the employed. They nearly say the same as each
 * other, which is why programs are tried with them.
 */
const LONGLEY = [
  [83.0, 234289, 2356, 1590, 107608, 1947, 60323],
  [88.5, 259426, 2325, 1456, 108632, 1948, 61122],
  [88.2, 258054, 3682, 1616, 109773, 1949, 60171],
  [89.5, 284599, 3351, 1650, 110929, 1950, 61187],
  [96.2, 328975, 2099, 3099, 112075, 1951, 63221],
  [98.1, 346999, 1932, 3594, 113270, 1952, 63639],
  [99.0, 365385, 1870, 3547, 115094, 1953, 64989],
  [100.0, 363112, 3578, 3350, 116219, 1954, 63761],
  [101.2, 397469, 2904, 3048, 117388, 1955, 66019],
  [104.6, 419180, 2822, 2857, 118734, 1956, 67857],
  [108.4, 442769, 2936, 2798, 120445, 1957, 68169],
  [110.8, 444546, 4681, 2637, 121950, 1958, 66513],
  [112.6, 482704, 3813, 2552, 123366, 1959, 68655],
  [114.2, 502601, 3931, 2514, 125368, 1960, 69564],
  [115.7, 518173, 4806, 2572, 127852, 1961, 69331],
  [116.9, 554894, 4007, 2827, 130081, 1962, 70551],
];
const longley = { rows: LONGLEY.map((line) => line.slice(0, 6)), targets: LONGLEY.map((line) => line[6] ?? 0) };

/** Coefficients in the features' own units, the intercept first. */
function inOwnUnits(model: ReturnType<typeof fitRidge>): readonly number[] {
  const slopes = model.coefficients.map((value, at) => (model.scales[at] === 0 ? 0 : value / (model.scales[at] ?? 1)));
  return [slopes.reduce((sum, slope, at) => sum - slope * (model.means[at] ?? 0), model.intercept), ...slopes];
}

/** The same regression by another way: the normal equations, the free intercept among them, by Gauss's elimination. */
function byElimination(
  rows: readonly (readonly number[])[],
  targets: readonly number[],
  lambda: number,
): readonly number[] {
  const wide = rows.map((row) => [1, ...row]);
  const size = wide[0]?.length ?? 0;
  const matrix = Array.from({ length: size }, (_, i) => [
    ...Array.from({ length: size }, (__, j) =>
      wide.reduce((sum, row) => sum + (row[i] ?? 0) * (row[j] ?? 0), i === j && i > 0 ? lambda : 0),
    ),
    wide.reduce((sum, row, at) => sum + (row[i] ?? 0) * (targets[at] ?? 0), 0),
  ]);
  for (let column = 0; column < size; column++) {
    const below = matrix.slice(column).map((row) => Math.abs(row[column] ?? 0));
    const pivot = column + below.indexOf(Math.max(...below));
    [matrix[column], matrix[pivot]] = [matrix[pivot] ?? [], matrix[column] ?? []];
    const [line = []] = [matrix[column]];
    for (const [at, row] of matrix.entries()) {
      const factor = at === column ? 0 : (row[column] ?? 0) / (line[column] ?? 1);
      for (let j = 0; j <= size; j++) row[j] = (row[j] ?? 0) - factor * (line[j] ?? 0);
    }
  }
  return matrix.map((row, at) => (row[size] ?? 0) / (row[at] ?? 1));
}

function standardised(rows: readonly (readonly number[])[], { means, scales }: ReturnType<typeof fitRidge>) {
  const one = (value: number, at: number) => (scales[at] === 0 ? 0 : (value - (means[at] ?? 0)) / (scales[at] ?? 1));
  return rows.map((row) => row.map(one));
}

const cases = (atLeast: number) =>
  fc.tuple(fc.integer({ min: atLeast, max: 20 }), fc.integer({ min: 1, max: 6 })).chain(([count, width]) =>
    fc.record({
      rows: fc.array(
        fc.array(
          fc.integer({ min: -400, max: 400 }).map((eighths) => eighths / 8),
          { minLength: width, maxLength: width },
        ),
        {
          minLength: count,
          maxLength: count,
        },
      ),
      targets: fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: count, maxLength: count }),
    }),
  );

describe("without a penalty", () => {
  test("gives NIST's certified values for Longley's figures", () => {
    const certified = [
      -3482258.63459582, 15.0618722713733, -0.035819179292591, -2.02022980381683, -1.03322686717359,
      -0.0511041056535807, 1829.15146461355,
    ];
    for (const [at, value] of inOwnUnits(fitRidge(longley, [0])).entries())
      expect(value / (certified[at] ?? 0)).toBeCloseTo(1, 8);
  });

  test("finds a line again that has no noise, and leaves no error", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 3, maxLength: 3 }),
        fc.array(fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: -9, max: 9 })), {
          minLength: 6,
          maxLength: 20,
        }),
        ([a = 0, b = 0, c = 0], points) => {
          const rows = [[0, 0], [9, -4], [-4, 9], ...points];
          const model = fitRidge({ rows, targets: rows.map(([x = 0, y = 0]) => a + b * x + c * y) });
          expect(predict(model, [20, -30])).toBeCloseTo(a + 20 * b - 30 * c, 2);
          const exact = inOwnUnits(fitRidge({ rows, targets: rows.map(([x = 0, y = 0]) => a + b * x + c * y) }, [0]));
          for (const [at, value] of [a, b, c].entries()) expect(exact[at]).toBeCloseTo(value, 9);
        },
      ),
    );
  });
});

describe("with a penalty", () => {
  test("agrees with elimination on standardised features", () => {
    fc.assert(
      fc.property(cases(3), fc.constantFrom(0.01, 0.3, 2), (some, penalty) => {
        const model = fitRidge(some, [penalty]);
        const standard = standardised(some.rows, model);
        const [intercept, ...slopes] = byElimination(standard, some.targets, model.lambda);
        expect(model.intercept).toBeCloseTo(intercept ?? Number.NaN, 6);
        for (const [at, slope] of slopes.entries()) expect(model.coefficients[at]).toBeCloseTo(slope, 6);
      }),
    );
  });

  test("says of each case left out what a regression without it says", () => {
    fc.assert(
      fc.property(cases(4), fc.constantFrom(0.05, 1), (some, penalty) => {
        const model = fitRidge(some, [penalty]);
        const standard = standardised(some.rows, model);
        for (const [at, error] of model.leftOut.entries()) {
          const [intercept = 0, ...slopes] = byElimination(
            standard.toSpliced(at, 1),
            some.targets.toSpliced(at, 1),
            model.lambda,
          );
          const said = slopes.reduce((sum, slope, feature) => sum + slope * (standard[at]?.[feature] ?? 0), intercept);
          expect(error).toBeCloseTo((some.targets[at] ?? 0) - said, 6);
        }
      }),
    );
  });

  test("does not care for the units of a feature, nor for where it counts from", () => {
    fc.assert(
      fc.property(
        cases(5),
        fc.constantFrom(1e-6, 0.1, 1024, 1e7),
        fc.integer({ min: -3, max: 3 }),
        (some, factor, shift) => {
          const other = (row: readonly number[]) => row.map((value) => factor * (Math.round(value) + shift));
          const rows = some.rows.map((row) => row.map(Math.round));
          const said = rows.map((row) => predict(fitRidge({ rows, targets: some.targets }, [0.1]), row));
          const scaled = fitRidge({ rows: rows.map(other), targets: some.targets }, [0.1]);
          for (const [at, row] of rows.entries())
            expect(predict(scaled, other(row))).toBeCloseTo(said[at] ?? Number.NaN, 6);
        },
      ),
    );
  });

  test("has a number for everything: one case, equal cases, constant features, more features than cases", () => {
    const line = fc.array(fc.constantFrom(0, 1, 7, 1e9, 1e-9), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 6 }),
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        (rows, y) => {
          const doubled = [...rows, ...rows];
          for (const some of [rows, doubled]) {
            const model = fitRidge({ rows: some, targets: some.map((_, at) => y + (at % 3)) });
            expect(weights(model, [1, 2, 3, 4, 5]).every(Number.isFinite)).toBe(true);
            expect(Number.isFinite(predict(model, [1, 2, 3, 4, 5]))).toBe(true);
          }
        },
      ),
    );
  });

  test("prefers the mean where the features say nothing of the target", () => {
    const rows = Array.from({ length: 40 }, (_, at) => [
      (Math.sin(at * 12.9898) * 43758.5453) % 1,
      (Math.cos(at * 78.233) * 1753.5) % 1,
    ]);
    const targets = rows.map((_, at) => (at % 2 === 0 ? 1 : -1));
    const model = fitRidge({ rows, targets });
    expect(Math.max(...model.coefficients.map(Math.abs))).toBeLessThan(0.25);
  });

  test.each([
    ["no case", [], []],
    ["rows of unequal length", [[1], [1, 2]], [1, 2]],
    ["a number that is none", [[Number.NaN]], [1]],
  ])("refuses %s", (_name, rows, targets) => {
    expect(() => fitRidge({ rows, targets })).toThrow(RangeError);
  });
});

test("eigenvectors are at right angles and give the matrix again", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 15, maxLength: 15 }), (numbers) => {
      const size = 5;
      const matrix = Array.from({ length: size }, (_, i) =>
        Array.from(
          { length: size },
          (__, j) => numbers[(Math.max(i, j) * (Math.max(i, j) + 1)) / 2 + Math.min(i, j)] ?? 0,
        ),
      );
      const { values, vectors } = eigenOf(matrix);
      for (const [i, row] of matrix.entries())
        for (const [j, value] of row.entries()) {
          const again = values.reduce((sum, own, k) => sum + own * (vectors[k]?.[i] ?? 0) * (vectors[k]?.[j] ?? 0), 0);
          const angle = (vectors[i] ?? []).reduce((sum, part, k) => sum + part * (vectors[j]?.[k] ?? 0), 0);
          expect(again).toBeCloseTo(value, 9);
          expect(angle).toBeCloseTo(i === j ? 1 : 0, 10);
        }
    }),
  );
});

describe("the interval", () => {
  const learner = (some: Parameters<typeof fitRidge>[0]) => {
    const model = fitRidge(some);
    return (row: readonly number[]) => predict(model, row);
  };
  /** Deterministic draws of a normal distribution. */
  function normals(seed: number): () => number {
    let state = seed;
    const next = () => (state = (state * 48271) % 2147483647) / 2147483647;
    return () => Math.sqrt(-2 * Math.log(next())) * Math.cos(2 * Math.PI * next());
  }

  test("holds new cases about as often as it says", () => {
    const draw = normals(20261122);
    let [held, all] = [0, 0];
    for (let trial = 0; trial < 60; trial++) {
      const made = Array.from({ length: 25 }, () => {
        const row = [draw(), draw(), draw()];
        return { row, target: 2 * (row[0] ?? 0) - (row[1] ?? 0) + draw() };
      });
      const known = made.slice(0, 20);
      const left = leaveOneOut(learner, {
        rows: known.map(({ row }) => row),
        targets: known.map(({ target }) => target),
      });
      for (const { row, target } of made.slice(20)) {
        const interval = jackknifePlus(left, row, 0.2);
        all += 1;
        if (interval !== undefined && interval.low <= target && target <= interval.high) held += 1;
      }
    }
    expect(held / all).toBeGreaterThan(0.75);
    expect(held / all).toBeLessThan(0.9);
  });

  test("is not given with too few cases for it", () => {
    const left = leaveOneOut(() => () => 0, { rows: [[0], [0], [0]], targets: [1, 2, 3] });
    expect(jackknifePlus(left, [0], 0.2)).toBeUndefined();
    expect(jackknifePlus(left, [0], 0.25)).toEqual({ low: -3, high: 3 });
  });
});
