import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import type { ReportedFinding } from "../../../core/finding.ts";
import type { CheckContext, RepositoryFacts, ToolOutput } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { formattedByInput, formattingFindings } from "../../reading/formatting-findings.ts";
import { overBatches } from "../../reading/over-batches.ts";
import { asArgument, workspacePathOf } from "../../reading/report-path.ts";
import { expectedExit } from "../../reading/tool-failure.ts";
import { prettierWarm } from "../../warm/prettier.ts";
import { parsePrettier, type PrettierReport } from "./parse.ts";

const Settings = z.strictObject({
  config: z.string().optional().describe("Prettier's configuration file, relative to cwd. Default: the nearest one."),
  ignoreFile: z
    .string()
    .optional()
    .describe("The ignore file, relative to cwd. Default: .gitignore and .prettierignore."),
  plugins: z
    .array(z.string().min(1))
    .default([])
    .describe("Plugins besides the configured ones, such as prettier-plugin-solidity."),
});
type Settings = z.infer<typeof Settings>;

const CONFIG_FILE = /(^|\/)(\.prettierrc(\.[a-z0-9]+)?|prettier\.config\.[cm]?[jt]s)$/;

/**
 * Prettier: which files it would write differently. Exit code 1 means such files, 2 files that it could not read. It says
 * nothing about files that it ignores, so what it took up is read from its debug messages. Languages of plugins (Solidity)
 * are checked where the plugin is configured, and not handed over otherwise.
 */
export const prettierChecker = defineChecker<Settings>({
  id: "prettier",
  title: "Prettier: formatting",
  stage: "static",
  feeds: ["code_style"],
  patterns: [
    "**/*.{js,mjs,cjs,jsx,ts,mts,cts,tsx,vue,svelte,astro,json,json5,jsonc,css,scss,less,html,md,mdx,yaml,yml,graphql,gql,hbs,sol}",
  ],
  configFiles: [
    "**/.prettierrc*",
    "**/prettier.config.*",
    "**/.prettierignore",
    "**/.gitignore",
    "**/.editorconfig",
    "**/package.json",
    "package-lock.json",
  ],
  handles: "files",
  fixesApart: true,
  cacheable: true,
  exclusive: false,
  settings: Settings,
  install: "npm install --save-dev --save-exact prettier",
  locate: (find) => find.npm("prettier"),
  version: { args: ["--version"], pattern: /(\d+\.\d+\.\d+\S*)/ },
  detect: async ({ files, readText }: RepositoryFacts) => {
    const manifest = (await readText("package.json")) ?? "";
    return files.some((file) => CONFIG_FILE.test(file)) || /"prettier"\s*:/.test(manifest) ? {} : undefined;
  },
  check,
  warm: prettierWarm,
});

function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  return overBatches(context, (batch) => format(context, batch));
}

function settingArguments({ config, ignoreFile, plugins }: Settings): readonly string[] {
  return [
    ...(config === undefined ? [] : ["--config", config]),
    ...(ignoreFile === undefined ? [] : ["--ignore-path", ignoreFile]),
    ...plugins.map((plugin) => `--plugin=${plugin}`),
  ];
}

async function format(context: CheckContext<Settings>, batch: readonly string[]): Promise<CheckOutput> {
  const output = await context.run([
    ...context.tool,
    "--list-different",
    "--no-color",
    // Prettier 2 and 3 spell it differently, and each only warns about the other's spelling.
    "--log-level=debug",
    "--loglevel=debug",
    ...settingArguments(context.settings),
    ...context.options.args,
    ...batch,
  ]);
  const report = parsePrettier(output);
  const exitCode = expectedExit(
    withoutDebug(output, report),
    { tool: "prettier", exitCodes: [0, 1, 2], reported: report.failures.length === 0 },
    context,
  );
  const place = (path: string) => workspacePathOf(context, path) ?? "";
  const looked = report.looked.map(place).filter((file) => file !== "");
  const unformatted = context.withoutFixes
    ? report.unformatted.map((path) => unformattedFinding(place(path)))
    : await formattingFindings(context, {
        tool: "Prettier",
        files: report.unformatted.map(place),
        formatted: (file, text) => formattedBy(context, { file, text }),
      });
  const findings = [...syntaxFindings(report, place), ...unformatted];
  const explained = findings.length > 0 || (exitCode === 2 && report.unknown.length > 0);
  const unexplained =
    exitCode !== 0 && !explained ? [`prettier: exit code ${exitCode}, but it named no file that explains it`] : [];
  return {
    evidence:
      looked.length > 0
        ? {
            files: looked.length,
            exitCode,
            summary: `${looked.length} files, ${report.unformatted.length} not formatted`,
            source: "tool",
          }
        : undefined,
    findings,
    problems: unexplained,
    filesLookedAt: looked,
  };
}

function unformattedFinding(file: string): ReportedFinding {
  return { rule: "format", severity: "error", message: "not formatted as Prettier would write it", file };
}

function formattedBy(
  context: CheckContext<Settings>,
  { file, text }: { readonly file: string; readonly text: string },
): Promise<string | undefined> {
  const argv = [
    ...context.tool,
    ...settingArguments(context.settings),
    ...context.options.args,
    `--stdin-filepath=${asArgument(context, file)}`,
  ];
  return formattedByInput(context, argv, { stdin: text });
}

function syntaxFindings({ syntaxErrors }: PrettierReport, place: (path: string) => string): readonly ReportedFinding[] {
  return syntaxErrors.map(({ path, message, line, column }) => ({
    rule: "syntax",
    severity: "error",
    message,
    file: place(path),
    range: line === undefined ? undefined : { start: { line, column } },
  }));
}

/** What people are shown when Prettier broke is its own complaint, without the messages that this adapter asked for. */
function withoutDebug(output: ToolOutput, { failures }: PrettierReport): ToolOutput {
  const lines = output.stderr.split("\n").filter((line) => !/^\[(debug|warn)\] /.test(line));
  return { ...output, stderr: failures.join("\n") || lines.join("\n") };
}
