/** From here on two titles are taken for the same task; below, both are kept. */
const SAME = 0.8;

/**
 * Whether two titles name the same task: the share of letter pairs that they have in common (Dice's coefficient over
 * bigrams of the words, case and punctuation aside) is at least 0.8, and their numbers are the same: "stage 1" is not "stage 2".
 * Works for scripts without spaces as well.
 */
export function isSameTask(a: string, b: string): boolean {
  return numbersOf(a) === numbersOf(b) && similarity(pairsOf(a), pairsOf(b)) >= SAME;
}

function numbersOf(title: string): string {
  return (title.match(/\p{N}+/gu) ?? []).join(" ");
}

function pairsOf(title: string): ReadonlyMap<string, number> {
  const pairs = new Map<string, number>();
  for (const word of title
    .toLowerCase()
    .normalize("NFKC")
    .match(/[\p{L}\p{N}]+/gu) ?? []) {
    const letters = Array.from(word);
    const own = letters.length === 1 ? letters : letters.slice(1).map((letter, index) => `${letters[index]}${letter}`);
    for (const pair of own) pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  return pairs;
}

function similarity(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  const total = sum(a) + sum(b);
  if (total === 0) return 0;
  let common = 0;
  for (const [pair, count] of a) common += Math.min(count, b.get(pair) ?? 0);
  return (2 * common) / total;
}

function sum(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((total, count) => total + count, 0);
}
