import { join } from "node:path";
import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import type { ReportedFinding } from "../../../core/finding.ts";
import type { TestInputs } from "../../../core/impact.ts";
import { countTests } from "../../../core/test-result.ts";
import { mkdir, readdirOrEmpty, toWorkspacePath } from "../../../platform/files.ts";
import type { CheckContext, RepositoryFacts, ToolOutput, ToolRunOptions } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import type { ReportText } from "../../reading/fresh-reports.ts";
import { countsInWords } from "../../reading/junit-tests.ts";
import { ownCoverage } from "../../reading/placed-coverage.ts";
import { plainText } from "../../reading/plain-text.ts";
import { readJson } from "../../reading/read-json.ts";
import { workspacePathOf } from "../../reading/report-path.ts";
import { reportPath, runOrTake } from "../../reading/run-or-take.ts";
import { readSources } from "../../reading/source-texts.ts";
import { toolFailure } from "../../reading/tool-failure.ts";
import { type NodeTestReport, parseNodeTest } from "./parse.ts";
import { REPORTER } from "./reporter.ts";
import { readTrace, startNotice } from "./test-trace.ts";

const Settings = z.strictObject({
  paths: z
    .array(z.string().min(1))
    .default([])
    .describe("Test files or globs, relative to cwd. Default: the ones that Node looks for by itself."),
  scripts: z
    .boolean()
    .default(false)
    .describe("Count a file without any test as a passed test when it ends well, as Node does."),
});
type Settings = z.infer<typeof Settings>;

/**
 * Node's own test runner. It ends with 0 when it found no test, and counts a file without tests as one that passed; here
 * the first is errored and the second skipped. `only` has no effect unless Node is told `--test-only`, which then hides every
 * other test without a word: that option is refused.
 */
export const nodeTestChecker = defineChecker<Settings>({
  id: "node-test",
  title: "node:test: tests",
  stage: "test",
  feeds: ["unit_pass", "integration_pass", "e2e_pass", "unit_coverage", "patch_coverage"],
  patterns: ["**/*.{js,mjs,cjs,ts,mts,cts,json,snapshot}"],
  configFiles: ["**/package.json", "package-lock.json", "**/tsconfig*.json"],
  handles: "project",
  selectsTests: "files",
  cacheable: true,
  exclusive: false,
  settings: Settings,
  install: "install Node.js from https://nodejs.org",
  // A workspace may pin its Node as a package.
  locate: async (find) => (await find.npm("node")) ?? (await find.path("node")),
  version: { args: ["--version"], pattern: /v(\d+\.\d+\.\d+\S*)/ },
  detect,
  check,
});

const Manifest = z.object({ scripts: z.record(z.string(), z.string()).optional() });

/** The script that runs the tests says which files and which hooks for loading them. */
async function detect({ readText }: RepositoryFacts): Promise<Readonly<Record<string, unknown>> | undefined> {
  const manifest = readJson((await readText("package.json")) ?? "", Manifest);
  const scripts = manifest.ok ? Object.values(manifest.value.scripts ?? {}) : [];
  const commands = scripts.flatMap((script) => [...script.matchAll(/\bnode\s+([^&|;]*)/g)]);
  const command = commands.map(([, words = ""]) => words.split(/\s+/)).find((each) => each.includes("--test"));
  if (command === undefined) return undefined;
  const words = command.filter((word) => word !== "" && word !== "--test");
  const { args, paths } = argumentsIn(words);
  return {
    suite: "unit",
    coverage: "coverage/lcov.info",
    ...(args.length === 0 ? {} : { args }),
    ...(paths.length === 0 ? {} : { paths }),
  };
}

const WITH_VALUE = /^--(import|require|loader|experimental-loader|env-file)$|^-r$/;
const LEFT_OUT = /^--(test-reporter|test-only|experimental-test-coverage|test-coverage|watch)/;

/** Options for Node, and test files, out of the words of a command. */
function argumentsIn(command: readonly string[]): {
  readonly args: readonly string[];
  readonly paths: readonly string[];
} {
  const words = [...command];
  const args: string[] = [];
  const paths: string[] = [];
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (WITH_VALUE.test(word)) args.push(word, words.shift() ?? "");
    else if (!word.startsWith("-")) paths.push(word.replaceAll(/['"]/g, ""));
    else if (!LEFT_OUT.test(word)) args.push(word);
  }
  return { args, paths };
}

async function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  const { settings, options, scratch } = context;
  const events = join(scratch, "node-test.ndjson");
  const output = await runOrTake(context, argumentsOf(context, events), await tracing(context));
  const text = await context.readText(reportPath(context, events));
  if (text === undefined || (output.exitCode !== 0 && output.exitCode !== 1))
    throw toolFailure("node --test", output, context);
  const placed = (path: string) => workspacePathOf(context, path);
  const report = parseNodeTest(text, { placed, scriptsAreTests: settings.scripts });
  const counts = countTests(report.tests);
  const read = await ownCoverage(context, report.tests.length === 0 ? undefined : options.coverage, () =>
    coverageReport(context),
  );
  return {
    evidence:
      report.problems.length === 0
        ? {
            files: report.files.length,
            exitCode: output.exitCode,
            summary: `${report.files.length} files: ${countsInWords(counts)}`,
            source: "tool",
          }
        : undefined,
    findings: await focusFindings(context, report),
    tests: report.tests,
    coverage: read.coverage,
    ...(context.notesInputs === true ? { testInputs: await testInputs(context) } : {}),
    problems: [
      ...report.problems,
      ...read.problems,
      ...endingProblems(output, { failed: counts.failed, report }),
      ...scopeProblems(context, report),
    ],
  };
}

function argumentsOf(context: CheckContext<Settings>, events: string): readonly string[] {
  const { settings, options, tool, root, selectedTests } = context;
  return [
    ...tool,
    "--test",
    `--test-reporter=${REPORTER}`,
    `--test-reporter-destination=${events}`,
    ...(options.coverage === undefined ? [] : coverageArguments(lcovFile(context))),
    ...(context.notesInputs === true ? [`--import=${startNotice(traceFolder(context))}`] : []),
    ...options.args,
    ...(selectedTests?.map((file) => literalPattern(join(root, file))) ?? settings.paths),
  ];
}

/** Coverage limits of Node's own end it with 1 although every test passed. */
function endingProblems(
  { exitCode, stdout, stderr }: ToolOutput,
  { failed, report }: { readonly failed: number; readonly report: NodeTestReport },
): readonly string[] {
  if (exitCode !== 1 || failed > 0 || report.problems.length > 0) return [];
  return [
    `node:test: every test passed, but it ended with exit code 1: ${plainText(`${stdout}${stderr}`).slice(0, 600)}`,
  ];
}

/** Tests that were to run and did not. */
function scopeProblems(
  { options, selectedTests = [] }: CheckContext<Settings>,
  { files }: NodeTestReport,
): readonly string[] {
  const hiding = options.args.includes("--test-only")
    ? ["node:test: --test-only leaves every test out that is not marked `only`; take it out of the check's args"]
    : [];
  const forgotten = selectedTests.filter((file) => !files.includes(file));
  return [...hiding, ...forgotten.map((file) => `node:test: ${file} was asked for and not run`)];
}

const traceFolder = ({ scratch }: Pick<CheckContext, "scratch">) => join(scratch, "trace");

/** Each process leaves V8's coverage of what it ran, also where Node makes a report of its own out of it. */
async function tracing(context: CheckContext<Settings>): Promise<ToolRunOptions> {
  if (context.notesInputs !== true) return {};
  await mkdir(traceFolder(context));
  return { env: { NODE_V8_COVERAGE: traceFolder(context) } };
}

/** What a global set-up loads, Node does not tell. */
async function testInputs(context: CheckContext<Settings>): Promise<TestInputs | undefined> {
  if (context.options.args.some((argument) => argument.startsWith("--test-global-setup"))) return undefined;
  const folder = traceFolder(context);
  return readTrace({
    names: await readdirOrEmpty(folder),
    read: (name) => context.readText(join(folder, name)),
    placed: (path) => toWorkspacePath(context.root, path),
    textOf: (path) => context.readText(join(context.root, path)),
  });
}

/** Node takes the names of test files for patterns since version 21. */
function literalPattern(path: string): string {
  return path.replaceAll(/[*?[{(]/g, "[$&]");
}

const lcovFile = ({ scratch }: Pick<CheckContext, "scratch">) => join(scratch, "lcov.info");

function coverageArguments(file: string): readonly string[] {
  return ["--experimental-test-coverage", "--test-reporter=lcov", `--test-reporter-destination=${file}`];
}

async function coverageReport(context: CheckContext<Settings>): Promise<ReportText> {
  const text = await context.readText(lcovFile(context));
  return text === undefined || text.trim() === ""
    ? { ok: false, problem: "Node left no report; it needs Node 20.11 or later" }
    : { ok: true, text };
}

const FOCUS = /\b(?:test|it|describe|suite)\.only\s*\(|\bonly:\s*true\b/;

/**
 * Tests marked `only`. With each file in a process of its own the mark has no effect and is only mentioned; without that
 * isolation Node leaves all others out in silence, so there the mark itself is what fails.
 */
async function focusFindings(
  context: CheckContext<Settings>,
  report: NodeTestReport,
): Promise<readonly ReportedFinding[]> {
  const rule = "focused-test";
  const isolated = !context.options.args.some((argument) => /^--(experimental-)?test-isolation=none$/.test(argument));
  if (isolated)
    return report.focused.map(({ file, line }) => ({
      rule,
      severity: "info",
      message: "this test is marked `only`, which has no effect here",
      file,
      range: line === undefined || line < 1 ? undefined : { start: { line, column: 1 } },
    }));
  const sources = await readSources(
    context,
    report.files.filter((file) => file !== ""),
  );
  return [...sources].flatMap(([file, { text }]) =>
    text.split("\n").flatMap((line, index): ReportedFinding[] => {
      const at = FOCUS.exec(line)?.index;
      const message = "this test is marked `only`, so every other one is left out";
      return at === undefined
        ? []
        : [{ rule, severity: "error", message, file, range: { start: { line: index + 1, column: at + 1 } } }];
    }),
  );
}
