import { z } from "zod";
import { plainLine } from "../../reading/plain-text.ts";
import { type JsonResult, readJson } from "../../reading/read-json.ts";

const Detail = z.object({
  filePath: z.string(),
  line: z.int().nonnegative(),
  character: z.int().nonnegative(),
  text: z.string(),
});

const Report = z.object({
  /** False also when a limit of its own was missed; then the counts are there. */
  succeeded: z.boolean(),
  error: z.string().optional(),
  correctCount: z.int().nonnegative().optional(),
  totalCount: z.int().nonnegative().optional(),
  atLeastFailed: z.boolean().optional(),
  isFailed: z.boolean().optional(),
  details: z.array(Detail).optional(),
});

/** An identifier whose type is `any`. */
export interface AnyPlace {
  readonly path: string;
  readonly name: string;
  /** Both from 1, columns in UTF-16 code units. */
  readonly line: number;
  readonly column: number;
}

export interface TypeCoverageReport {
  /** `undefined` when the report could not be read or counted nothing. */
  readonly counts: { readonly typed: number; readonly all: number } | undefined;
  readonly places: readonly AnyPlace[];
  /** A limit of the tool's own (`typeCoverage` in `package.json`) was missed. */
  readonly ownLimitMissed: boolean;
  readonly problems: readonly string[];
}

/** Reads `type-coverage --json-output --detail`, version 2.30. Never throws. */
export function parseTypeCoverage(text: string): TypeCoverageReport {
  const nothing = { counts: undefined, places: [], ownLimitMissed: false };
  const read = readJson(text, Report);
  if (!read.ok) return { ...nothing, problems: [`type-coverage: ${read.problem}`] };
  const counts = countsIn(read.value);
  if (!counts.ok) return { ...nothing, problems: [`type-coverage: ${counts.problem}`] };
  return {
    counts: counts.value,
    places: (read.value.details ?? []).map(({ filePath, line, character, text: name }) => ({
      path: filePath,
      name: plainLine(name),
      line: line + 1,
      column: character + 1,
    })),
    ownLimitMissed: missedOwnLimit(read.value),
    problems: [],
  };
}

function missedOwnLimit({ atLeastFailed, isFailed }: z.infer<typeof Report>): boolean {
  return atLeastFailed === true || isFailed === true;
}

function countsIn(report: z.infer<typeof Report>): JsonResult<NonNullable<TypeCoverageReport["counts"]>> {
  const { succeeded, error = "the report has no counts", correctCount: typed, totalCount: all } = report;
  if (typed === undefined || all === undefined || (!succeeded && !missedOwnLimit(report)))
    return { ok: false, problem: plainLine(error) };
  if (typed > all) return { ok: false, problem: `${typed} of ${all} identifiers cannot be` };
  if (all === 0)
    return { ok: false, problem: "the project has no identifier at all; does its tsconfig include the sources?" };
  return { ok: true, value: { typed, all } };
}
