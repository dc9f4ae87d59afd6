import type { Position, Range } from "../../core/finding.ts";

/** From `start` to `end`; `start` alone when `end` does not lie behind it, as tools write for a mere point. */
export function forwardRange(start: Position, end: Position): Range {
  const isBehind = end.line > start.line || (end.line === start.line && end.column > start.column);
  return isBehind ? { start, end } : { start };
}
