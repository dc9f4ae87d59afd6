import { join } from "node:path";
import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import type { CheckContext } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { overBatches } from "../../reading/over-batches.ts";
import { placeEntries } from "../../reading/placed-entries.ts";
import { usesPythonTool } from "../../reading/python-project.ts";
import { expectedExit } from "../../reading/tool-failure.ts";
import { FORMAT, flake8Finding, isReadFailure, parseCount, parseFlake8 } from "./parse.ts";

const Settings = z.strictObject({
  config: z
    .string()
    .optional()
    .describe("flake8's configuration file, relative to cwd. Default: setup.cfg, tox.ini or .flake8 there or above."),
});
type Settings = z.infer<typeof Settings>;

/**
 * flake8 with whatever plugins are installed beside it. Exit code 0 and 1 both mean that it came to its end. Its plugins
 * may read anything, so every file counts as an input.
 */
export const flake8Checker = defineChecker<Settings>({
  id: "flake8",
  title: "flake8: Python",
  stage: "static",
  feeds: ["code_style"],
  patterns: ["**/*.py"],
  configFiles: ["**/.flake8", "**/setup.cfg", "**/tox.ini"],
  handles: "files",
  cacheable: true,
  exclusive: false,
  settings: Settings,
  install: "pip install flake8",
  locate: (find) => find.python("flake8"),
  version: { args: ["--version"], pattern: /^(\d\S*)/m },
  detect: async (repository) =>
    (await usesPythonTool(repository, { name: "flake8", configFiles: [".flake8"] })) ? {} : undefined,
  check,
});

function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  return overBatches(context, (batch, index) =>
    judge(context, { batch, report: join(context.scratch, `flake8-${index}.txt`) }),
  );
}

async function judge(
  context: CheckContext<Settings>,
  { batch, report }: { readonly batch: readonly string[]; readonly report: string },
): Promise<CheckOutput> {
  const { config } = context.settings;
  const options = [
    `--format=${FORMAT}`,
    // Over what a configuration says: its `output-file` would lie in the repository and grow with each run.
    `--output-file=${report}`,
    "--no-show-source",
    "--count",
    // The only place where flake8 says how many files it looked at.
    "--benchmark",
    ...(config === undefined ? [] : [`--config=${config}`]),
    ...context.options.args,
  ];
  const output = await context.run([...context.tool, ...options, ...batch], { env: { PYTHONUTF8: "1" } });
  const { violations, files } = parseFlake8((await context.readText(report)) ?? "");
  const exitCode = expectedExit(output, { tool: "flake8", exitCodes: [0, 1], reported: files !== undefined }, context);
  const counted = parseCount(`${output.stdout}\n${output.stderr}`) ?? 0;
  const faults = violations.filter((violation) => !isReadFailure(violation));
  const placed = await placeEntries(context, faults, ({ path }) => path);
  return {
    evidence:
      files === 0
        ? undefined
        : {
            files,
            exitCode,
            summary: `${files} files, ${placed.length} findings`,
            source: "tool",
          },
    findings: placed.map(({ entry, file, source }) => flake8Finding(entry, file, source)),
    problems: [
      ...violations.filter(isReadFailure).map(({ path, text }) => `flake8: ${path}: ${text}`),
      ...disagreement({ counted, read: violations.length, exitCode }),
    ],
    filesLookedAt: files === 0 ? [] : context.files,
  };
}

function disagreement({
  counted,
  read,
  exitCode,
}: {
  readonly counted: number;
  readonly read: number;
  readonly exitCode: number;
}): readonly string[] {
  if (counted !== read)
    return [`flake8: it counts ${counted} findings and prints ${read}; take "quiet" out of its configuration`];
  return exitCode === 1 && read === 0 ? ["flake8: exit code 1, but no finding could be read"] : [];
}
