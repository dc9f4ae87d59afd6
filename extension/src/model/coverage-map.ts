import type { FileCoverage } from "@trigate/agent/protocol";

export type LineState = "covered" | "partial" | "missed";
export const LINE_STATES: readonly LineState[] = ["covered", "partial", "missed"];

/** Line → state, lines counted from 0 as editors do. A line that is absent is not coverable, or was edited since. */
export type CoverageMarks = ReadonlyMap<number, LineState>;

/** An edit in an editor's terms: positions from 0, `end` exclusive. */
export interface LineEdit {
  readonly startLine: number;
  readonly startCharacter: number;
  readonly endLine: number;
  readonly endCharacter: number;
  readonly text: string;
}

/** The marks of one file, from the 1-based spans of the agent's report. */
export function marksOf(file: FileCoverage): CoverageMarks {
  const marks = new Map<number, LineState>();
  for (const state of LINE_STATES) {
    for (const [first, last] of file[state]) for (let line = first; line <= last; line++) marks.set(line - 1, state);
  }
  return marks;
}

/**
 * The marks after an edit: lines below move along, lines that were touched lose theirs, since nothing is known of their
 * new text until the tests ran again.
 */
export function marksAfter(marks: CoverageMarks, edit: LineEdit): CoverageMarks {
  const added = edit.text.split("\n").length - 1;
  const moved = added - (edit.endLine - edit.startLine);
  // Whole lines that were put in or taken out leave the line that follows them as it was.
  const wholeLines =
    edit.startCharacter === 0 && edit.endCharacter === 0 && (edit.text === "" || edit.text.endsWith("\n"));
  const lastTouched = wholeLines ? edit.endLine - 1 : edit.endLine;
  const result = new Map<number, LineState>();
  for (const [line, state] of marks) {
    if (line < edit.startLine) result.set(line, state);
    else if (line > lastTouched) result.set(line + moved, state);
  }
  return result;
}

/** Runs of adjacent lines in one state, as `[first, last]`, ascending: fewer, larger decorations. */
export function spansOf(marks: CoverageMarks, state: LineState): readonly (readonly [number, number])[] {
  const lines = [...marks].filter(([, its]) => its === state).map(([line]) => line);
  const spans: [number, number][] = [];
  for (const line of lines.toSorted((a, b) => a - b)) {
    const open = spans.at(-1);
    if (open !== undefined && open[1] === line - 1) open[1] = line;
    else spans.push([line, line]);
  }
  return spans;
}
