/** Line numbers above this are no line numbers of a source. */
export const LAST_LINE = 2 ** 31 - 1;

/** A table may reach this far beyond what its lines fill. Lines further out are kept one by one, or a report that names line 2,000,000,000 would take all memory. */
const FREE_REACH = 1_024;
const REACH_PER_LINE = 16;

/** Shared by all tables that are still empty; it is never written to, since every line lies beyond it. */
const NOTHING = new Float64Array(1);

/** Shared by all tables without far lines, which are nearly all; it is never written to. */
const NONE_FAR = new Map<number, number>();

/** Hits of 2^53 − 1, as the table has them. */
const MOST_STORED = Number.MAX_SAFE_INTEGER + 1;

/**
 * Line → hits, as a table over the line numbers. It reads like a `Map`, but takes eight bytes a line and is filled some
 * times faster, which is what limits reading a large report.
 */
export class LineHits implements ReadonlyMap<number, number> {
  /** Hits plus one, so that the zeros of a fresh table mean "no such line". */
  #table: Float64Array;
  #far: Map<number, number> = NONE_FAR;
  #size = 0;
  #lastLine = 0;

  constructor(entries: Iterable<readonly [number, number]> = []) {
    this.#table = NOTHING;
    for (const [line, hits] of entries) this.add(line, hits);
  }

  /** Adds hits to a line from 1 to {@link LAST_LINE}; the sum stops at 2^53 − 1, where counting stops being exact. */
  add(line: number, hits: number): void {
    if (this.#mayBeFar(line) && this.#addFar(line, hits)) return;
    if (line >= this.#table.length) this.#grow(line);
    if (line > this.#lastLine) this.#lastLine = line;
    const stored = this.#table[line] ?? 0;
    if (stored === 0) this.#size++;
    this.#table[line] = Math.min(Math.max(stored, 1) + hits, MOST_STORED);
  }

  /** Gives the lines in as little memory as they need, and forgets them here. */
  drain(): ReadonlyMap<number, number> {
    const drained = this.#copy();
    this.#table.fill(0, 0, this.#lastLine + 1);
    this.#far = NONE_FAR;
    this.#size = 0;
    this.#lastLine = 0;
    return drained;
  }

  #copy(): ReadonlyMap<number, number> {
    if (this.#far.size > 0 || this.#lastLine > REACH_PER_LINE * (this.#size + 1)) return new Map(this);
    const copy = new LineHits();
    copy.#table = this.#table.slice(0, this.#lastLine + 1);
    copy.#size = this.#size;
    copy.#lastLine = this.#lastLine;
    return copy;
  }

  #mayBeFar(line: number): boolean {
    return this.#isOutOfReach(line) || this.#far !== NONE_FAR;
  }

  #isOutOfReach(line: number): boolean {
    return line > FREE_REACH + REACH_PER_LINE * this.#size;
  }

  /** Takes a line that lies too far out for the table, or that did when it came first. */
  #addFar(line: number, hits: number): boolean {
    const before = this.#far.get(line);
    if (before === undefined && (!this.#isOutOfReach(line) || this.#isInTable(line))) return false;
    if (this.#far === NONE_FAR) this.#far = new Map();
    this.#far.set(line, Math.min((before ?? 0) + hits, Number.MAX_SAFE_INTEGER));
    return true;
  }

  #isInTable(line: number): boolean {
    return (this.#table[line] ?? 0) !== 0;
  }

  #grow(line: number): void {
    const larger = new Float64Array(Math.max(line + 1, this.#table.length * 2, 64));
    larger.set(this.#table);
    this.#table = larger;
  }

  get size(): number {
    return this.#size + this.#far.size;
  }

  get(line: number): number | undefined {
    const stored = this.#table[line] ?? 0;
    return stored === 0 ? this.#far.get(line) : stored - 1;
  }

  has(line: number): boolean {
    return this.get(line) !== undefined;
  }

  forEach(callback: (hits: number, line: number, map: ReadonlyMap<number, number>) => void): void {
    for (const [line, hits] of this) callback(hits, line, this);
  }

  /** In the order of the lines. */
  *entries(): MapIterator<[number, number]> {
    if (this.#far.size > 0) {
      yield* [...this.#tableEntries(), ...this.#far].toSorted(([a], [b]) => a - b);
    } else yield* this.#tableEntries();
  }

  *#tableEntries(): Generator<[number, number], undefined> {
    for (let line = 1; line <= this.#lastLine; line++) {
      const stored = this.#table[line] ?? 0;
      if (stored !== 0) yield [line, stored - 1];
    }
  }

  *keys(): MapIterator<number> {
    for (const [line] of this.entries()) yield line;
  }

  *values(): MapIterator<number> {
    for (const [, hits] of this.entries()) yield hits;
  }

  [Symbol.iterator](): MapIterator<[number, number]> {
    return this.entries();
  }
}
