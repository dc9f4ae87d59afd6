import { join } from "node:path";
import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import type { ReportedFinding } from "../../../core/finding.ts";
import type { TestInputs } from "../../../core/impact.ts";
import { countTests } from "../../../core/test-result.ts";
import { isTrigateError } from "../../../errors/trigate-error.ts";
import { toWorkspacePath, writeAtomically } from "../../../platform/files.ts";
import type { CheckContext, RepositoryFacts, ToolOutput } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import type { ReportText } from "../../reading/fresh-reports.ts";
import { countsInWords } from "../../reading/junit-tests.ts";
import { ownCoverage } from "../../reading/placed-coverage.ts";
import { plainText } from "../../reading/plain-text.ts";
import { workspacePathOf } from "../../reading/report-path.ts";
import { reportPath, runOrTake } from "../../reading/run-or-take.ts";
import { readSources } from "../../reading/source-texts.ts";
import { toolFailure } from "../../reading/tool-failure.ts";
import { MODULE_GRAPH } from "./module-graph.ts";
import { type JestReport, parseJestJson } from "./parse.ts";
import { readModuleGraph } from "./test-inputs.ts";

const Settings = z.strictObject({
  config: z.string().optional().describe("Jest's configuration file, relative to cwd. Default: the one it finds."),
  projects: z.array(z.string().min(1)).default([]).describe("Names of Jest's projects to run. Default: all of them."),
});
type Settings = z.infer<typeof Settings>;

/**
 * Jest. Exit code 1 means failed tests, no tests, a missed coverage threshold and errors outside of tests alike; its JSON
 * report tells them apart. A snapshot that is not there yet is not written but fails (`--ci`), and a test marked `only` fails
 * the check, since it hides the others of its file.
 */
export const jestChecker = defineChecker<Settings>({
  id: "jest",
  title: "Jest: tests",
  stage: "test",
  feeds: ["unit_pass", "integration_pass", "e2e_pass", "unit_coverage", "patch_coverage"],
  patterns: ["**/*.{js,mjs,cjs,jsx,ts,mts,cts,tsx,json,snap,vue,svelte}"],
  configFiles: [
    "**/jest.config.*",
    "**/babel.config.*",
    "**/.babelrc*",
    "**/.swcrc",
    "**/tsconfig*.json",
    "**/package.json",
    "package-lock.json",
  ],
  handles: "project",
  selectsTests: "files",
  cacheable: true,
  exclusive: false,
  settings: Settings,
  install: "npm install --save-dev jest",
  locate: (find) => find.npm("jest"),
  version: { args: ["--version"], pattern: /^(\d+\.\d+\.\d+\S*)/m },
  detect: async ({ files, readText }: RepositoryFacts) => {
    const configured = files.some((file) => /^jest\.config\.([cm]?[jt]s|json)$/.test(file));
    const manifest = (await readText("package.json")) ?? "";
    // A project that has moved on to Vitest often keeps Jest's packages for a while.
    const isUsed = configured || (/"jest"\s*:/.test(manifest) && !/"vitest"\s*:/.test(manifest));
    return isUsed ? { suite: "unit", coverage: "coverage/lcov.info" } : undefined;
  },
  check,
});

async function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  const { coverage: coveragePath } = context.options;
  const ownReport = join(context.scratch, "jest.json");
  const ran = await runJest(context, ownReport);
  const text = (await context.readText(reportPath(context, ownReport))) ?? reportOfNothing(ran);
  if (text === undefined || (ran.ended && ran.output.exitCode !== 0 && ran.output.exitCode !== 1)) {
    if (!ran.ended) throw ran.error;
    throw toolFailure("jest", ran.output, context);
  }
  const report = parseJestJson(text, (path) => workspacePathOf(context, path));
  const counts = countTests(report.tests);
  const read = await ownCoverage(context, report.tests.length === 0 ? undefined : coveragePath, () =>
    coverageReport(context),
  );
  return {
    evidence:
      report.problems.length === 0
        ? {
            files: report.files,
            exitCode: ran.ended ? ran.output.exitCode : undefined,
            summary: `${report.files} files: ${countsInWords(counts)}`,
            source: "tool",
          }
        : undefined,
    findings: [...(await focusFindings(context, report)), ...report.obsolete],
    tests: report.tests,
    coverage: read.coverage,
    ...(context.notesInputs === true ? { testInputs: await testInputs(context, report) } : {}),
    problems: [...report.problems, ...read.problems, ...endingProblems(ran, { failed: counts.failed, report })],
  };
}

type Ran = { readonly ended: true; readonly output: ToolOutput } | { readonly ended: false; readonly error: unknown };

/** Jest that finds no test may end before it has written its report. */
function reportOfNothing(ran: Ran): string | undefined {
  return ran.ended && ran.output.exitCode === 1 && ran.output.stderr.includes("No tests found")
    ? JSON.stringify({ numTotalTests: 0, testResults: [] })
    : undefined;
}

/** Runs Jest. One that wrote its report and then went on living until its time was over has something to tell. */
async function runJest(context: CheckContext<Settings>, report: string): Promise<Ran> {
  const { root, selectedTests, settings } = context;
  const { config, projects } = settings;
  const argv = [
    ...context.tool,
    "--ci",
    "--json",
    `--outputFile=${report}`,
    "--testLocationInResults",
    "--colors=false",
    ...(context.options.coverage === undefined ? [] : coverageArguments(context)),
    ...(config === undefined ? [] : [`--config=${config}`]),
    ...(projects.length === 0 ? [] : ["--selectProjects", ...projects]),
    ...context.options.args,
    ...(selectedTests === undefined ? [] : ["--runTestsByPath", ...selectedTests.map((file) => join(root, file))]),
  ];
  try {
    return { ended: true, output: await runOrTake(context, argv) };
  } catch (error) {
    if (!isTrigateError(error, "checker/timed-out")) throw error;
    return { ended: false, error };
  }
}

/**
 * What each test file loads, by Jest's own resolver after the run. Coverage of each test file would need a reporter, and one
 * on the command line takes the place of those that the project has.
 */
async function testInputs(context: CheckContext<Settings>, { tests }: JestReport): Promise<TestInputs | undefined> {
  const { root, tool, options, settings, scratch, readText } = context;
  const [node, script] = tool;
  // Where Jest itself lies behind somebody's own command, nobody knows.
  if (options.command !== undefined || node === undefined || script === undefined) return undefined;
  const program = join(scratch, "module-graph.cjs");
  await writeAtomically(program, MODULE_GRAPH);
  const { config, projects } = settings;
  const line = { $0: "jest", _: [], ...(config === undefined ? {} : { config }), selectProjects: projects };
  const files = [...new Set(tests.map(({ file }) => file))]
    .filter((file) => file !== "")
    .map((file) => join(root, file));
  try {
    const { stdout } = await context.run([node, program, script, JSON.stringify(line), JSON.stringify(files)]);
    const placed = (path: string) => toWorkspacePath(root, path);
    return await readModuleGraph(stdout, { placed, textOf: (path) => readText(join(root, path)) });
  } catch (error) {
    if (isTrigateError(error, "checker/timed-out") || isTrigateError(error, "platform/spawn-failed")) return undefined;
    throw error;
  }
}

function endingProblems(
  ran: Ran,
  { failed, report }: { readonly failed: number; readonly report: JestReport },
): readonly string[] {
  if (!ran.ended)
    return [
      "jest: its tests ended, but it did not: something that they opened (a timer, a server, a connection) keeps it alive; jest --detectOpenHandles names it",
    ];
  // Coverage thresholds of Jest's own, and errors after a test's end, end it with 1 although every test passed.
  if (ran.output.exitCode === 0 || failed > 0 || report.tests.length === 0) return [];
  return [
    `jest: every test passed, but it ended with exit code ${ran.output.exitCode}: ${plainText(ran.output.stderr.slice(-4_000)).slice(-600)}`,
  ];
}

const coverageFolder = ({ scratch }: Pick<CheckContext, "scratch">) => join(scratch, "coverage");

/** Only LCOV is read, and Jest is never given a folder of the workspace to write into. */
function coverageArguments(context: Pick<CheckContext, "scratch">): readonly string[] {
  return ["--coverage", "--coverageReporters=lcovonly", `--coverageDirectory=${coverageFolder(context)}`];
}

async function coverageReport(context: CheckContext<Settings>): Promise<ReportText> {
  const text = await context.readText(join(coverageFolder(context), "lcov.info"));
  return text === undefined
    ? { ok: false, problem: "Jest left no report; do its tests load any source?" }
    : { ok: true, text };
}

const FOCUS = /\b(?:test|it|describe)\.only\b|\b(?:fit|fdescribe)\s*\(/;

/** Jest names the file; the mark itself is looked for in it. */
async function focusFindings(
  context: CheckContext<Settings>,
  { focused }: JestReport,
): Promise<readonly ReportedFinding[]> {
  const sources = await readSources(
    context,
    focused.filter((file) => file !== ""),
  );
  return focused.map((file) => {
    const lines = sources.get(file)?.text.split("\n") ?? [];
    const index = lines.findIndex((line) => FOCUS.test(line));
    const column = (FOCUS.exec(lines[index] ?? "")?.index ?? 0) + 1;
    return {
      rule: "focused-test",
      severity: "error",
      message: "a test is marked `only`, so every other one of this file is left out",
      file,
      range: index === -1 ? undefined : { start: { line: index + 1, column } },
    };
  });
}
