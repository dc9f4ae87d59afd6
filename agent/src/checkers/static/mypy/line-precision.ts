import { z } from "zod";

/** Lines of a program by how precise the types on them are, added up over its modules. */
export interface LinePrecision {
  readonly modules: number;
  /** Each expression on them has a type without `Any`. */
  readonly precise: number;
  /** Lines with an expression or statement at all. */
  readonly counted: number;
}

export type LinePrecisionResult =
  | { readonly ok: true; readonly value: LinePrecision }
  | { readonly ok: false; readonly problem: string };

const Count = z.int().nonnegative();
/** The cells behind a module's name. Its lines are all the other cells added up. */
const Row = z
  .tuple([Count, Count, Count, Count, Count, Count])
  .refine(([lines, ...kinds]) => lines === kinds.reduce((sum, kind) => sum + kind, 0));

const HEADER = ["Name", "Lines", "Precise", "Imprecise", "Any", "Empty", "Unanalyzed"];

/** Reads the `lineprecision.txt` of `mypy --lineprecision-report`. Never throws. */
export function parseLinePrecision(text: string): LinePrecisionResult {
  const [header = "", rule = "", ...rows] = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  if (header.trim().split(/\s+/).join(" ") !== HEADER.join(" ") || !/^-+$/.test(rule.trim()))
    return { ok: false, problem: "the report of line precision has another form than expected" };
  let precise = 0;
  let counted = 0;
  for (const row of rows) {
    const read = Row.safeParse(row.trim().split(/\s+/).slice(1).map(Number));
    if (!read.success) return { ok: false, problem: `the report of line precision is broken at: ${row.slice(0, 120)}` };
    const [lines, good, , , empty] = read.data;
    precise += good;
    counted += lines - empty;
  }
  return { ok: true, value: { modules: rows.length, precise, counted } };
}
