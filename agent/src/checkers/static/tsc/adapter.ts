import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import type { CheckContext, RepositoryFacts } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { workspacePathOf } from "../../reading/report-path.ts";
import { toolFailure } from "../../reading/tool-failure.ts";
import { tscWarm } from "../../warm/tsc.ts";
import { parseTscOutput } from "./parse.ts";

const Settings = z.strictObject({
  project: z.string().default("tsconfig.json").describe("The tsconfig file, relative to cwd."),
});
type Settings = z.infer<typeof Settings>;

/** TypeScript's compiler as a type check of a whole project; nothing is written besides an incremental build's own state. */
export const tscChecker = defineChecker<Settings>({
  id: "tsc",
  title: "TypeScript: type errors",
  stage: "static",
  feeds: ["type_errors"],
  patterns: ["**/*.{ts,mts,cts,tsx,js,mjs,cjs,jsx}"],
  configFiles: ["**/tsconfig*.json", "**/package.json", "package-lock.json"],
  handles: "project",
  cacheable: true,
  exclusive: false,
  settings: Settings,
  install: "npm install --save-dev typescript",
  locate: (find) => find.npm("typescript", "tsc"),
  version: { args: ["--version"], pattern: /Version (\d+\.\d+\.\S+)/ },
  detect: async ({ files }: RepositoryFacts) => (files.includes("tsconfig.json") ? {} : undefined),
  check,
  warm: tscWarm,
});

async function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  const { project } = context.settings;
  const output = await context.run([
    ...context.tool,
    "--pretty",
    "false",
    "--noEmit",
    "--listFiles",
    "--project",
    project,
    ...context.options.args,
  ]);
  const { diagnostics, listedFiles, problems } = parseTscOutput(`${output.stdout}\n${output.stderr}`);
  const ownFiles = listedFiles
    .flatMap((path) => workspacePathOf(context, path) ?? [])
    .filter((path) => !path.split("/").includes("node_modules"));
  // Exit codes 1 and 2 both mean errors, in the configuration too; a compiler that read no file of ours could not check any.
  if (output.exitCode === undefined || output.exitCode > 2 || (ownFiles.length === 0 && output.exitCode !== 0))
    throw toolFailure("tsc", output, context);
  const findings = diagnostics.map(({ path, ...diagnostic }) => ({
    ...diagnostic,
    file: workspacePathOf(context, path) ?? "",
  }));
  const silentFailure = output.exitCode !== 0 && !findings.some(({ severity }) => severity === "error");
  return {
    evidence:
      ownFiles.length > 0
        ? {
            files: ownFiles.length,
            exitCode: output.exitCode,
            summary: `${ownFiles.length} files of ${project}, ${findings.length} errors`,
            source: "tool",
          }
        : undefined,
    findings,
    problems: silentFailure ? [...problems, `tsc: exit code ${output.exitCode}, but no error could be read`] : problems,
    filesLookedAt: ownFiles,
  };
}
