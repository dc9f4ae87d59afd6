import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import type { CheckContext, RepositoryFacts } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { formattedByInput, formattingFindings } from "../../reading/formatting-findings.ts";
import { overBatches } from "../../reading/over-batches.ts";
import { asArgument, workspacePathOf } from "../../reading/report-path.ts";
import { syntaxFindings } from "../../reading/syntax-findings.ts";
import { expectedExit } from "../../reading/tool-failure.ts";
import { biomeWarm } from "../../warm/biome.ts";
import { parseBiomeFormat } from "./parse.ts";

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

function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  return overBatches(context, (batch) => format(context, batch));
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
  const reported = output.stdout.trim() !== "";
  const exitCode = expectedExit(output, { tool: "biome", exitCodes: [0, 1], reported }, context);
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
          exitCode,
          summary: `${report.files} files, ${report.unformatted.length} not formatted`,
          source: "tool",
        }
      : undefined,
    findings: [...(await syntaxFindings(context, report.syntaxErrors)), ...unformatted],
    problems: report.problems,
    filesLookedAt: looked ? context.files : undefined,
  };
}

function formattedBy(
  context: CheckContext<Settings>,
  { file, text }: { readonly file: string; readonly text: string },
): Promise<string | undefined> {
  const argv = [
    ...context.tool,
    "format",
    ...configArguments(context.settings),
    `--stdin-file-path=${asArgument(context, file)}`,
  ];
  return formattedByInput(context, argv, { stdin: text });
}
