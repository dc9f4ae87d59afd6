/** Lines `first` to `last` before became `nowFirst` to `nowLast`; an empty range has `last` before `first`. */
export interface ChangedRange {
  readonly first: number;
  readonly last: number;
  readonly nowFirst: number;
  readonly nowLast: number;
}

/** Where two texts differ, line by line, split at lines that both have exactly once. */
export function changedRanges(before: readonly string[], now: readonly string[]): readonly ChangedRange[] {
  const ranges: ChangedRange[] = [];
  let [b, n] = [0, 0];
  for (const [anchorBefore, anchorNow] of [...commonAnchors(before, now), [before.length, now.length] as const]) {
    ranges.push(...trimmed(before, now, { b, n, toB: anchorBefore, toN: anchorNow }));
    [b, n] = [anchorBefore, anchorNow];
  }
  return ranges;
}

function trimmed(
  before: readonly string[],
  now: readonly string[],
  { b, n, toB, toN }: { b: number; n: number; toB: number; toN: number },
): readonly ChangedRange[] {
  let [fromB, fromN, endB, endN] = [b, n, toB, toN];
  while (fromB < endB && fromN < endN && before[fromB] === now[fromN]) [fromB, fromN] = [fromB + 1, fromN + 1];
  while (endB > fromB && endN > fromN && before[endB - 1] === now[endN - 1]) [endB, endN] = [endB - 1, endN - 1];
  if (fromB === endB && fromN === endN) return [];
  return [{ first: fromB + 1, last: endB, nowFirst: fromN + 1, nowLast: endN }];
}

interface Link {
  /** A place before, and the place now. */
  readonly pair: readonly [number, number];
  /** Where the link before it stands in the row above. */
  readonly previous: number;
}

/** Lines that both have exactly once, in an order that both share: the longest ascending chain. */
function commonAnchors(before: readonly string[], now: readonly string[]): readonly (readonly [number, number])[] {
  const placesNow = uniquePlaces(now);
  const pairs = [...uniquePlaces(before)].flatMap(([line, place]): [number, number][] => {
    const other = placesNow.get(line);
    return other === undefined ? [] : [[place, other]];
  });
  const rows: Link[][] = [];
  for (const pair of pairs.toSorted(([a], [b]) => a - b)) {
    const row = rowFor(pair[1], rows);
    (rows[row] ??= []).push({ pair, previous: (rows[row - 1]?.length ?? 0) - 1 });
  }
  return chainThrough(rows);
}

/** The first row whose last link does not come before a place, found by halving: last links ascend from row to row. */
function rowFor(place: number, rows: readonly (readonly Link[])[]): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((rows[middle]?.at(-1)?.pair[1] ?? 0) < place) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Follows the links from the last row to the first. */
function chainThrough(rows: readonly (readonly Link[])[]): readonly (readonly [number, number])[] {
  const chain: (readonly [number, number])[] = [];
  let at = -1;
  for (const row of rows.toReversed()) {
    const link = row.at(at);
    if (link === undefined) break;
    chain.unshift(link.pair);
    at = link.previous;
  }
  return chain;
}

function uniquePlaces(lines: readonly string[]): ReadonlyMap<string, number> {
  const places = new Map<string, number>();
  const twice = new Set<string>();
  for (const [index, line] of lines.entries()) {
    if (places.has(line)) twice.add(line);
    places.set(line, index);
  }
  for (const line of twice) places.delete(line);
  return places;
}
