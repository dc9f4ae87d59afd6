import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import type { ReportedFinding } from "../../../core/finding.ts";
import type { CheckContext, RepositoryFacts } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { workspacePathOf } from "../../reading/report-path.ts";
import { expectedExit } from "../../reading/tool-failure.ts";
import { parseTypeCoverage, type TypeCoverageReport } from "./parse.ts";

const Settings = z.strictObject({
  project: z.string().default("tsconfig.json").describe("The tsconfig file or its folder, relative to cwd."),
  strict: z
    .boolean()
    .default(false)
    .describe("Also counts `any` inside of other types, type assertions, `Object`, `{}` and non-null assertions."),
});
type Settings = z.infer<typeof Settings>;

/** A project full of `any` has one place for each identifier; nobody reads more than these. */
const MOST_PLACES = 500;

/**
 * Type coverage of a TypeScript project: the share of its identifiers (variables, parameters, properties and each use of
 * them, in files of the project and not of its packages) whose type is anything else than `any`, in percent. The places of
 * the others are shown and do not count as findings; the limit stands in the gate `type_coverage`.
 */
export const typeCoverageChecker = defineChecker<Settings>({
  id: "type-coverage",
  title: "type-coverage: TypeScript",
  stage: "static",
  feeds: ["type_coverage"],
  patterns: ["**/*.{ts,mts,cts,tsx,js,mjs,cjs,jsx}"],
  configFiles: ["**/tsconfig*.json", "**/package.json", "package-lock.json"],
  handles: "project",
  cacheable: true,
  exclusive: false,
  settings: Settings,
  install: "npm install --save-dev type-coverage typescript",
  locate: (find) => find.npm("type-coverage"),
  version: { args: ["--version"], pattern: /Version: (\S+)/ },
  detect: async ({ readText }: RepositoryFacts) =>
    /"(type-coverage|typeCoverage)"\s*:/.test((await readText("package.json")) ?? "") ? {} : undefined,
  check,
});

async function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  const { project, strict } = context.settings;
  const output = await context.run([
    ...context.tool,
    "--json-output",
    "--detail",
    "--project",
    project,
    ...(strict ? ["--strict"] : []),
    ...context.options.args,
  ]);
  // Exit code 1 means a limit of its own that was missed as well as a project that is not there; the report tells which.
  const reported = output.stdout.trimStart().startsWith("{");
  const exitCode = expectedExit(output, { tool: "type-coverage", exitCodes: [0, 1], reported }, context);
  const report = parseTypeCoverage(output.stdout);
  const { counts, problems, ownLimitMissed } = report;
  const unexplained =
    exitCode === 1 && problems.length === 0 && !ownLimitMissed ? ["type-coverage: exit code 1 without a reason"] : [];
  if (counts === undefined) return { evidence: undefined, findings: [], problems };
  return {
    evidence: {
      exitCode,
      summary: `${counts.typed} of ${counts.all} identifiers of ${project} have a type`,
      source: "tool",
    },
    findings: findingsOf(report, (path) => workspacePathOf(context, path)),
    measurements: [
      {
        benchmark: project,
        metric: "type_coverage",
        unit: "percent",
        better: "higher",
        summary: { value: (counts.typed / counts.all) * 100 },
      },
    ],
    problems: unexplained,
  };
}

function findingsOf(
  { places, ownLimitMissed }: TypeCoverageReport,
  placed: (path: string) => string | undefined,
): readonly ReportedFinding[] {
  const anyPlaces = places.slice(0, MOST_PLACES).map(({ path, name, line, column }): ReportedFinding => {
    const end = { line, column: column + name.length };
    const range = name === "" ? { start: { line, column } } : { start: { line, column }, end };
    return { rule: "any", severity: "info", message: `${name} has the type any`, file: placed(path) ?? "", range };
  });
  if (!ownLimitMissed) return anyPlaces;
  const message = 'type-coverage misses the limit that "typeCoverage" in package.json or its arguments set';
  return [{ rule: "at-least", severity: "error", message, file: "" }, ...anyPlaces];
}
