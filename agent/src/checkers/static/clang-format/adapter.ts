import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import type { CheckContext, RepositoryFacts } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { formattedByInput, formattingFindings } from "../../reading/formatting-findings.ts";
import { overBatches } from "../../reading/over-batches.ts";
import { asArgument, workspacePathOf } from "../../reading/report-path.ts";
import { expectedExit, toolFailure } from "../../reading/tool-failure.ts";
import { isConfigurationFailure, parseClangFormat } from "./parse.ts";

const Settings = z.strictObject({});
type Settings = z.infer<typeof Settings>;

/** clang-format. It exits with 1 for an unformatted file, a missing file and a broken configuration alike. */
export const clangFormatChecker = defineChecker<Settings>({
  id: "clang-format",
  title: "clang-format: C++ formatting",
  stage: "static",
  feeds: ["code_style"],
  patterns: ["**/*.{c,cc,cpp,cxx,h,hh,hpp,hxx,inc}"],
  configFiles: ["**/.clang-format", "**/_clang-format", "**/.clang-format-ignore"],
  handles: "files",
  inputs: "scope",
  cacheable: true,
  exclusive: false,
  settings: Settings,
  install: "pip install clang-format",
  locate: (find) => find.python("clang-format"),
  version: { args: ["--version"], pattern: /version (\d+\.\d+\.\d+)/ },
  detect: async ({ files }: RepositoryFacts) =>
    files.some((file) => /(^|\/)[._]clang-format$/.test(file)) ? {} : undefined,
  check,
});

function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  return overBatches(context, (batch) => format(context, batch));
}

async function format(context: CheckContext<Settings>, batch: readonly string[]): Promise<CheckOutput> {
  const output = await context.run([
    ...context.tool,
    "--verbose",
    "--dry-run",
    "-Werror",
    ...context.options.args,
    ...batch,
  ]);
  const reported = !isConfigurationFailure(output.stderr);
  const exitCode = expectedExit(output, { tool: "clang-format", exitCodes: [0, 1], reported }, context);
  const report = parseClangFormat(output.stderr);
  const explained = exitCode === 0 || report.unformatted.length > 0 || report.problems.length > 0;
  if (!explained) throw toolFailure("clang-format", output, context);
  const findings = await formattingFindings(context, {
    tool: "clang-format",
    files: report.unformatted.flatMap((path) => workspacePathOf(context, path) ?? []),
    formatted: (file, text) => formattedBy(context, { file, text }),
  });
  return {
    evidence:
      report.files > 0
        ? {
            files: report.files,
            exitCode,
            summary: `${report.files} files, ${report.unformatted.length} not formatted`,
            source: "tool",
          }
        : undefined,
    findings,
    problems:
      report.files < batch.length
        ? [...report.problems, `clang-format: went through ${report.files} of ${batch.length} files`]
        : report.problems,
    filesLookedAt: report.files > 0 ? context.files : undefined,
  };
}

function formattedBy(
  context: CheckContext<Settings>,
  { file, text }: { readonly file: string; readonly text: string },
): Promise<string | undefined> {
  const argv = [...context.tool, ...context.options.args, `--assume-filename=${asArgument(context, file)}`];
  return formattedByInput(context, argv, { stdin: text });
}
