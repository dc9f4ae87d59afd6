import { join } from "node:path";
import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import type { TestInputs } from "../../../core/impact.ts";
import { countTests } from "../../../core/test-result.ts";
import { toWorkspacePath, writeAtomically } from "../../../platform/files.ts";
import type { CheckContext, RepositoryFacts } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import type { ReportText } from "../../reading/fresh-reports.ts";
import { ownCoverage } from "../../reading/placed-coverage.ts";
import { plainText } from "../../reading/plain-text.ts";
import { workspacePathOf } from "../../reading/report-path.ts";
import { reportPath, runOrTake } from "../../reading/run-or-take.ts";
import { toolFailure } from "../../reading/tool-failure.ts";
import { moduleReporter } from "./module-reporter.ts";
import { parseVitestJson } from "./parse.ts";
import { readTestInputs } from "./test-inputs.ts";

const Settings = z.strictObject({
  config: z.string().optional().describe("Vitest's configuration file, relative to cwd. Default: the one it finds."),
  project: z
    .array(z.string().min(1))
    .default([])
    .describe("Names or patterns of Vitest's projects to run. Default: all of them."),
});
type Settings = z.infer<typeof Settings>;

/** Vitest. Exit code 1 means failed tests, no tests and errors outside of tests alike; its JSON report tells them apart. */
export const vitestChecker = defineChecker<Settings>({
  id: "vitest",
  title: "Vitest: tests",
  stage: "test",
  feeds: ["unit_pass", "integration_pass", "e2e_pass", "unit_coverage", "patch_coverage"],
  patterns: ["**/*.{js,mjs,cjs,jsx,ts,mts,cts,tsx,json,vue,svelte,snap}"],
  configFiles: [
    "**/vitest.config.*",
    "**/vitest.workspace.*",
    "**/vite.config.*",
    "**/tsconfig*.json",
    "**/package.json",
    "package-lock.json",
  ],
  handles: "project",
  selectsTests: "files",
  cacheable: true,
  exclusive: false,
  settings: Settings,
  install: "npm install --save-dev vitest @vitest/coverage-v8",
  locate: (find) => find.npm("vitest"),
  version: { args: ["--version"], pattern: /vitest\/(\S+)/ },
  detect,
  check,
});

const PROVIDERS = ["@vitest/coverage-v8", "@vitest/coverage-istanbul"];

async function detect(repository: RepositoryFacts): Promise<Readonly<Record<string, unknown>> | undefined> {
  const { files, readText, find } = repository;
  const manifest = (await readText("package.json")) ?? "";
  if (!/"vitest"\s*:/.test(manifest) && !files.some((file) => /^vitest\.(config|workspace)\.[cm]?[jt]s$/.test(file)))
    return undefined;
  // In a workspace the provider may stand in the root's manifest only, so what is installed counts where somebody may look.
  const installed = find && (await Promise.all(PROVIDERS.map((provider) => find("").npmFolder(provider))));
  const isMeasured =
    installed?.some((folder) => folder !== undefined) ?? /"@vitest\/coverage-(v8|istanbul)"\s*:/.test(manifest);
  return isMeasured ? { suite: "unit", coverage: "coverage/lcov.info" } : { suite: "unit" };
}

async function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  const { coverage: coveragePath } = context.options;
  const ownReport = join(context.scratch, "vitest.json");
  const modules = join(context.scratch, "modules.json");
  const reporter = join(context.scratch, "module-reporter.mjs");
  if (context.notesInputs === true) await writeAtomically(reporter, moduleReporter(modules));
  // The JSON reporter is silent about errors outside of tests; the other one prints them.
  const argv = [
    ...context.tool,
    "run",
    "--reporter=json",
    "--reporter=dot",
    ...(context.notesInputs === true ? [`--reporter=${reporter}`] : []),
    `--outputFile.json=${ownReport}`,
    "--includeTaskLocation",
    // Outside of CI Vitest lets a test marked `only` hide every other one; here the mark fails its file.
    "--allowOnly=false",
    ...(coveragePath === undefined ? [] : coverageArguments(coverageFolder(context))),
    ...settingArguments(context.settings),
    ...context.options.args,
    // Whole paths: a relative one would also pick every test file whose path it is a part of.
    ...(context.selectedTests ?? []).map((file) => join(context.root, file)),
  ];
  const output = await runOrTake(context, argv);
  const text = await context.readText(reportPath(context, ownReport));
  if (text === undefined || (output.exitCode !== 0 && output.exitCode !== 1))
    throw toolFailure("vitest", output, context);
  const report = parseVitestJson(text, (path) => workspacePathOf(context, path), output.stderr);
  const { passed, failed, skipped } = countTests(report.tests);
  const read = await ownCoverage(context, report.tests.length === 0 ? undefined : coveragePath, () =>
    coverageReport(context),
  );
  // Errors outside of tests and coverage thresholds of Vitest's own end it with 1 although every test passed.
  const unexplained =
    output.exitCode === 1 && failed === 0 && report.tests.length > 0
      ? [
          `vitest: every test passed, but it ended with exit code 1: ${plainText(output.stderr.slice(-20_000)).slice(0, 600)}`,
        ]
      : [];
  return {
    evidence:
      report.problems.length === 0
        ? {
            files: report.files,
            exitCode: output.exitCode,
            summary: `${report.files} files: ${passed} passed, ${failed} failed, ${skipped} skipped`,
            source: "tool",
          }
        : undefined,
    findings: [],
    tests: report.tests,
    coverage: read.coverage,
    ...(context.notesInputs === true ? { testInputs: await testInputs(context, modules) } : {}),
    problems: [...report.problems, ...read.problems, ...unexplained],
  };
}

async function testInputs(context: CheckContext<Settings>, modules: string): Promise<TestInputs | undefined> {
  const text = await context.readText(modules);
  return text === undefined
    ? undefined
    : readTestInputs(text, {
        placed: (path) => toWorkspacePath(context.root, path),
        textOf: (path) => context.readText(join(context.root, path)),
      });
}

/**
 * Vitest empties the folder of its coverage reports before it runs, whatever else lies there, so it is never given one of
 * the workspace.
 */
function coverageFolder({ scratch }: Pick<CheckContext, "scratch">): string {
  return join(scratch, "coverage");
}

/** A failing test must not take the coverage with it, and only LCOV is read. */
function coverageArguments(folder: string): readonly string[] {
  return [
    "--coverage.enabled",
    "--coverage.reporter=lcovonly",
    "--coverage.reportOnFailure",
    `--coverage.reportsDirectory=${folder}`,
  ];
}

function settingArguments({ config, project }: Settings): readonly string[] {
  return [...(config === undefined ? [] : [`--config=${config}`]), ...project.map((name) => `--project=${name}`)];
}

async function coverageReport(context: CheckContext<Settings>): Promise<ReportText> {
  const text = await context.readText(join(coverageFolder(context), "lcov.info"));
  return text === undefined
    ? { ok: false, problem: "Vitest left no report; is @vitest/coverage-v8 of the same version installed?" }
    : { ok: true, text };
}
