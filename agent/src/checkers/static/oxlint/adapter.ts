import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import type { CheckContext, RepositoryFacts } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { joinOutputs } from "../../reading/join-outputs.ts";
import { argumentBatches, workspacePathOf } from "../../reading/report-path.ts";
import { readSources } from "../../reading/source-texts.ts";
import { toolFailure } from "../../reading/tool-failure.ts";
import { oxlintWarm } from "../../warm/oxlint.ts";
import { parseOxlintJson, toFinding } from "./parse.ts";
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

async function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  const outputs: CheckOutput[] = [];
  for (const batch of argumentBatches(context)) outputs.push(await lint(context, batch));
  return outputs.length === 0 ? { evidence: undefined, findings: [], problems: [] } : joinOutputs(outputs);
}

async function lint(context: CheckContext<Settings>, batch: readonly string[]): Promise<CheckOutput> {
  const { typeAware, config, fixes } = context.settings;
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
  if ((output.exitCode !== 0 && output.exitCode !== 1) || !output.stdout.includes("{"))
    throw toolFailure("oxlint", output, context);
  const report = parseOxlintJson(output.stdout);
  const placed = report.diagnostics.flatMap((diagnostic) => {
    const file = workspacePathOf(context, diagnostic.filename);
    return file === undefined ? [] : [{ diagnostic, file }];
  });
  const unplaced = report.diagnostics.length - placed.length;
  const sources = await readSources(
    context,
    placed.map(({ file }) => file),
  );
  const found = placed.map(({ diagnostic, file }) => toFinding(diagnostic, file, sources.get(file)));
  const request = { typeAware, config, suggestions: fixes === "suggestions" };
  const findings =
    fixes === "none" || context.withoutFixes
      ? found
      : await withQuickFixes(context, { findings: found, sources, request });
  const looked = report.files !== undefined && report.files > 0;
  return {
    evidence: looked
      ? {
          files: report.files,
          exitCode: output.exitCode,
          summary: `${report.files} files with ${report.rules ?? "?"} rules`,
          source: "tool",
        }
      : undefined,
    findings,
    problems:
      unplaced > 0 ? [...report.problems, `oxlint: ${unplaced} findings lie outside the workspace`] : report.problems,
    filesLookedAt: looked ? context.files : undefined,
  };
}
