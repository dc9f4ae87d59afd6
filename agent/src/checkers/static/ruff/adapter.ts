import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import type { CheckContext, RepositoryFacts } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { joinOutputs } from "../../reading/join-outputs.ts";
import { argumentBatches, workspacePathOf } from "../../reading/report-path.ts";
import { readSources } from "../../reading/source-texts.ts";
import { toolFailure } from "../../reading/tool-failure.ts";
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
  check: (context) => overBatches(context, { subcommand: ["check", "--no-cache", "--no-fix"], unreadableExitCode: 2 }),
  warm: ruffWarm,
});

/** Ruff as a formatter. Exit code 1 means files it would write differently, 2 also files with syntax errors. */
export const ruffFormatChecker = defineChecker<Settings>({
  ...COMMON,
  id: "ruff-format",
  title: "Ruff: Python formatting",
  check: (context) =>
    overBatches(context, { subcommand: ["format", "--check", "--no-cache"], unreadableExitCode: undefined }),
  warm: ruffFormatWarm,
});

async function detect({ files, readText }: RepositoryFacts): Promise<Readonly<Record<string, unknown>> | undefined> {
  if (files.some((file) => /(^|\/)\.?ruff\.toml$/.test(file))) return {};
  return /^\[tool\.ruff\b/m.test((await readText("pyproject.toml")) ?? "") ? {} : undefined;
}

interface RuffCommand {
  readonly subcommand: readonly string[];
  /** The exit code after which nothing on standard output counts. */
  readonly unreadableExitCode: number | undefined;
}

async function overBatches(context: CheckContext<Settings>, command: RuffCommand): Promise<CheckOutput> {
  const outputs: CheckOutput[] = [];
  for (const batch of argumentBatches(context)) outputs.push(await runRuff(context, { ...command, batch }));
  return outputs.length === 0 ? { evidence: undefined, findings: [], problems: [] } : joinOutputs(outputs);
}

async function runRuff(
  context: CheckContext<Settings>,
  { subcommand, unreadableExitCode, batch }: RuffCommand & { readonly batch: readonly string[] },
): Promise<CheckOutput> {
  const { config } = context.settings;
  const configArgs = config === undefined ? [] : ["--config", config];
  // Without --force-exclude Ruff also judges files that its configuration leaves out.
  const options = ["--output-format", "json", "--force-exclude", ...configArgs, ...context.options.args];
  const output = await context.run([...context.tool, ...subcommand, ...options, ...batch]);
  const { exitCode } = output;
  const broken =
    exitCode === undefined || exitCode > 2 || exitCode === unreadableExitCode || output.stdout.trim() === "";
  if (broken) throw toolFailure("ruff", output, context);
  const read = parseRuffJson(output.stdout);
  const diagnostics = read.ok ? read.value : [];
  const placed = diagnostics
    .filter((diagnostic) => !isReadFailure(diagnostic))
    .map((diagnostic) => ({ diagnostic, file: workspacePathOf(context, diagnostic.filename) ?? "" }));
  const sources = await readSources(
    context,
    placed.flatMap(({ file }) => (file === "" ? [] : [file])),
  );
  const unreadable = diagnostics.filter(isReadFailure).map(({ message }) => `ruff: ${message}`);
  const sawFiles = !output.stderr.includes("No Python files found");
  return {
    evidence:
      sawFiles && read.ok
        ? { files: batch.length, exitCode, summary: `${batch.length} files, ${placed.length} findings`, source: "tool" }
        : undefined,
    findings: placed.map(({ diagnostic, file }) => ruffFinding(diagnostic, file, sources.get(file))),
    problems: read.ok ? unreadable : [`ruff: ${read.problem}`],
    filesLookedAt: sawFiles ? context.files : undefined,
  };
}
