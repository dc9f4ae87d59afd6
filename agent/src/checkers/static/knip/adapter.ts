import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import type { CheckContext, RepositoryFacts } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { workspacePathOf } from "../../reading/report-path.ts";
import { expectedExit } from "../../reading/tool-failure.ts";
import { NOTES_REPORTER, parseKnip } from "./parse.ts";

const Settings = z.strictObject({
  config: z.string().optional().describe("Knip's configuration file, relative to cwd. Default: the one it finds."),
  production: z.boolean().default(false).describe("Only what is shipped: no tests, no development dependencies."),
  include: z.array(z.string().min(1)).default([]).describe("Only these kinds of issues, such as files or exports."),
  exclude: z.array(z.string().min(1)).default([]).describe("Kinds of issues to leave out."),
});
type Settings = z.infer<typeof Settings>;

/**
 * Knip: unused files, exports and dependencies of a whole project. Exit code 1 means issues, 2 that it could not go on. Its
 * hints about its own configuration are shown and do not count.
 */
export const knipChecker = defineChecker<Settings>({
  id: "knip",
  title: "Knip: unused files, exports and dependencies",
  stage: "static",
  feeds: ["dead_code"],
  patterns: ["**/*.{js,mjs,cjs,jsx,ts,mts,cts,tsx,vue,svelte,astro,mdx,json}"],
  configFiles: ["**/{.,}knip.json{,c}", "**/knip.{js,ts}", "**/knip.config.*", "**/package.json", "**/tsconfig*.json"],
  handles: "project",
  cacheable: true,
  exclusive: false,
  settings: Settings,
  install: "npm install --save-dev knip typescript @types/node",
  locate: (find) => find.npm("knip"),
  version: { args: ["--version"], pattern: /(\d+\.\d+\.\d+\S*)/ },
  proposedOnce: true,
  detect: async ({ files, readText }: RepositoryFacts) => {
    const configured = files.some((file) => /^(\.?knip\.jsonc?|knip(\.config)?\.[jt]s)$/.test(file));
    return configured || /"knip"\s*:/.test((await readText("package.json")) ?? "") ? {} : undefined;
  },
  check,
});

function settingArguments({ config, production, include, exclude }: Settings): readonly string[] {
  return [
    ...(config === undefined ? [] : ["--config", config]),
    ...(production ? ["--production"] : []),
    ...(include.length === 0 ? [] : ["--include", include.join(",")]),
    ...(exclude.length === 0 ? [] : ["--exclude", exclude.join(",")]),
  ];
}

async function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  const options = ["--reporter", "json", "--reporter", NOTES_REPORTER, "--no-progress"];
  const output = await context.run([
    ...context.tool,
    ...options,
    ...settingArguments(context.settings),
    ...context.options.args,
  ]);
  const exitCode = expectedExit(
    output,
    { tool: "knip", exitCodes: [0, 1], reported: output.stdout.trim() !== "" },
    context,
  );
  const { findings, files, problems } = parseKnip(output.stdout);
  const issues = findings.filter(({ severity }) => severity !== "info").length;
  const unexplained =
    exitCode === 1 && issues === 0 && problems.length === 0 ? ["knip: exit code 1, but no issue could be read"] : [];
  return {
    // A project of which it went through no file was not looked at, whatever it says.
    evidence:
      files !== undefined && files > 0
        ? { files, exitCode, summary: `${files} files, ${issues} issues`, source: "tool" }
        : undefined,
    findings: findings.map(({ path, ...finding }) => ({
      ...finding,
      // Issues of kinds that the project's rules only warn about leave the exit code at 0.
      severity: exitCode === 0 && finding.severity === "error" ? "warning" : finding.severity,
      file: path === "" ? "" : (workspacePathOf(context, path) ?? ""),
    })),
    problems: [...problems, ...unexplained],
  };
}
