import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import type { CheckContext, RepositoryFacts } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { overBatches } from "../../reading/over-batches.ts";
import { placeEntries } from "../../reading/placed-entries.ts";
import { usesPythonTool } from "../../reading/python-project.ts";
import { workspacePathOf } from "../../reading/report-path.ts";
import { expectedExit } from "../../reading/tool-failure.ts";
import { banditFinding, GRADES, parseBandit } from "./parse.ts";

const Settings = z.strictObject({
  config: z
    .string()
    .optional()
    .describe("Bandit's configuration, relative to cwd, such as pyproject.toml; it looks for none by itself."),
  ini: z.string().optional().describe("A .bandit file with command line options, relative to cwd."),
  minimumSeverity: z.enum(GRADES).default("low").describe("What is below is shown but not counted."),
  minimumConfidence: z.enum(GRADES).default("low").describe("What is below is shown but not counted."),
});
type Settings = z.infer<typeof Settings>;

/** Bandit: security of Python code. Exit code 0 and 1 mean that it came to its end, 2 that it could not begin. */
export const banditChecker = defineChecker<Settings>({
  id: "bandit",
  title: "Bandit: security of Python",
  stage: "static",
  feeds: ["security_issues"],
  patterns: ["**/*.py"],
  configFiles: ["**/.bandit", "**/bandit.yaml", "**/bandit.yml", "**/bandit.toml", "**/pyproject.toml"],
  handles: "files",
  cacheable: true,
  exclusive: false,
  settings: Settings,
  install: 'pip install "bandit[toml]"',
  locate: (find) => find.python("bandit"),
  version: { args: ["--version"], pattern: /bandit (\d\S*)/ },
  detect,
  check,
});

async function detect(repository: RepositoryFacts): Promise<Readonly<Record<string, unknown>> | undefined> {
  const { files, readText } = repository;
  if (!(await usesPythonTool(repository, { name: "bandit", configFiles: [".bandit"] }))) return undefined;
  const inPyproject = /^\[tool\.bandit\b/m.test((await readText("pyproject.toml")) ?? "");
  const config = inPyproject
    ? "pyproject.toml"
    : ["bandit.yaml", "bandit.yml", "bandit.toml"].find((name) => files.includes(name));
  return {
    ...(config === undefined ? {} : { config }),
    ...(files.includes(".bandit") ? { ini: ".bandit" } : {}),
  };
}

function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  return overBatches(context, (batch) => judge(context, batch));
}

async function judge(context: CheckContext<Settings>, batch: readonly string[]): Promise<CheckOutput> {
  const { config, ini } = context.settings;
  const options = [
    "--quiet",
    "--format=json",
    ...(config === undefined ? [] : [`--configfile=${config}`]),
    ...(ini === undefined ? [] : [`--ini=${ini}`]),
    ...context.options.args,
  ];
  const output = await context.run([...context.tool, ...options, ...batch], { env: { PYTHONUTF8: "1" } });
  const reported = output.stdout.trim() !== "";
  const exitCode = expectedExit(output, { tool: "bandit", exitCodes: [0, 1], reported }, context);
  const read = parseBandit(output.stdout);
  if (!read.ok) return { evidence: undefined, findings: [], problems: [`bandit: ${read.problem}`] };
  const { results, files, silenced, unreadable } = read.value;
  const placed = await placeEntries(context, results, ({ filename }) => filename);
  const words = `${files.length} files, ${results.length} findings`;
  return {
    evidence:
      files.length === 0
        ? undefined
        : {
            files: files.length,
            exitCode,
            summary: silenced === 0 ? words : `${words}, ${silenced} kept out by # nosec`,
            source: "tool",
          },
    findings: placed.map(({ entry, file, source }) => banditFinding(entry, { file, source, policy: context.settings })),
    problems: [
      ...unreadable.map(({ path, reason }) => `bandit: ${path}: ${reason}`),
      ...(exitCode === 1 && results.length === 0 ? ["bandit: exit code 1, but no finding could be read"] : []),
    ],
    filesLookedAt: files.flatMap((path) => workspacePathOf(context, path) ?? []),
  };
}
