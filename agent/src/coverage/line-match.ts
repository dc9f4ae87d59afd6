/**
 * Finds the lines of one text again in another: old line → new line, both from 1, ascending on both sides. Lines at the
 * beginning and end that are the same are matched first; between them, lines that each text has once are, as far as they
 * kept their order, and then their neighbours. A line that is matched is the same; one that is not may be.
 */
export function matchLines(before: readonly string[], after: readonly string[]): ReadonlyMap<number, number> {
  const matched = new Map<number, number>();
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) {
    matched.set(start + 1, start + 1);
    start++;
  }
  let ends = 0;
  const most = Math.min(before.length, after.length) - start;
  while (ends < most && before[before.length - 1 - ends] === after[after.length - 1 - ends]) ends++;
  const ranges = { start, beforeEnd: before.length - ends, afterEnd: after.length - ends };
  const anchors = inOrder(commonOnce({ before, after, ...ranges }));
  // Each anchor takes its neighbours with it, as far as the next one.
  for (const [index, [old, now]] of anchors.entries()) {
    const [nextOld, nextNow] = anchors[index + 1] ?? [ranges.beforeEnd, ranges.afterEnd];
    for (let by = 0; old + by < nextOld && now + by < nextNow && before[old + by] === after[now + by]; by++)
      matched.set(old + by + 1, now + by + 1);
  }
  let [floorOld, floorNow] = [start, start];
  for (const [index, [old, now]] of anchors.entries()) {
    for (let by = 1; old - by >= floorOld && now - by >= floorNow && before[old - by] === after[now - by]; by++)
      if (!matched.has(old - by + 1)) matched.set(old - by + 1, now - by + 1);
    [floorOld, floorNow] = endOfMatch(matched, anchors[index] ?? [old, now]);
  }
  for (let by = 1; by <= ends; by++) matched.set(before.length - by + 1, after.length - by + 1);
  return new Map([...matched].toSorted(([a], [b]) => a - b));
}

/** The first places behind an anchor and the lines that follow it on both sides. */
function endOfMatch(matched: ReadonlyMap<number, number>, [old, now]: readonly [number, number]): [number, number] {
  let by = 1;
  while (matched.get(old + by + 1) === now + by + 1) by++;
  return [old + by, now + by];
}

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
