import { join } from "node:path";
import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import { toolCacheFolder } from "../../../platform/tool-cache.ts";
import type { CheckContext, RepositoryFacts, ToolOutput } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { usesPythonTool } from "../../reading/python-project.ts";
import { workspacePathOf } from "../../reading/report-path.ts";
import { readSources } from "../../reading/source-texts.ts";
import { toolFailure } from "../../reading/tool-failure.ts";
import { mypyWarm } from "../../warm/mypy.ts";
import { CONFIG_FILES, OUTPUT_OPTIONS, targetsOf } from "./arguments.ts";
import { parseLinePrecision } from "./line-precision.ts";
import { type MypyReport, mypyFinding, parseComplaints, parseMypy } from "./parse.ts";

const Settings = z.strictObject({
  paths: z
    .array(z.string().min(1))
    .optional()
    .describe("What is checked, relative to cwd. Default: what mypy is configured for, else the whole folder."),
});
type Settings = z.infer<typeof Settings>;

const COMMON = {
  stage: "static",
  patterns: ["**/*.{py,pyi}"],
  configFiles: CONFIG_FILES.map((file) => `**/${file}`),
  handles: "project",
  cacheable: true,
  exclusive: false,
  settings: Settings,
  install: "pip install mypy",
  locate: (find) => find.python("mypy"),
  version: { args: ["--version"], pattern: /mypy (\d\S*)/ },
  detect,
} as const satisfies Partial<Parameters<typeof defineChecker<Settings>>[0]>;

/**
 * mypy's errors. Its own cache lies in the user's state folder for the workspace, never in the repository: with it a second
 * run takes a fraction of the first.
 */
export const mypyChecker = defineChecker<Settings>({
  ...COMMON,
  id: "mypy",
  title: "mypy: type errors of Python",
  feeds: ["type_errors"],
  check: async (context) => {
    const cacheFolder = toolCacheFolder(context.root, "mypy", [context.options.id, context.options.cwd]);
    const { output, report } = await runMypy(context, [`--cache-dir=${cacheFolder}`]);
    return errorsOf(context, output, report);
  },
  warm: mypyWarm,
});

/**
 * mypy's type coverage: the share of lines with code on which each expression has a precise type, without any `Any`, as
 * its line precision report counts them. Lines of functions without annotations, which mypy does not look into, count as
 * not covered. The report needs all modules analysed anew, which is why this is a check of its own and not part of `mypy`.
 */
export const mypyCoverageChecker = defineChecker<Settings>({
  ...COMMON,
  id: "mypy-coverage",
  title: "mypy: type coverage of Python",
  feeds: ["type_coverage"],
  check: async (context) => {
    const { output, report } = await runMypy(context, [
      `--cache-dir=${process.platform === "win32" ? "nul" : "/dev/null"}`,
      `--lineprecision-report=${context.scratch}`,
    ]);
    const text = await context.readText(join(context.scratch, "lineprecision.txt"));
    return coverageOf(context, { output, report, text });
  },
});

async function detect(repository: RepositoryFacts): Promise<Readonly<Record<string, unknown>> | undefined> {
  return (await usesPythonTool(repository, { name: "mypy", configFiles: ["mypy.ini", ".mypy.ini"] })) ? {} : undefined;
}

async function runMypy(
  context: CheckContext<Settings>,
  own: readonly string[],
): Promise<{ readonly output: ToolOutput; readonly report: MypyReport }> {
  const options = [
    ...OUTPUT_OPTIONS,
    ...own,
    ...context.options.args,
    ...(await targetsOf(context.settings.paths, context.readText)),
  ];
  const env = { PYTHONUTF8: "1", XDG_CONFIG_HOME: context.scratch };
  const output = await context.run([...context.tool, ...options], { env });
  const report = parseMypy(output.stdout);
  const { summary, diagnostics, crashed } = report;
  // A file that it was to check and that is not there it only names on standard error.
  const neverBegan = summary === undefined || (summary.files === undefined && diagnostics.length === 0);
  if (output.exitCode === undefined || output.exitCode > 2 || crashed || neverBegan)
    throw toolFailure("mypy", output, context);
  return { output, report };
}

async function errorsOf(
  context: CheckContext<Settings>,
  { exitCode, stderr }: ToolOutput,
  { diagnostics, summary, problems }: MypyReport,
): Promise<CheckOutput> {
  const placed = diagnostics.map((diagnostic) => ({
    diagnostic,
    file: workspacePathOf(context, diagnostic.path) ?? "",
  }));
  const sources = await readSources(
    context,
    placed.flatMap(({ file }) => (file === "" ? [] : [file])),
  );
  const complaints = parseComplaints(stderr);
  const prevented = summary?.files === undefined ? preventing(diagnostics) : [];
  return {
    evidence: {
      files: summary?.files,
      exitCode,
      summary:
        summary?.files === undefined
          ? "errors prevented further checking"
          : `${summary.files} files, ${summary.errors} errors`,
      source: "tool",
    },
    findings: [
      ...placed.map(({ diagnostic, file }) => mypyFinding(diagnostic, file, sources.get(file))),
      ...complaints.warnings.map((message) => ({ rule: "config", severity: "info" as const, message, file: "" })),
    ],
    problems: [...problems, ...complaints.problems, ...prevented].map((problem) => `mypy: ${problem}`),
    filesLookedAt: context.files,
  };
}

/** Errors that are about how mypy was started and not about a line of code: nobody knows what the code is like. */
function preventing(diagnostics: MypyReport["diagnostics"]): readonly string[] {
  return diagnostics
    .filter(({ line, severity }) => line === undefined && severity === "error")
    .map(({ path, message }) => `${path}: ${message} (or name what is to be checked with "paths")`);
}

function coverageOf(
  context: CheckContext<Settings>,
  {
    output,
    report,
    text,
  }: { readonly output: ToolOutput; readonly report: MypyReport; readonly text: string | undefined },
): CheckOutput {
  const nothing = (problem: string): CheckOutput => ({
    evidence: undefined,
    findings: [],
    problems: [`mypy-coverage: ${problem}`],
  });
  if (report.summary?.files === undefined)
    return nothing(`errors prevented further checking, such as ${report.diagnostics[0]?.message ?? "an unknown one"}`);
  const read = parseLinePrecision(text ?? "");
  if (!read.ok) return nothing(read.problem);
  const complaints = parseComplaints(output.stderr);
  const { modules, precise, counted } = read.value;
  if (counted === 0) return nothing(`there is no line of code in the ${modules} modules that mypy looked into`);
  const percent = (100 * precise) / counted;
  return {
    evidence: {
      files: report.summary.files,
      exitCode: output.exitCode,
      summary: `${precise} of ${counted} lines in ${modules} modules have precise types`,
      source: "tool",
    },
    findings: [],
    measurements: [
      {
        benchmark: "lines with precise types",
        metric: "type_coverage",
        unit: "percent",
        better: "higher",
        summary: { value: percent },
      },
    ],
    problems: complaints.problems.map((problem) => `mypy-coverage: ${problem}`),
    filesLookedAt: context.files,
  };
}
