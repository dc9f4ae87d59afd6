/** Eigenvalues of a symmetric matrix, with `vectors[k]` the unit vector of `values[k]`. */
export interface Eigen {
  readonly values: readonly number[];
  readonly vectors: readonly (readonly number[])[];
}

const MOST_SWEEPS = 60;

/**
 * The eigenvalues and eigenvectors of a symmetric matrix by Jacobi's rotations: each one makes an element beside the
 * diagonal nought, until none is left that counts. It is slower than other ways for large matrices and the most exact for
 * small ones, such as of a few dozen features.
 */
export function eigenOf(matrix: readonly (readonly number[])[]): Eigen {
  const a = matrix.map((row) => [...row]);
  const v = a.map((_, at) => a.map((__, other) => (at === other ? 1 : 0)));
  for (let sweep = 0; sweep < MOST_SWEEPS && !isDiagonal(a); sweep++)
    for (let p = 0; p < a.length; p++) for (let q = p + 1; q < a.length; q++) rotate(a, v, { p, q });
  return { values: a.map((row, at) => row[at] ?? 0), vectors: v };
}

function isDiagonal(a: readonly (readonly number[])[]): boolean {
  let [beside, on] = [0, 0];
  for (const [at, row] of a.entries())
    for (const [other, value] of row.entries())
      if (at === other) on += value * value;
      else beside += value * value;
  return beside <= Number.EPSILON ** 2 * on;
}

/** Makes `a[p][q]` nought, and turns the vectors along. */
function rotate(a: number[][], v: number[][], { p, q }: { p: number; q: number }): void {
  const [first, second, one, other] = [a[p], a[q], v[p], v[q]];
  if (first === undefined || second === undefined || one === undefined || other === undefined) return;
  const beside = first[q] ?? 0;
  if (beside === 0) return;
  const turn = turnBy(((second[q] ?? 0) - (first[p] ?? 0)) / (2 * beside));
  turnColumns(a, { p, q }, turn);
  turnRows(first, second, turn);
  turnRows(one, other, turn);
}

interface Turn {
  readonly cosine: number;
  readonly sine: number;
}

/** The smaller of the two angles whose double has the cotangent `theta`. */
function turnBy(theta: number): Turn {
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const cosine = 1 / Math.hypot(t, 1);
  return { cosine, sine: t * cosine };
}

function turnColumns(a: readonly number[][], { p, q }: { p: number; q: number }, { cosine, sine }: Turn): void {
  for (const row of a) {
    const [x, y] = [row[p] ?? 0, row[q] ?? 0];
    row[p] = cosine * x - sine * y;
    row[q] = sine * x + cosine * y;
  }
}

function turnRows(one: number[], other: number[], { cosine, sine }: Turn): void {
  for (let at = 0; at < one.length; at++) {
    const [x, y] = [one[at] ?? 0, other[at] ?? 0];
    one[at] = cosine * x - sine * y;
    other[at] = sine * x + cosine * y;
  }
}
