import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import type { ReportedFinding } from "../../../core/finding.ts";
import type { CheckContext, RepositoryFacts } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { overBatches } from "../../reading/over-batches.ts";
import { type Placed, placeEntries } from "../../reading/placed-entries.ts";
import type { TextPositions } from "../../reading/text-positions.ts";
import { expectedExit } from "../../reading/tool-failure.ts";
import { oxlintWarm } from "../../warm/oxlint.ts";
import { type OxlintDiagnostic, parseOxlintJson, toFinding } from "./parse.ts";
import { withQuickFixes } from "./quick-fixes.ts";

const Settings = z.strictObject({
  typeAware: z.boolean().default(false).describe("Also the rules that need types; needs the package oxlint-tsgolint."),
  config: z
    .string()
    .optional()
    .describe("Oxlint's configuration file, relative to cwd. Default: the nearest .oxlintrc.json."),
  fixes: z
    .enum(["safe", "suggestions", "none"])
    .default("safe")
    .describe("Which quick fixes findings carry; suggestions may change what the program does."),
});
type Settings = z.infer<typeof Settings>;

/** Oxlint through its JSON format. Exit code 1 means findings as well as a broken configuration: only the report tells which. */
export const oxlintChecker = defineChecker<Settings>({
  id: "oxlint",
  title: "Oxlint: JavaScript and TypeScript",
  stage: "static",
  feeds: ["code_style"],
  patterns: ["**/*.{js,mjs,cjs,jsx,ts,mts,cts,tsx}"],
  configFiles: [
    "**/.oxlintrc.json",
    "**/.oxlintrc.jsonc",
    "**/oxlint.config.ts",
    "**/.eslintignore",
    "**/tsconfig*.json",
  ],
  handles: "files",
  fixesApart: true,
  cacheable: true,
  exclusive: false,
  settings: Settings,
  install: "npm install --save-dev oxlint",
  locate: (find) => find.npm("oxlint"),
  version: { args: ["--version"], pattern: /(\d+\.\d+\.\d+\S*)/ },
  detect,
  check,
  warm: oxlintWarm,
});

async function detect({ files, readText }: RepositoryFacts): Promise<Readonly<Record<string, unknown>> | undefined> {
  const manifest = (await readText("package.json")) ?? "";
  const configured = files.some((file) => /(^|\/)(\.oxlintrc\.jsonc?|oxlint\.config\.ts)$/.test(file));
  if (!configured && !/"oxlint"\s*:/.test(manifest)) return undefined;
  return /"oxlint-tsgolint"\s*:/.test(manifest) ? { typeAware: true } : {};
}

function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  return overBatches(context, (batch) => lint(context, batch));
}

async function lint(context: CheckContext<Settings>, batch: readonly string[]): Promise<CheckOutput> {
  const { typeAware, config } = context.settings;
  const configArgs = config === undefined ? [] : ["--config", config];
  const output = await context.run([
    ...context.tool,
    "--format",
    "json",
    ...configArgs,
    ...(typeAware ? ["--type-aware"] : []),
    ...context.options.args,
    ...batch,
  ]);
  const reported = output.stdout.includes("{");
  const exitCode = expectedExit(output, { tool: "oxlint", exitCodes: [0, 1], reported }, context);
  const report = parseOxlintJson(output.stdout);
  const entries = await placeEntries(context, report.diagnostics, ({ filename }) => filename);
  const placed = entries.filter(({ file }) => file !== "");
  const unplaced = entries.length - placed.length;
  const looked = report.files !== undefined && report.files > 0;
  return {
    evidence: looked
      ? {
          files: report.files,
          exitCode,
          summary: `${report.files} files with ${report.rules ?? "?"} rules`,
          source: "tool",
        }
      : undefined,
    findings: await findingsOf(context, placed),
    problems:
      unplaced > 0 ? [...report.problems, `oxlint: ${unplaced} findings lie outside the workspace`] : report.problems,
    filesLookedAt: looked ? context.files : undefined,
  };
}

async function findingsOf(
  context: CheckContext<Settings>,
  placed: readonly Placed<OxlintDiagnostic>[],
): Promise<readonly ReportedFinding[]> {
  const { typeAware, config, fixes } = context.settings;
  const findings = placed.map(({ entry, file, source }) => toFinding(entry, file, source));
  if (fixes === "none" || context.withoutFixes) return findings;
  const sources = new Map<string, TextPositions>();
  for (const { file, source } of placed) if (source !== undefined) sources.set(file, source);
  const request = { typeAware, config, suggestions: fixes === "suggestions" };
  return withQuickFixes(context, { findings, sources, request });
}
