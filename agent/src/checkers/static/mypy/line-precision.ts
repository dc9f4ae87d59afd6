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

const HEADER = ["Name", "Lines", "Precise", "Imprecise", "Any", "Empty", "Unanalyzed"];

/** Reads the `lineprecision.txt` of `mypy --lineprecision-report`. Never throws. */
export function parseLinePrecision(text: string): LinePrecisionResult {
  const [header = "", rule = "", ...rows] = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  if (header.trim().split(/\s+/).join(" ") !== HEADER.join(" ") || !/^-+$/.test(rule.trim()))
    return { ok: false, problem: "the report of line precision has another form than expected" };
  let precise = 0;
  let counted = 0;
  for (const row of rows) {
    const [, ...cells] = row.trim().split(/\s+/);
    const numbers = cells.map(Number);
    const [lines = 0, good = 0, imprecise = 0, any = 0, empty = 0, unanalyzed = 0] = numbers;
    const whole = numbers.every((number) => Number.isSafeInteger(number) && number >= 0);
    if (numbers.length !== HEADER.length - 1 || !whole || lines !== good + imprecise + any + empty + unanalyzed)
      return { ok: false, problem: `the report of line precision is broken at: ${row.slice(0, 120)}` };
    precise += good;
    counted += lines - empty;
  }
  return { ok: true, value: { modules: rows.length, precise, counted } };
}
