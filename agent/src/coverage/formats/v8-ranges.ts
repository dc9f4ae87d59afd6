/** Characters from `start` up to, not including, `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

interface CountedSpan extends Span {
  readonly count: number;
}

export interface V8Function {
  readonly ranges: readonly { readonly startOffset: number; readonly endOffset: number; readonly count: number }[];
}

/**
 * How often each character ran. V8's ranges lie within each other, and the innermost one tells; so they are cut into
 * stretches that do not overlap, which are then searched by halves.
 */
export class V8Ranges {
  /** Where each stretch begins, ascending, and the ranges around it, innermost last, as a linked list. */
  readonly #starts: number[] = [];
  readonly #around: (Frame | undefined)[] = [];

  constructor(functions: readonly V8Function[]) {
    const spans = functions
      .flatMap(({ ranges }) => ranges)
      .map(({ startOffset, endOffset, count }) => ({ start: startOffset, end: endOffset, count: Math.max(0, count) }))
      .filter(({ start, end }) => start < end)
      .toSorted((a, b) => a.start - b.start || b.end - a.end);
    let open: Frame | undefined;
    const closeUpTo = (offset: number) => {
      while (open !== undefined && open.span.end <= offset) {
        const { end } = open.span;
        open = open.outer;
        this.#begin(end, open);
      }
    };
    for (const span of spans) {
      closeUpTo(span.start);
      // Ranges of a sound report never cross; one that does ends where the range around it ends.
      const end: number = open === undefined ? span.end : Math.min(span.end, open.span.end);
      open = { span: { ...span, end }, outer: open };
      this.#begin(span.start, open);
    }
    closeUpTo(Number.POSITIVE_INFINITY);
  }

  /** Hits of one character; 0 where no range lies around it. */
  hitsAt(offset: number): number {
    return this.#frameAt(offset)?.span.count ?? 0;
  }

  /** Hits of a stretch: those of the innermost range that holds all of it. */
  hitsOf({ start, end }: Span): number {
    let frame = this.#frameAt(start);
    while (frame !== undefined && frame.span.end < end) frame = frame.outer;
    return frame?.span.count ?? 0;
  }

  #begin(offset: number, frame: Frame | undefined): void {
    if (this.#starts.at(-1) === offset) this.#around[this.#around.length - 1] = frame;
    else {
      this.#starts.push(offset);
      this.#around.push(frame);
    }
  }

  #frameAt(offset: number): Frame | undefined {
    let low = -1;
    let high = this.#starts.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if ((this.#starts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low === -1 ? undefined : this.#around[low];
  }
}

interface Frame {
  readonly span: CountedSpan;
  readonly outer: Frame | undefined;
}
