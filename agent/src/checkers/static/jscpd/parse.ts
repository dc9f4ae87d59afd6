import { z } from "zod";
import type { ReportedFinding } from "../../../core/finding.ts";
import { type JsonResult, readJson } from "../../reading/read-json.ts";

const Place = z.object({ line: z.int(), column: z.int() });
const Side = z.object({
  name: z.string(),
  start: z.int(),
  end: z.int(),
  startLoc: Place.optional(),
  endLoc: Place.optional(),
});

const Report = z.object({
  statistics: z.object({
    total: z.object({
      lines: z.number().nonnegative(),
      sources: z.int().nonnegative(),
      clones: z.int().nonnegative(),
      duplicatedLines: z.number().nonnegative(),
      percentage: z.number(),
    }),
  }),
  duplicates: z.array(z.object({ format: z.string(), lines: z.number(), firstFile: Side, secondFile: Side })),
});
export type JscpdReport = z.infer<typeof Report>;
type Duplicate = JscpdReport["duplicates"][number];

/** Reads the report of jscpd's `json` reporter, of versions 4 and 5. Never throws. */
export function parseJscpd(text: string): JsonResult<JscpdReport> {
  return readJson(text, Report);
}

/** Share of duplicated lines, not rounded: the report's own percentage has two decimals. `undefined` when nothing was read. */
export function duplicationPercent({ statistics: { total } }: JscpdReport): number | undefined {
  return total.lines === 0 ? undefined : (100 * total.duplicatedLines) / total.lines;
}

/** A note at both places of a duplicate, each naming the other. The gate is the percentage, so neither counts. */
export function duplicateFindings(
  { firstFile, secondFile, lines }: Duplicate,
  fileOf: (name: string) => string,
): readonly ReportedFinding[] {
  const note = (here: Duplicate["firstFile"], there: Duplicate["firstFile"]): ReportedFinding => ({
    rule: "duplicate",
    severity: "info",
    message: `${lines} lines are the same as ${fileOf(there.name) || there.name}:${there.start}-${there.end}`,
    file: fileOf(here.name),
    range: rangeOf(here),
  });
  return [note(firstFile, secondFile), note(secondFile, firstFile)];
}

/** Columns are left out: versions count them from 0 and from 1. */
function rangeOf({ start, end }: Duplicate["firstFile"]): ReportedFinding["range"] {
  if (start < 1) return undefined;
  return end >= start
    ? { start: { line: start, column: 1 }, end: { line: end + 1, column: 1 } }
    : { start: { line: start, column: 1 } };
}
