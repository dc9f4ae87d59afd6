import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import type { CheckContext, RepositoryFacts } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { overBatches } from "../../reading/over-batches.ts";
import { workspacePathOf } from "../../reading/report-path.ts";
import { expectedExit } from "../../reading/tool-failure.ts";
import { parseSolhintJson } from "./parse.ts";

const Settings = z.strictObject({
  config: z.string().optional().describe("Solhint's configuration file, relative to cwd. Default: .solhint.json."),
});
type Settings = z.infer<typeof Settings>;

/** Solhint. Exit code 0 also covers warnings, 1 means errors found, 255 a broken configuration or no file at all. */
export const solhintChecker = defineChecker<Settings>({
  id: "solhint",
  title: "Solhint: Solidity",
  stage: "static",
  feeds: ["code_style"],
  patterns: ["**/*.sol"],
  configFiles: ["**/.solhint.json", "**/.solhintignore", "**/solhint.config.js"],
  handles: "files",
  cacheable: true,
  exclusive: false,
  settings: Settings,
  install: "npm install --save-dev solhint",
  locate: (find) => find.npm("solhint"),
  version: { args: ["--version"], pattern: /(\d+\.\d+\.\d+\S*)/ },
  detect: async ({ files }: RepositoryFacts) => {
    const configured = files.find((file) => /(^|\/)\.solhint\.json$/.test(file));
    if (configured === undefined) return undefined;
    const folder = configured.slice(0, Math.max(0, configured.length - "/.solhint.json".length));
    return folder === "" ? {} : { cwd: folder };
  },
  check,
});

function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  return overBatches(context, (batch) => lint(context, batch));
}

async function lint(context: CheckContext<Settings>, batch: readonly string[]): Promise<CheckOutput> {
  const { config } = context.settings;
  // --disc: it would ask the registry for newer versions of itself.
  const options = [
    "--formatter",
    "json",
    "--disc",
    "--noPoster",
    ...(config === undefined ? [] : ["--config", config]),
  ];
  const output = await context.run([...context.tool, ...options, ...context.options.args, ...batch]);
  const reported = output.stdout.trim() !== "";
  const exitCode = expectedExit(output, { tool: "solhint", exitCodes: [0, 1], reported }, context);
  const { complaints, conclusion, problems } = parseSolhintJson(output.stdout);
  const unexplained =
    exitCode === 1 && problems.length === 0 && complaints.length === 0 ? ["solhint: exit code 1, but no finding"] : [];
  return {
    evidence:
      problems.length === 0
        ? { files: batch.length, exitCode, summary: conclusion ?? `${batch.length} files, no problem`, source: "tool" }
        : undefined,
    findings: complaints.map(({ path, ...complaint }) => ({
      ...complaint,
      file: workspacePathOf(context, path) ?? "",
    })),
    problems: [...problems, ...unexplained],
    filesLookedAt: context.files,
  };
}
