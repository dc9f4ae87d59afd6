import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import type { CheckContext, RepositoryFacts } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { functionReport } from "../../reading/function-report.ts";
import { ShownFunctions } from "../../reading/function-settings.ts";
import { argumentBatches, workspacePathOf } from "../../reading/report-path.ts";
import { toolFailure } from "../../reading/tool-failure.ts";
import { type LizardReport, parseLizard } from "./parse.ts";

const Settings = z.strictObject({
  show: ShownFunctions,
  modified: z.boolean().default(false).describe("Count a switch with all its cases as one."),
});
type Settings = z.infer<typeof Settings>;

/** Complexity and length of functions in the languages that Lizard reads, but JavaScript and TypeScript, which `complexity` reads exactly. */
export const lizardChecker = defineChecker<Settings>({
  id: "lizard",
  title: "Lizard: complexity and length of functions in many languages",
  stage: "static",
  feeds: ["complexity", "function_length"],
  patterns: [
    "**/*.{py,c,cc,cpp,cxx,h,hh,hpp,hxx,java,cs,m,mm,go,rs,rb,php,swift,scala,kt,kts,lua,sol,zig,erl,f90,f95,pl,r,R}",
  ],
  configFiles: ["**/whitelizard.txt"],
  handles: "files",
  inputs: "scope",
  cacheable: true,
  exclusive: false,
  settings: Settings,
  install: "pip install lizard",
  locate: (find) => find.python("lizard"),
  version: { args: ["--version"], pattern: /(\d+\.\d+\.\d+)/ },
  proposedOnce: true,
  detect,
  check,
});

async function detect({ files }: RepositoryFacts): Promise<Readonly<Record<string, unknown>> | undefined> {
  return files.some((file) => /\.(?:py|c|cc|cpp|cxx|hpp|java|cs|go|rs|rb|php|swift|scala|kt|sol)$/.test(file))
    ? {}
    : undefined;
}

async function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  const reports: LizardReport[] = [];
  for (const batch of argumentBatches(context)) reports.push(await runLizard(context, batch));
  const place = (file: string) => workspacePathOf(context, file) ?? "";
  const looked = new Set(reports.flatMap(({ files }) => files.map(place)));
  const functions = reports.flatMap((report) => report.functions.map((each) => ({ ...each, file: place(each.file) })));
  const missed = context.files.filter((file) => !looked.has(file));
  const passedOver =
    missed.length === 0 || reports.some(({ problems }) => problems.length > 0)
      ? []
      : [
          `lizard: passed over ${missed.length} of ${context.files.length} files, such as ${missed[0]}; exclude what it cannot read`,
        ];
  const problems = [...reports.flatMap((report) => report.problems), ...passedOver];
  const files = context.files.filter((file) => looked.has(file));
  return {
    evidence:
      files.length > 0 && problems.length === 0
        ? {
            files: files.length,
            exitCode: 0,
            summary: `${functions.length} functions in ${files.length} files`,
            source: "tool",
          }
        : undefined,
    ...functionReport(files, functions, context.settings.show),
    problems,
    filesLookedAt: files,
  };
}

async function runLizard(context: CheckContext<Settings>, batch: readonly string[]): Promise<LizardReport> {
  // A negative number of accepted warnings makes Lizard's own limits have no say in its exit code.
  const options = ["-i", "-1", "--no-gitignore", ...(context.settings.modified ? ["-m"] : [])];
  const output = await context.run([...context.tool, ...options, ...context.options.args, ...batch], {
    env: { PYTHONIOENCODING: "utf-8" },
  });
  if (output.exitCode !== 0) throw toolFailure("lizard", output, context);
  return parseLizard(output.stdout);
}
