import { posix } from "node:path";
import { z } from "zod";
import { METRIC_IDS, METRICS, SUITES } from "../core/metrics.ts";
import type { STAGES } from "../core/outcome.ts";
import { isDay } from "../core/suppression.ts";

const MS_PER_UNIT: Readonly<Record<string, number>> = { ms: 1, s: 1000, min: 60_000, h: 3_600_000 };
/** Timers take no more; beyond it they fire at once. About 24 days. */
const LONGEST_MS = 2 ** 31 - 1;

/** Milliseconds of a written duration; `NaN` for a text that is none. */
export function durationMs(written: string): number {
  const [, digits, unit = ""] = /^([0-9]+(?:\.[0-9]+)?)(ms|s|min|h)$/.exec(written) ?? [];
  return Number(digits) * (MS_PER_UNIT[unit] ?? Number.NaN);
}

/** A length of time such as `90s`, `5min` or `1h`. */
const WrittenDuration = z
  .string()
  .regex(/^[0-9]+(\.[0-9]+)?(ms|s|min|h)$/, 'a duration such as "90s", "5min" or "1h"')
  .refine(
    (written) => !(durationMs(written) <= 0) && !(durationMs(written) > LONGEST_MS),
    "longer than 0 and at most 24 days",
  )
  .describe("A duration such as 90s, 5min or 1h.");

const Limit = z.union([z.string(), z.number()]).describe('A limit such as 100%, "< 10", "p99 < 100us" or 0.');
const KeyedLimit = z
  .union([Limit, z.record(z.string(), Limit)])
  .describe("One limit for all benchmarks, or one for each pattern of benchmark names.");

/** A written folder as the path inside the workspace that it means, `""` for the root; `undefined` when it lies outside. */
export function folderInside(written: string): string | undefined {
  const folder = posix.normalize(written).replace(/\/$/, "");
  if (posix.isAbsolute(written) || folder === ".." || folder.startsWith("../")) return undefined;
  return folder === "." ? "" : folder;
}

/** What every check may say, whatever its tool. A tool's own settings stand beside these keys. */
export const WrittenCheck = z.strictObject({
  tool: z.string().optional().describe("The checker to use, when the key is a name of your own."),
  suite: z
    .enum(SUITES)
    .optional()
    .describe("Which tests these are; decides the gate that they count for. Default: unit."),
  command: z.array(z.string()).min(1).optional().describe("The command as a list of arguments; no shell is involved."),
  args: z.array(z.string()).optional().describe("Arguments added after the checker's own."),
  cwd: z
    .string()
    .refine((folder) => folderInside(folder) !== undefined, "a folder inside the workspace, relative to this file")
    .optional()
    .describe("Folder to run in, relative to this file. Default: the folder of this file."),
  files: z.array(z.string()).optional().describe("Globs of the files in scope. Default: what the checker looks at."),
  exclude: z.array(z.string()).optional().describe("Globs of files to leave out."),
  report: z
    .union([z.string(), z.record(z.string(), z.string())])
    .optional()
    .describe("The report's format, or format and file: google-benchmark, or { junit: out/junit.xml }."),
  coverage: z.string().optional().describe("Coverage report that the tests leave, relative to cwd."),
  takeIn: z
    .string()
    .optional()
    .describe(
      "A report that another command leaves; taken instead of running the tool when the note beside it fits the content.",
    ),
  timeout: WrittenDuration.optional(),
  optional: z.boolean().optional().describe("When the tool is missing: skipped with a warning, under CI=true errored."),
  exclusive: z.boolean().optional().describe("Runs alone on the machine. Default for benchmarks."),
  cache: z.enum(["content", "never"]).optional().describe("never: always run, even when nothing changed."),
  env: z.array(z.string()).optional().describe("Environment variables that the tool may see besides the usual ones."),
  after: z.array(z.string()).optional().describe("Ids of checks that have to be over first."),
  needs: z.array(z.string()).optional().describe("Services that the check needs, such as postgres."),
});
export const COMMON_CHECK_KEYS: readonly string[] = Object.keys(WrittenCheck.shape);

const gatesOf = (stage: (typeof STAGES)[number]) =>
  z.strictObject(
    Object.fromEntries(
      METRIC_IDS.filter((id) => METRICS[id].stage === stage).map((id) => [
        id,
        (METRICS[id].keyed ? KeyedLimit : Limit).optional(),
      ]),
    ),
  );

const WrittenSuppression = z.strictObject({
  check: z.string().describe("Id of the check."),
  rule: z.string().optional().describe("The tool's name of the rule. Default: all rules."),
  files: z
    .array(z.string())
    .min(1)
    .optional()
    .describe("Globs of the files, relative to this file. Default: all files."),
  reason: z.string().trim().min(1, "say why it does not count").describe("Why these findings do not count."),
  expires: z
    .string()
    .refine(isDay, 'a day such as "2027-01-31"')
    .optional()
    .describe("The last day on which it holds, such as 2027-01-31."),
});

/** `trigate.yaml` without its `checks`, whose form depends on each check's tool. */
export const WrittenConfig = z.strictObject({
  version: z.literal(1).describe("Version of this file's form."),
  checks: z
    .record(z.string(), z.unknown())
    .refine((checks) => Object.keys(checks).length > 0, "name at least one check; without any, nothing is judged")
    .describe("What runs."),
  gates: z
    .strictObject({
      static: gatesOf("static").optional().describe("Limits on the code as it stands."),
      test: gatesOf("test").optional().describe("Limits on what the tests show."),
      performance: gatesOf("performance").optional().describe("Limits on what benchmarks and audits measure."),
    })
    .optional()
    .describe(
      "What decides. A metric that is fed by a check but not named here keeps its default limit, where it has one.",
    ),
  advisory: z.array(z.string()).optional().describe("Checks and gates that are shown but never block."),
  base: z
    .string()
    .optional()
    .describe("Branch or commit that changed lines are counted from. Default: the upstream's main branch."),
  baseline: z
    .union([
      z.string().refine((path) => folderInside(path) !== undefined, "a file inside the workspace"),
      z.literal(false),
    ])
    .optional()
    .describe("File with inherited findings, which do not count; false for none. Default: trigate-baseline.jsonl."),
  suppressions: z
    .array(WrittenSuppression)
    .optional()
    .describe("Findings that do not count, each with the reason why."),
  newOnly: z
    .enum(["lines", "files", "base"])
    .optional()
    .describe(
      "What counts with --changed and --staged: findings on changed lines, in changed files, or all that the base did not have. Default: lines.",
    ),
  testImpact: z
    .strictObject({
      mode: z
        .enum(["off", "select", "shadow"])
        .describe(
          "select: run only the tests that a change needs; shadow: run all and count what would have been missed.",
        ),
    })
    .optional()
    .describe("Which tests a change needs, by what each test ran the last time."),
  onInconclusive: z
    .enum(["retry", "advise", "block"])
    .optional()
    .describe("What to do with a measurement that cannot tell. Default: retry."),
  worktree: z
    .strictObject({
      setup: z.array(z.string()).min(1).describe("The command as a list of arguments; no shell is involved."),
    })
    .optional()
    .describe("What a fresh worktree needs before its gates can run."),
});
export type WrittenConfig = z.infer<typeof WrittenConfig>;
