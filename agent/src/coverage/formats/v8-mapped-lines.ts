import { LAST_LINE, LineHits } from "../line-hits.ts";

/** A place of the generated text with the line of a source that it was made from. Generated lines and columns start at 0. */
interface Segment {
  readonly column: number;
  readonly source: number;
  /** From 1. */
  readonly line: number;
  readonly sourceColumn: number;
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const VALUES = new Map(Array.from(DIGITS, (digit, value) => [digit, value]));

/** The mappings of a source map, by generated line. */
export class MappedLines {
  readonly #byLine: readonly (readonly Segment[])[];

  private constructor(byLine: readonly (readonly Segment[])[]) {
    this.#byLine = byLine;
  }

  /** `undefined` for mappings that are none or lead to no source. */
  static read(mappings: string, sources: number): MappedLines | undefined {
    const place: Place = { source: 0, line: 0, sourceColumn: 0 };
    const byLine: Segment[][] = [];
    for (const written of mappings.split(";")) {
      const segments = readLine(written, { place, sources });
      if (segments === undefined) return undefined;
      byLine.push(segments.toSorted((a, b) => a.column - b.column));
    }
    return new MappedLines(byLine);
  }

  /** Source → line → hits. A source line has the hits of its leftmost place that is mapped. */
  hits(hitsAt: (line: number, column: number) => number): ReadonlyMap<number, ReadonlyMap<number, number>> {
    const leftmost = new Map<number, Map<number, { column: number; hits: number }>>();
    this.#byLine.forEach((segments, generated) => {
      for (const { column, source, line, sourceColumn } of segments) {
        const lines = leftmost.get(source) ?? new Map<number, { column: number; hits: number }>();
        leftmost.set(source, lines);
        const known = lines.get(line);
        const hits = hitsAt(generated, column);
        // One place may be generated several times: then the one that ran most often tells.
        if (known === undefined || sourceColumn < known.column) lines.set(line, { column: sourceColumn, hits });
        else if (sourceColumn === known.column && hits > known.hits) known.hits = hits;
      }
    });
    return new Map(
      [...leftmost].map(([source, lines]) => [
        source,
        new LineHits([...lines].map(([line, { hits }]) => [line, hits] as const)).drain(),
      ]),
    );
  }

  /** Where a generated place comes from: the mapping at or before it on its line. */
  originalOf(generated: number, column: number): { readonly source: number; readonly line: number } | undefined {
    return this.#byLine[generated]?.findLast((segment) => segment.column <= column);
  }
}

/** Where the last mapping led to, its line from 0; the next one is written as the difference. */
interface Place {
  source: number;
  line: number;
  sourceColumn: number;
}

/** The mappings of one generated line; `undefined` for what are none. */
function readLine(
  written: string,
  { place, sources }: { place: Place; sources: number },
): readonly Segment[] | undefined {
  const segments: Segment[] = [];
  let column = 0;
  for (const fields of written === "" ? [] : written.split(",")) {
    const [byColumn, ...byPlace] = decode(fields) ?? [];
    if (byColumn === undefined) return undefined;
    column += byColumn;
    if (!movePlace(place, byPlace)) continue;
    if (!leadsToSource(place, sources)) return undefined;
    segments.push({ column, source: place.source, line: place.line + 1, sourceColumn: place.sourceColumn });
  }
  return segments;
}

/** Whether there was a place to go to: what was made from nothing has no more than its column. */
function movePlace(place: Place, [bySource, byLine, byColumn]: readonly number[]): boolean {
  if (bySource === undefined || byLine === undefined || byColumn === undefined) return false;
  place.source += bySource;
  place.line += byLine;
  place.sourceColumn += byColumn;
  return true;
}

function leadsToSource({ source, line }: Place, sources: number): boolean {
  return source >= 0 && source < sources && line >= 0 && line < LAST_LINE;
}

/** Base-64 numbers of variable length; `undefined` for what are none. */
function decode(fields: string): readonly number[] | undefined {
  const numbers: number[] = [];
  let value = 0;
  let shift = 0;
  for (const digit of fields) {
    const bits = VALUES.get(digit);
    if (bits === undefined || shift > 30) return undefined;
    value += (bits & 31) * 2 ** shift;
    if ((bits & 32) !== 0) shift += 5;
    else {
      numbers.push(value % 2 === 1 ? -Math.floor(value / 2) : value / 2);
      value = 0;
      shift = 0;
    }
  }
  return shift === 0 ? numbers : undefined;
}
