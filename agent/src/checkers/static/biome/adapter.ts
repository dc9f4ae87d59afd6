import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import type { ReportedFinding } from "../../../core/finding.ts";
import type { CheckContext, RepositoryFacts } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { formattingFindings } from "../../reading/formatting-findings.ts";
import { joinOutputs } from "../../reading/join-outputs.ts";
import { argumentBatches, asArgument, workspacePathOf } from "../../reading/report-path.ts";
import { readSources } from "../../reading/source-texts.ts";
import { toolFailure } from "../../reading/tool-failure.ts";
import { biomeWarm } from "../../warm/biome.ts";
import { type BiomeFormatReport, parseBiomeFormat } from "./parse.ts";

const Settings = z.strictObject({
  config: z
    .string()
    .optional()
    .describe("Biome's configuration file or its folder, relative to cwd. Default: the nearest biome.json."),
});
type Settings = z.infer<typeof Settings>;

/** Biome as a formatter: which files it would write differently. Exit code 1 means such files as well as unreadable ones. */
export const biomeChecker = defineChecker<Settings>({
  id: "biome",
  title: "Biome: formatting",
  stage: "static",
  feeds: ["code_style"],
  patterns: ["**/*.{js,mjs,cjs,jsx,ts,mts,cts,tsx,json,jsonc,css,graphql}"],
  configFiles: ["**/biome.json", "**/biome.jsonc", "**/.biome.json", "**/.biome.jsonc", "**/.editorconfig"],
  handles: "files",
  inputs: "scope",
  cacheable: true,
  exclusive: false,
  settings: Settings,
  install: "npm install --save-dev --save-exact @biomejs/biome",
  locate: (find) => find.npm("@biomejs/biome", "biome"),
  version: { args: ["--version"], pattern: /Version: (\S+)/ },
  detect: async ({ files }: RepositoryFacts) =>
    files.some((file) => /(^|\/)biome\.jsonc?$/.test(file)) ? {} : undefined,
  check,
  warm: biomeWarm,
});

async function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  const outputs: CheckOutput[] = [];
  for (const batch of argumentBatches(context)) outputs.push(await format(context, batch));
  return outputs.length === 0 ? { evidence: undefined, findings: [], problems: [] } : joinOutputs(outputs);
}

const configArguments = ({ config }: Settings): readonly string[] =>
  config === undefined ? [] : ["--config-path", config];

async function format(context: CheckContext<Settings>, batch: readonly string[]): Promise<CheckOutput> {
  const options = [
    "--reporter=json",
    "--max-diagnostics=none",
    "--no-errors-on-unmatched",
    ...configArguments(context.settings),
  ];
  const output = await context.run([...context.tool, "format", ...options, ...context.options.args, ...batch]);
  if ((output.exitCode !== 0 && output.exitCode !== 1) || output.stdout.trim() === "")
    throw toolFailure("biome", output, context);
  const report = parseBiomeFormat(output.stdout);
  const unformatted = await formattingFindings(context, {
    tool: "Biome",
    files: report.unformatted.flatMap((path) => workspacePathOf(context, path) ?? []),
    formatted: (file, text) => formattedBy(context, { file, text }),
  });
  const looked = report.files !== undefined && report.files > 0;
  return {
    evidence: looked
      ? {
          files: report.files,
          exitCode: output.exitCode,
          summary: `${report.files} files, ${report.unformatted.length} not formatted`,
          source: "tool",
        }
      : undefined,
    findings: [...(await syntaxFindings(context, report)), ...unformatted],
    problems: report.problems,
    filesLookedAt: looked ? context.files : undefined,
  };
}

async function formattedBy(
  context: CheckContext<Settings>,
  { file, text }: { readonly file: string; readonly text: string },
): Promise<string | undefined> {
  const argv = [
    ...context.tool,
    "format",
    ...configArguments(context.settings),
    `--stdin-file-path=${asArgument(context, file)}`,
  ];
  const { exitCode, stdout } = await context.run(argv, { stdin: text });
  return exitCode === 0 ? stdout : undefined;
}

async function syntaxFindings(
  context: CheckContext<Settings>,
  { syntaxErrors }: BiomeFormatReport,
): Promise<readonly ReportedFinding[]> {
  const placed = syntaxErrors.flatMap((error) => {
    const file = workspacePathOf(context, error.path);
    return file === undefined ? [] : [{ ...error, file }];
  });
  const sources = await readSources(
    context,
    placed.map(({ file }) => file),
  );
  return placed.map(({ file, message, line, column }) => ({
    rule: "syntax",
    severity: "error" as const,
    message,
    file,
    range: { start: sources.get(file)?.ofCodePointColumn(line, column) ?? { line, column } },
  }));
}
