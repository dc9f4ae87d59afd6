import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import type { ReportedFinding } from "../../../core/finding.ts";
import type { CheckContext, ToolOutput } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { formattedByInput, formattingFindings } from "../../reading/formatting-findings.ts";
import { overBatches } from "../../reading/over-batches.ts";
import { usesPythonTool } from "../../reading/python-project.ts";
import { asArgument, workspacePathOf } from "../../reading/report-path.ts";
import { syntaxFindings } from "../../reading/syntax-findings.ts";
import { toolFailure } from "../../reading/tool-failure.ts";
import { applyDiff, parseUnifiedDiff } from "../../reading/unified-diff.ts";
import { type BlackReport, parseBlack } from "./parse.ts";

const Settings = z.strictObject({
  config: z.string().optional().describe("Black's configuration file, relative to cwd. Default: pyproject.toml."),
});
type Settings = z.infer<typeof Settings>;

/** 0: all formatted; 1: some would be written differently; 123: some could not be formatted. */
const REPORTING_EXIT_CODES = new Set([0, 1, 123]);

/** Black: which Python files it would write differently. Its own cache lies in the scratch folder, so every answer is fresh. */
export const blackChecker = defineChecker<Settings>({
  id: "black",
  title: "Black: Python formatting",
  stage: "static",
  feeds: ["code_style"],
  patterns: ["**/*.{py,pyi}"],
  configFiles: ["**/pyproject.toml"],
  handles: "files",
  // It reads the files and one pyproject.toml; the user's own configuration is kept out below.
  inputs: "scope",
  cacheable: true,
  exclusive: false,
  settings: Settings,
  install: "pip install black",
  locate: (find) => find.python("black"),
  version: { args: ["--version"], pattern: /black, (\d\S*)/ },
  detect: async (repository) => ((await usesPythonTool(repository, { name: "black" })) ? {} : undefined),
  check,
});

function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  return overBatches(context, (batch) => judge(context, batch));
}

/** A configuration in the user's home would make answers differ from machine to machine. */
const environmentOf = ({ scratch }: CheckContext<Settings>) => ({
  BLACK_CACHE_DIR: scratch,
  XDG_CONFIG_HOME: scratch,
  PYTHONUTF8: "1",
});

const configArguments = ({ config }: Settings): readonly string[] => (config === undefined ? [] : ["--config", config]);

async function judge(context: CheckContext<Settings>, batch: readonly string[]): Promise<CheckOutput> {
  // `--verbose` names each file and holds against `quiet` of a configuration.
  // The diffs are what fixes are made of: a start of Black for each file would take many times as long.
  const options = ["--check", "--diff", "--verbose", ...configArguments(context.settings), ...context.options.args];
  const output = await context.run([...context.tool, ...options, ...batch], { env: environmentOf(context) });
  const report = parseBlack(output.stderr);
  const { counts } = report;
  const told = counts !== undefined || report.ignored.length > 0;
  if (output.exitCode === undefined || !REPORTING_EXIT_CODES.has(output.exitCode) || (output.exitCode !== 0 && !told))
    throw toolFailure("black", output, context);
  const diffs = new Map(parseUnifiedDiff(output.stdout).map((diff) => [workspacePathOf(context, diff.path), diff]));
  const unformatted = await formattingFindings(context, {
    tool: "Black",
    files: report.unformatted.flatMap((path) => workspacePathOf(context, path) ?? []),
    formatted: async (file, text) => {
      const diff = diffs.get(file);
      return (diff && applyDiff(text, diff)) ?? formattedBy(context, { file, text });
    },
  });
  const seen = [...report.formatted, ...report.unformatted, ...report.syntaxErrors.map(({ path }) => path)];
  return {
    evidence:
      counts === undefined || seen.length === 0
        ? undefined
        : {
            files: seen.length,
            exitCode: output.exitCode,
            summary: `${seen.length} files, ${report.unformatted.length} not formatted`,
            source: "tool",
          },
    findings: [
      ...(await syntaxFindings(context, report.syntaxErrors)),
      ...unformatted,
      ...report.warnings.map(warningFinding),
    ],
    problems: [...report.problems, ...unexplained(output, report)].map((problem) => `black: ${problem}`),
    filesLookedAt: seen.flatMap((path) => workspacePathOf(context, path) ?? []),
  };
}

const warningFinding = (message: string): ReportedFinding => ({ rule: "config", severity: "info", message, file: "" });

function unexplained({ exitCode }: ToolOutput, { unformatted, syntaxErrors, problems, counts }: BlackReport) {
  const failed = counts?.failed ?? 0;
  if (problems.length === 0 && syntaxErrors.length < failed)
    return [`${failed} files could not be formatted, and why could not be read`];
  const explained = unformatted.length > 0 || syntaxErrors.length > 0 || problems.length > 0;
  return exitCode === 0 || explained ? [] : [`exit code ${exitCode}, but no file was named`];
}

/** The file as Black would write it. It is handed the text, so nothing on the disk is touched. */
async function formattedBy(
  context: CheckContext<Settings>,
  { file, text }: { readonly file: string; readonly text: string },
): Promise<string | undefined> {
  const options = ["--quiet", `--stdin-filename=${asArgument(context, file)}`, ...configArguments(context.settings)];
  const argv = [...context.tool, ...options, ...context.options.args, "-"];
  const formatted = await formattedByInput(context, argv, { stdin: text, env: environmentOf(context) });
  return formatted || undefined;
}
