import { posix } from "node:path";
import { z } from "zod";
import { METRIC_IDS, type MetricDefinition, metricDefinition, METRICS, SUITES } from "../core/metrics.ts";
import type { STAGES } from "../core/outcome.ts";
import { isDay } from "../core/suppression.ts";
import { WrittenModels, WrittenTasks } from "./planning.ts";
import { VariableName, WrittenDuration, WrittenSize } from "./written-values.ts";

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

const PortNumber = z.int().min(1).max(65_535);

/** A service of the workspace's own, started before the first check that needs it and ended with the run. */
const WrittenService = z.strictObject({
  command: z
    .array(z.string())
    .min(1)
    .describe("The command as a list of arguments; no shell is involved. {port} becomes a free port."),
  cwd: z
    .string()
    .refine((folder) => folderInside(folder) !== undefined, "a folder inside the workspace, relative to this file")
    .optional()
    .describe("Folder to run in, relative to this file."),
  env: z.record(z.string(), z.string()).optional().describe("Variables that the service sees; {port} as in command."),
  provides: z
    .record(z.string(), z.string())
    .optional()
    .describe("Variables that the checks see; {port} as in command, such as http://127.0.0.1:{port}."),
  ready: z
    .strictObject({
      port: z
        .union([PortNumber, z.literal("{port}")])
        .optional()
        .describe("Ready when this port takes connections."),
      http: z.string().optional().describe("Ready when this address on loopback answers with less than 500."),
      log: z.string().optional().describe("Ready when this text stands in what it prints."),
    })
    .refine((ready) => Object.keys(ready).length === 1, "one of port, http or log")
    .describe("How to tell that the service can be used."),
  timeout: WrittenDuration.optional(),
});

const WrittenCache = z.strictObject({
  maxSize: WrittenSize.optional().describe("What was used least recently goes first beyond it. Default: 1GiB."),
  shared: z
    .strictObject({
      url: VariableName.describe("Variable that holds the address of a Redis, such as $TRIGATE_CACHE_URL."),
      key: VariableName.describe("Variable that holds the secret that entries are signed with."),
      readOnly: z
        .union([z.boolean(), z.literal("auto")])
        .optional()
        .describe("auto, the default: nothing is written from pull requests of forks and from dirty work trees."),
      maxEntry: WrittenSize.optional().describe("Larger answers are not shared. Default: 8MiB."),
      timeout: WrittenDuration.optional().describe(
        "A slower server is left alone for the rest of the run. Default: 250ms.",
      ),
    })
    .optional()
    .describe("A cache of a team or of CI, over Redis."),
});

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
  budget: WrittenDuration.optional().describe(
    "What its answer to a saved file may take, such as 300ms; a check that is over it again and again waits for the others.",
  ),
  optional: z.boolean().optional().describe("When the tool is missing: skipped with a warning, under CI=true errored."),
  exclusive: z.boolean().optional().describe("Runs alone on the machine. Default for benchmarks."),
  cache: z.enum(["content", "never"]).optional().describe("never: always run, even when nothing changed."),
  env: z.array(z.string()).optional().describe("Environment variables that the tool may see besides the usual ones."),
  after: z.array(z.string()).optional().describe("Ids of checks that have to be over first."),
  needs: z
    .array(z.string())
    .optional()
    .describe("Services that the check needs: postgres, redis or one of services. Such a check is never cached."),
  retries: z
    .int()
    .min(0)
    .max(10)
    .optional()
    .describe(
      "How often a failing test, audit or network check is tried again. What passes only then is called flaky.",
    ),
  maxOutput: WrittenSize.optional().describe("A tool that prints more is ended. Default: 64MiB."),
  resources: z
    .array(z.string())
    .optional()
    .describe("What the check takes up, such as cpu-heavy; one check at a time has it, or as many as resources says."),
});
export const COMMON_CHECK_KEYS: readonly string[] = Object.keys(WrittenCheck.shape);

const LimitByPath = z
  .union([Limit, z.record(z.string(), Limit)])
  .describe("One limit for all files, or one for each pattern of paths from the root; * stands for any characters.");

function limitOf({ keyed, byPath = false }: MetricDefinition) {
  return (keyed ? KeyedLimit : byPath ? LimitByPath : Limit).optional();
}

const gatesOf = (stage: (typeof STAGES)[number]) =>
  z.strictObject(
    Object.fromEntries(
      METRIC_IDS.filter((id) => METRICS[id].stage === stage).map((id) => [id, limitOf(metricDefinition(id))]),
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
  extends: z
    .union([z.string(), z.array(z.string()).min(1)])
    .optional()
    .describe(
      "Presets such as trigate:python, files relative to this one, or npm packages, whose settings hold unless this file says otherwise; null takes one away.",
    ),
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
  services: z.record(z.string(), WrittenService).optional().describe("Services that checks may need."),
  resources: z
    .record(z.string(), z.int().min(1))
    .optional()
    .describe("How many checks may take up a resource at the same time. Default: one."),
  cache: WrittenCache.optional().describe("Where answers are kept, and how much of them."),
  codecov: z
    .strictObject({
      account: z
        .enum(["new", "legacy"])
        .optional()
        .describe(
          "What holds where codecov.yml is silent: new, as for accounts since May 2024, or legacy, with a project status. Default: new.",
        ),
      unmeasured: z
        .enum(["fail", "advise"])
        .optional()
        .describe("What to do with changed code that no report measured, which the service passes. Default: fail."),
      flags: z
        .record(z.string(), z.array(z.string()).min(1))
        .optional()
        .describe("Flag → checks whose coverage is uploaded with it. Default: the check or suite of the flag's name."),
    })
    .optional()
    .describe("How codecov.yml is judged."),
  models: WrittenModels.optional().describe("Who is asked for plans, and how."),
  tasks: WrittenTasks.optional().describe("What it takes for a task to be done, and who is told."),
  worktree: z
    .strictObject({
      setup: z.array(z.string()).min(1).describe("The command as a list of arguments; no shell is involved."),
    })
    .optional()
    .describe("What a fresh worktree needs before its gates can run."),
});
export type WrittenConfig = z.infer<typeof WrittenConfig>;
