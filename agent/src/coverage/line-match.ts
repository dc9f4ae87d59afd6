/**
 * Finds the lines of one text again in another: old line → new line, both from 1, ascending on both sides. Lines at the
 * beginning and end that are the same are matched first; between them, lines that each text has once are, as far as they
 * kept their order, and then their neighbours. A line that is matched is the same; one that is not may be.
 */
export function matchLines(before: readonly string[], after: readonly string[]): ReadonlyMap<number, number> {
  const start = sameAtBeginning(before, after);
  const ends = sameAtEnd({ before, after, start });
  const between = { before, after, start, beforeEnd: before.length - ends, afterEnd: after.length - ends };
  const matched = new Map<number, number>();
  for (let at = 0; at < start; at++) matched.set(at + 1, at + 1);
  const anchors = inOrder(commonOnce(between));
  matchForward(between, { anchors, matched });
  matchBackward(between, { anchors, matched });
  for (let by = 1; by <= ends; by++) matched.set(before.length - by + 1, after.length - by + 1);
  return new Map([...matched].toSorted(([a], [b]) => a - b));
}

function sameAtBeginning(before: readonly string[], after: readonly string[]): number {
  const most = Math.min(before.length, after.length);
  let same = 0;
  while (same < most && before[same] === after[same]) same++;
  return same;
}

/** How many lines at the end are the same, without the `start` ones at the beginning. */
function sameAtEnd({ before, after, start }: Pick<Between, "before" | "after" | "start">): number {
  const most = Math.min(before.length, after.length) - start;
  let same = 0;
  while (same < most && before[before.length - 1 - same] === after[after.length - 1 - same]) same++;
  return same;
}

/** Pairs of places, from 0, that are sure, and the lines, from 1, that are matched so far. */
interface Matching {
  readonly anchors: readonly (readonly [number, number])[];
  readonly matched: Map<number, number>;
}

/** Each anchor takes the lines below it with it, as far as the next one. */
function matchForward({ before, after, beforeEnd, afterEnd }: Between, { anchors, matched }: Matching): void {
  for (const [index, [old, now]] of anchors.entries()) {
    const [nextOld, nextNow] = anchors[index + 1] ?? [beforeEnd, afterEnd];
    const most = Math.min(nextOld - old, nextNow - now);
    for (let by = 0; by < most && before[old + by] === after[now + by]; by++) matched.set(old + by + 1, now + by + 1);
  }
}

/** Each anchor takes the lines above it with it, as far as those that the one before it took. */
function matchBackward({ before, after, start }: Between, { anchors, matched }: Matching): void {
  let [floorOld, floorNow] = [start, start];
  for (const [old, now] of anchors) {
    const most = Math.min(old - floorOld, now - floorNow);
    for (let by = 1; by <= most && before[old - by] === after[now - by]; by++)
      if (!matched.has(old - by + 1)) matched.set(old - by + 1, now - by + 1);
    [floorOld, floorNow] = endOfMatch(matched, [old, now]);
  }
}

/** The first places behind an anchor and the lines that follow it on both sides. */
function endOfMatch(matched: ReadonlyMap<number, number>, [old, now]: readonly [number, number]): [number, number] {
  let by = 1;
  while (matched.get(old + by + 1) === now + by + 1) by++;
  return [old + by, now + by];
}

/** Two texts, and the places, from 0, between which their lines are not all the same. */
interface Between {
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly start: number;
  readonly beforeEnd: number;
  readonly afterEnd: number;
}

/** Places, from 0, of the lines that both texts have exactly once, in the order of the old text. */
function commonOnce({ before, after, start, beforeEnd, afterEnd }: Between): readonly (readonly [number, number])[] {
  const old = placesOf(before, start, beforeEnd);
  const now = placesOf(after, start, afterEnd);
  return [...old].flatMap(([line, at]) => {
    const there = now.get(line);
    return at === undefined || there === undefined ? [] : [[at, there] as const];
  });
}

/** Line → its only place; `undefined` for a line that is there more than once. */
function placesOf(lines: readonly string[], start: number, end: number): Map<string, number | undefined> {
  const places = new Map<string, number | undefined>();
  for (let at = start; at < end; at++) {
    const line = lines[at] ?? "";
    places.set(line, places.has(line) ? undefined : at);
  }
  return places;
}

/** The longest choice of pairs that ascends on both sides; the first side does already. */
function inOrder(pairs: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] {
  /** Index of the pair that ends the best choice of each length. */
  const tails: number[] = [];
  const previous: (number | undefined)[] = [];
  pairs.forEach(([, now], index) => {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((pairs[tails[middle] ?? 0]?.[1] ?? 0) < now) low = middle + 1;
      else high = middle;
    }
    previous[index] = tails[low - 1];
    tails[low] = index;
  });
  const chosen: (readonly [number, number])[] = [];
  for (let at = tails.at(-1); at !== undefined; at = previous[at]) {
    const pair = pairs[at];
    if (pair !== undefined) chosen.push(pair);
  }
  return chosen.toReversed();
}
