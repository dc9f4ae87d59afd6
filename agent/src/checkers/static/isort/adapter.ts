import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import type { CheckContext } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { formattedByInput, formattingFindings } from "../../reading/formatting-findings.ts";
import { overBatches } from "../../reading/over-batches.ts";
import { usesPythonTool } from "../../reading/python-project.ts";
import { asArgument, workspacePathOf } from "../../reading/report-path.ts";
import { toolFailure } from "../../reading/tool-failure.ts";
import { applyDiff, parseUnifiedDiff } from "../../reading/unified-diff.ts";
import { MARK, parseIsort } from "./parse.ts";

const Settings = z.strictObject({
  config: z
    .string()
    .default(".")
    .describe("isort's configuration file or the folder to look for it in, relative to cwd."),
});
type Settings = z.infer<typeof Settings>;

/** isort: Python files whose imports it would order differently. */
export const isortChecker = defineChecker<Settings>({
  id: "isort",
  title: "isort: Python imports",
  stage: "static",
  feeds: ["code_style"],
  patterns: ["**/*.{py,pyi}"],
  // What counts as a module of one's own depends on the other files of the repository, so all of them are inputs.
  configFiles: ["**/.isort.cfg", "**/pyproject.toml", "**/setup.cfg", "**/tox.ini", "**/.editorconfig"],
  handles: "files",
  cacheable: true,
  exclusive: false,
  settings: Settings,
  install: "pip install isort",
  locate: (find) => find.python("isort"),
  version: { args: ["--version"], pattern: /VERSION (\d\S*)/ },
  detect: async (repository) =>
    (await usesPythonTool(repository, { name: "isort", configFiles: [".isort.cfg"] })) ? {} : undefined,
  check,
});

function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  return overBatches(context, (batch) => judge(context, batch));
}

const ENVIRONMENT = { PYTHONUTF8: "1" };

/** Without the path, isort would take the configuration that is nearest to the first file for all of them. */
const configArguments = ({ config }: Settings): readonly string[] => ["--settings-path", config];

async function judge(context: CheckContext<Settings>, batch: readonly string[]): Promise<CheckOutput> {
  const options = [
    "--check-only",
    // The diffs are what fixes are made of: a start of isort for each file would take many times as long.
    "--diff",
    "--verbose",
    // Without it, isort also judges handed-over files that its configuration leaves out.
    "--filter-files",
    `--format-success=${MARK}{message}`,
    `--format-error=${MARK}{message}`,
    ...configArguments(context.settings),
    ...context.options.args,
  ];
  const output = await context.run([...context.tool, ...options, ...batch], { env: ENVIRONMENT });
  const { unsorted, sorted, skipped, problems } = parseIsort(output);
  const { exitCode } = output;
  const explained = exitCode === 0 || (exitCode === 1 && (unsorted.length > 0 || problems.length > 0));
  if (!explained) throw toolFailure("isort", output, context);
  const diffs = new Map(
    parseUnifiedDiff(output.stdout).map((diff) => [workspacePathOf(context, diff.path.replace(/:before$/, "")), diff]),
  );
  const findings = await formattingFindings(context, {
    tool: "isort",
    files: unsorted.flatMap((path) => workspacePathOf(context, path) ?? []),
    formatted: async (file, text) => {
      const diff = diffs.get(file);
      return (diff && applyDiff(text, diff)) ?? formattedBy(context, { file, text });
    },
  });
  const seen = [...sorted, ...unsorted];
  const words = `${seen.length} files, ${unsorted.length} with imports to order`;
  return {
    evidence:
      seen.length === 0
        ? undefined
        : {
            files: seen.length,
            exitCode,
            summary: skipped === 0 ? words : `${words}, ${skipped} skipped`,
            source: "tool",
          },
    findings,
    problems: [...problems, ...silence(batch.length, seen.length + skipped + problems.length)].map(
      (problem) => `isort: ${problem}`,
    ),
    filesLookedAt: seen.flatMap((path) => workspacePathOf(context, path) ?? []),
  };
}

function silence(handed: number, named: number): readonly string[] {
  if (named >= handed) return [];
  return [
    `it was handed ${handed} files and tells of ${named}; take "only_modified" and "quiet" out of its configuration`,
  ];
}

/** Lines that `verbose` of a configuration mixes into the text. */
const NOISE = /^(?:else-type |from-type )?place_module for /m;

/** The file as isort would write it. It is handed the text, so nothing on the disk is touched. */
async function formattedBy(
  context: CheckContext<Settings>,
  { file, text }: { readonly file: string; readonly text: string },
): Promise<string | undefined> {
  const options = [`--filename=${asArgument(context, file)}`, ...configArguments(context.settings)];
  const argv = [...context.tool, ...options, ...context.options.args, "-"];
  const formatted = await formattedByInput(context, argv, { stdin: text, env: ENVIRONMENT });
  return formatted && !NOISE.test(formatted) ? formatted : undefined;
}
