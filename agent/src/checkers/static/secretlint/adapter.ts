import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import type { CheckContext, RepositoryFacts } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { overBatches } from "../../reading/over-batches.ts";
import { workspacePathOf } from "../../reading/report-path.ts";
import { expectedExit } from "../../reading/tool-failure.ts";
import { parseSecretlintJson } from "./parse.ts";

const Settings = z.strictObject({
  config: z
    .string()
    .optional()
    .describe(
      "Secretlint's configuration file, relative to cwd. Default: .secretlintrc.*, else the recommended rules.",
    ),
});
type Settings = z.infer<typeof Settings>;

const CONFIG_FILES = [
  ".secretlintrc",
  ".secretlintrc.json",
  ".secretlintrc.yaml",
  ".secretlintrc.yml",
  ".secretlintrc.js",
  ".secretlintrc.cjs",
  ".secretlintrc.mjs",
];
const RECOMMENDED = JSON.stringify({ rules: [{ id: "@secretlint/secretlint-rule-preset-recommend" }] });

/** Secretlint. Exit code 1 means findings, 2 that it could not go on or that it ignores all files. */
export const secretlintChecker = defineChecker<Settings>({
  id: "secretlint",
  title: "Secretlint: committed secrets",
  stage: "static",
  feeds: ["security_issues"],
  patterns: ["**/*"],
  configFiles: ["**/.secretlintrc*", "**/.secretlintignore"],
  handles: "files",
  inputs: "scope",
  cacheable: true,
  exclusive: false,
  settings: Settings,
  install: "npm install --save-dev secretlint @secretlint/secretlint-rule-preset-recommend",
  locate: (find) => find.npm("secretlint"),
  version: { args: ["--version"], pattern: /(\d+\.\d+\.\d+\S*)/ },
  proposedOnce: true,
  detect: async ({ files, readText }: RepositoryFacts) => {
    const installed = /"secretlint"\s*:/.test((await readText("package.json")) ?? "");
    return installed || files.some((file) => CONFIG_FILES.includes(file)) ? {} : undefined;
  },
  check,
});

async function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  const configArgs = await configArguments(context);
  return overBatches(context, (batch) => lint(context, { batch, configArgs }));
}

async function configArguments(context: CheckContext<Settings>): Promise<readonly string[]> {
  if (context.settings.config !== undefined) return ["--secretlintrc", context.settings.config];
  for (const file of CONFIG_FILES) if ((await context.readText(file)) !== undefined) return [];
  return ["--secretlintrcJSON", RECOMMENDED];
}

async function lint(
  context: CheckContext<Settings>,
  { batch, configArgs }: { readonly batch: readonly string[]; readonly configArgs: readonly string[] },
): Promise<CheckOutput> {
  // Names are taken literally: brackets in them would be read as globs.
  const output = await context.run([
    ...context.tool,
    "--format",
    "json",
    "--maskSecrets",
    "--no-glob",
    ...configArgs,
    ...context.options.args,
    ...batch,
  ]);
  if (output.exitCode === 2 && output.stderr.includes("Not found target files"))
    return { evidence: undefined, findings: [], problems: [] };
  // What broke is on standard error; standard output quotes files and must not get into a message.
  const quiet = { ...output, stdout: "" };
  const exitCode = expectedExit(quiet, { tool: "secretlint", exitCodes: [0, 1], reported: true }, context);
  const report = parseSecretlintJson(output.stdout);
  const files = report.files.flatMap((path) => workspacePathOf(context, path) ?? []);
  return {
    evidence:
      files.length > 0
        ? {
            files: files.length,
            exitCode,
            summary: `${files.length} files, ${report.findings.length} secrets`,
            source: "tool",
          }
        : undefined,
    findings: report.findings.map(({ path, ...finding }) => ({
      ...finding,
      file: workspacePathOf(context, path) ?? "",
    })),
    problems: report.problems,
    filesLookedAt: files,
  };
}
