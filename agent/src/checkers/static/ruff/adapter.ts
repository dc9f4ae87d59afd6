import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import type { CheckContext, RepositoryFacts } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { overBatches } from "../../reading/over-batches.ts";
import { placeEntries } from "../../reading/placed-entries.ts";
import { expectedExit } from "../../reading/tool-failure.ts";
import { ruffFormatWarm, ruffWarm } from "../../warm/ruff.ts";
import { isReadFailure, parseRuffJson, ruffFinding } from "./parse.ts";

const Settings = z.strictObject({
  config: z.string().optional().describe("Ruff's configuration file, relative to cwd. Default: the nearest one."),
});
type Settings = z.infer<typeof Settings>;

const COMMON = {
  stage: "static",
  feeds: ["code_style"],
  patterns: ["**/*.{py,pyi}"],
  configFiles: ["**/ruff.toml", "**/.ruff.toml", "**/pyproject.toml"],
  handles: "files",
  cacheable: true,
  exclusive: false,
  settings: Settings,
  install: "pip install ruff",
  locate: (find) => find.python("ruff"),
  version: { args: ["--version"], pattern: /ruff (\S+)/ },
  detect,
} as const satisfies Partial<Parameters<typeof defineChecker<Settings>>[0]>;

/** Ruff as a linter. Exit code 1 means findings, 2 that Ruff itself could not go on. */
export const ruffChecker = defineChecker<Settings>({
  ...COMMON,
  id: "ruff",
  title: "Ruff: Python",
  check: (context) => runRuff(context, { subcommand: ["check", "--no-cache", "--no-fix"], exitCodes: [0, 1] }),
  warm: ruffWarm,
});

/** Ruff as a formatter. Exit code 1 means files it would write differently, 2 also files with syntax errors. */
export const ruffFormatChecker = defineChecker<Settings>({
  ...COMMON,
  id: "ruff-format",
  title: "Ruff: Python formatting",
  check: (context) => runRuff(context, { subcommand: ["format", "--check", "--no-cache"], exitCodes: [0, 1, 2] }),
  warm: ruffFormatWarm,
});

async function detect({ files, readText }: RepositoryFacts): Promise<Readonly<Record<string, unknown>> | undefined> {
  if (files.some((file) => /(^|\/)\.?ruff\.toml$/.test(file))) return {};
  return /^\[tool\.ruff\b/m.test((await readText("pyproject.toml")) ?? "") ? {} : undefined;
}

interface RuffCommand {
  readonly subcommand: readonly string[];
  /** Those after which its report counts. */
  readonly exitCodes: readonly number[];
}

function runRuff(context: CheckContext<Settings>, command: RuffCommand): Promise<CheckOutput> {
  return overBatches(context, (batch) => judge(context, { ...command, batch }));
}

async function judge(
  context: CheckContext<Settings>,
  { subcommand, exitCodes, batch }: RuffCommand & { readonly batch: readonly string[] },
): Promise<CheckOutput> {
  const { config } = context.settings;
  const configArgs = config === undefined ? [] : ["--config", config];
  // Without --force-exclude Ruff also judges files that its configuration leaves out.
  const options = ["--output-format", "json", "--force-exclude", ...configArgs, ...context.options.args];
  const output = await context.run([...context.tool, ...subcommand, ...options, ...batch]);
  const exitCode = expectedExit(output, { tool: "ruff", exitCodes, reported: output.stdout.trim() !== "" }, context);
  const read = parseRuffJson(output.stdout);
  const diagnostics = read.ok ? read.value : [];
  const faults = diagnostics.filter((diagnostic) => !isReadFailure(diagnostic));
  const placed = await placeEntries(context, faults, ({ filename }) => filename);
  const unreadable = diagnostics.filter(isReadFailure).map(({ message }) => `ruff: ${message}`);
  const sawFiles = !output.stderr.includes("No Python files found");
  return {
    evidence:
      sawFiles && read.ok
        ? { files: batch.length, exitCode, summary: `${batch.length} files, ${placed.length} findings`, source: "tool" }
        : undefined,
    findings: placed.map(({ entry, file, source }) => ruffFinding(entry, file, source)),
    problems: read.ok ? unreadable : [`ruff: ${read.problem}`],
    filesLookedAt: sawFiles ? context.files : undefined,
  };
}
