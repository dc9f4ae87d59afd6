import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import type { ReportedFinding } from "../../../core/finding.ts";
import type { CheckContext, RepositoryFacts, ToolOutput } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { overBatches } from "../../reading/over-batches.ts";
import { workspacePathOf } from "../../reading/report-path.ts";
import { readSources } from "../../reading/source-texts.ts";
import { expectedExit } from "../../reading/tool-failure.ts";
import { eslintWarm } from "../../warm/eslint.ts";
import { eslintFinding, type EslintFile, isExplained, parseEslintJson, unexplainedSuppression } from "./parse.ts";

const Settings = z.strictObject({
  config: z.string().optional().describe("ESLint's configuration file, relative to cwd. Default: the one it finds."),
  fixes: z
    .enum(["safe", "suggestions", "none"])
    .default("safe")
    .describe("Which quick fixes findings carry; suggestions may change what the program does."),
  suppressions: z
    .enum(["count", "need-reason"])
    .default("count")
    .describe("need-reason: a comment that switches a rule off without a reason behind `--` is a finding itself."),
});
type Settings = z.infer<typeof Settings>;

const CONFIG_FILE = /(^|\/)(eslint\.config\.[cm]?[jt]s|\.eslintrc(\.(json|ya?ml|c?js))?)$/;

/**
 * ESLint through its JSON formatter. Exit code 1 means errors or too many warnings, 2 that it could not go on. The answer for
 * one file depends on others as soon as a rule follows imports or asks for types, so every file is an input.
 */
export const eslintChecker = defineChecker<Settings>({
  id: "eslint",
  title: "ESLint: JavaScript and TypeScript",
  stage: "static",
  feeds: ["code_style"],
  patterns: ["**/*.{js,mjs,cjs,jsx,ts,mts,cts,tsx,vue,svelte,astro}"],
  configFiles: [
    "**/eslint.config.*",
    "**/.eslintrc*",
    "**/.eslintignore",
    "**/tsconfig*.json",
    "**/package.json",
    "package-lock.json",
  ],
  handles: "files",
  cacheable: true,
  exclusive: false,
  settings: Settings,
  install: "npm install --save-dev eslint",
  locate: (find) => find.npm("eslint"),
  version: { args: ["--version"], pattern: /v?(\d+\.\d+\.\d+\S*)/ },
  detect,
  check,
  warm: eslintWarm,
});

/** ESLint reads JavaScript by itself; other languages only where a configuration brings the parser, which a flat one says by file and an old one does not. */
async function detect({ files, readText }: RepositoryFacts): Promise<Readonly<Record<string, unknown>> | undefined> {
  const manifest = (await readText("package.json")) ?? "";
  const configs = files.filter((file) => CONFIG_FILE.test(file));
  const inManifest = /"eslintConfig"\s*:/.test(manifest);
  if (configs.length === 0 && !inManifest) return undefined;
  const isFlat = configs.some((file) => /eslint\.config\./.test(file));
  if (isFlat) return {};
  const extensions = /eslint\b[^"]*--ext[ =](\S+?)["\s]/
    .exec(manifest)?.[1]
    ?.replaceAll(/[.'\\]/g, "")
    .split(",");
  if (extensions !== undefined) return { files: extensions.map((extension) => `**/*.${extension}`) };
  const legacy = [manifest, ...(await Promise.all(configs.map(async (file) => (await readText(file)) ?? "")))];
  return legacy.some((text) => text.includes("typescript-eslint"))
    ? { files: ["**/*.{js,mjs,cjs,jsx,ts,mts,cts,tsx}"] }
    : { files: ["**/*.{js,mjs,cjs,jsx}"] };
}

function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  return overBatches(context, (batch) => lint(context, batch));
}

async function lint(context: CheckContext<Settings>, batch: readonly string[]): Promise<CheckOutput> {
  const { config } = context.settings;
  // The notes about ignored files are wanted: they tell what was not linted. --no-warn-ignored would leave them out, and
  // an old configuration refuses it.
  const output = await context.run([
    ...context.tool,
    "--format",
    "json",
    ...(config === undefined ? [] : ["--config", config]),
    ...context.options.args,
    ...batch,
  ]);
  const reported = output.stdout.includes("[");
  const exitCode = expectedExit(withWayOut(output), { tool: "eslint", exitCodes: [0, 1], reported }, context);
  const report = parseEslintJson(output.stdout);
  const linted = report.files.map((file) => ({ ...file, file: workspacePathOf(context, file.path) ?? "" }));
  const findings = await findingsOf(context, linted);
  const suppressed = linted.reduce((sum, file) => sum + file.suppressed.length, 0);
  const unexplained =
    exitCode === 1 && report.problems.length === 0 && !explains(output, findings)
      ? ["eslint: exit code 1, but no error could be read"]
      : [];
  return {
    evidence:
      linted.length > 0
        ? {
            files: linted.length,
            exitCode,
            summary: `${linted.length} files, ${findings.length} findings, ${suppressed} suppressed by comments`,
            source: "tool",
          }
        : undefined,
    findings,
    problems: [...report.problems, ...unexplained],
    filesLookedAt: linted.flatMap(({ file }) => (file === "" ? [] : [file])),
  };
}

/** Why ESLint ended with 1: an error, or warnings and notes beyond its own `--max-warnings`. */
function explains({ stderr }: ToolOutput, findings: readonly ReportedFinding[]): boolean {
  return findings.some(({ severity }) => severity === "error") || stderr.includes("too many warnings");
}

async function findingsOf(
  context: CheckContext<Settings>,
  files: readonly (EslintFile & { readonly file: string })[],
): Promise<readonly ReportedFinding[]> {
  const { fixes, suppressions } = context.settings;
  const toMend = fixes === "none" ? [] : files.filter(({ file, messages }) => file !== "" && messages.length > 0);
  const sources = await readSources(
    context,
    toMend.map(({ file }) => file),
  );
  return files.flatMap(({ file, messages, suppressed }) => [
    ...messages.map((message) =>
      eslintFinding(message, { file, source: sources.get(file), suggestions: fixes === "suggestions" }),
    ),
    ...(suppressions === "need-reason"
      ? suppressed.filter((message) => !isExplained(message)).map((message) => unexplainedSuppression(message, file))
      : []),
  ]);
}

const NO_CONFIGURATION = /^.*(couldn't find an? .*(config|configuration file)|No ESLint configuration found).*$/im;

/** ESLint says at length what is wrong with a configuration; where it finds none, its advice is about moving an old one. */
function withWayOut(output: ToolOutput): ToolOutput {
  const [complaint] = NO_CONFIGURATION.exec(output.stderr) ?? [];
  if (complaint === undefined) return output;
  const hint =
    'Write an eslint.config.js, or point "cwd" or "config" of this check in trigate.yaml at the folder or file that has one.';
  return { ...output, stderr: `${complaint.trim()} ${hint}` };
}
