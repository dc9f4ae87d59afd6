import { z } from "zod";
import type { FileCoverage } from "../../core/coverage.ts";
import { LAST_LINE, LineHits } from "../line-hits.ts";
import { type ParsedCoverage, toParsedCoverage } from "../parsed-coverage.ts";
import { shaped } from "../formats/json-report.ts";

const VERSION = 1;

const Line = z.int().min(1).max(LAST_LINE);
const Count = z.int().nonnegative();

const Report = z.object({
  trigateCoverage: z.literal(VERSION),
  files: z.array(
    z.object({
      file: z.string().min(1),
      lines: z.array(z.tuple([Line, Count])),
      branches: z.array(z.object({ line: Line, block: z.string(), branch: z.string(), taken: Count.nullable() })),
      functions: z.array(z.object({ name: z.string(), line: Line, hits: Count })),
      tests: z
        .object({
          names: z.array(z.string()),
          byLine: z.array(z.tuple([Line, z.array(Count)])),
          shared: z.array(Line).optional(),
        })
        .optional(),
    }),
  ),
});

/** Everything that the model knows of files, as JSON that {@link readTrigateJson} reads again. */
export function toCoverageJson(files: readonly FileCoverage[]): string {
  const report: z.infer<typeof Report> = {
    trigateCoverage: VERSION,
    files: files.map(({ file, lines, branches, functions, tests }) => ({
      file,
      lines: [...lines],
      branches: branches.map(({ line, block, branch, taken }) => ({ line, block, branch, taken })),
      functions: functions.map(({ name, line, hits }) => ({ name, line, hits })),
      ...(tests === undefined
        ? {}
        : {
            tests: {
              names: [...tests.names],
              ...(tests.shared === undefined ? {} : { shared: [...tests.shared] }),
              byLine: [...tests.byLine].map(([line, ran]): [number, number[]] => [line, [...ran]]),
            },
          }),
    })),
  };
  return `${JSON.stringify(report)}\n`;
}

/** Reads what {@link toCoverageJson} wrote. Never throws. */
export function readTrigateJson(value: unknown): ParsedCoverage {
  const report = shaped("coverage", value, Report);
  if (!report.ok) return { files: [], problems: [report.problem] };
  const files = report.value.files.map(
    ({ lines, tests, ...file }): FileCoverage => ({
      ...file,
      lines: new LineHits(lines).drain(),
      ...(tests === undefined ? {} : { tests: { ...tests, byLine: new Map(tests.byLine) } }),
    }),
  );
  return toParsedCoverage("coverage", { files, problems: [], isEmptyFine: true });
}
