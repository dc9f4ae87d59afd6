import type { LineRange } from "../core/coverage.ts";

/** Ascending line numbers as ranges of lines that follow each other. */
export function toRanges(lines: Iterable<number>): readonly LineRange[] {
  const ranges: [number, number][] = [];
  for (const line of lines) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === line - 1) last[1] = line;
    else ranges.push([line, line]);
  }
  return ranges;
}
