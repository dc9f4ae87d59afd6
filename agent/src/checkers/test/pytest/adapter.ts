import { dirname, join } from "node:path";
import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import type { CoverageReport } from "../../../core/coverage.ts";
import { countTests } from "../../../core/test-result.ts";
import { placeFiles } from "../../../coverage/place-files.ts";
import { workspaceFiles } from "../../../coverage/workspace-files.ts";
import { exists, readdirOrEmpty } from "../../../platform/files.ts";
import type { CheckContext, RepositoryFacts, ToolOutput } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { FreshReports } from "../../reading/fresh-reports.ts";
import { countsInWords } from "../../reading/junit-tests.ts";
import { type PlacedCoverage, placedCoverage } from "../../reading/placed-coverage.ts";
import { usesPythonTool } from "../../reading/python-project.ts";
import { asArgument, workspacePathOf } from "../../reading/report-path.ts";
import { reportPath, runOrTake } from "../../reading/run-or-take.ts";
import { toolFailure } from "../../reading/tool-failure.ts";
import { readTestedLines } from "./coverage-data.ts";
import { parsePytestJunit } from "./parse.ts";

const Settings = z.strictObject({
  source: z
    .string()
    .optional()
    .describe(
      "What coverage is measured of: a package or folder. Default: what coverage.py is configured for, else all.",
    ),
  contexts: z
    .boolean()
    .default(false)
    .describe("Note which test ran which line, beside the coverage that is measured; costs time in large suites."),
});
type Settings = z.infer<typeof Settings>;

/** Ends that still leave a report: all passed, some failed, collection broke off. 5 means that no test was collected. */
const REPORTING_EXIT_CODES = new Set([0, 1, 2]);
const NO_TESTS = 5;

/** pytest, with coverage by pytest-cov. */
export const pytestChecker = defineChecker<Settings>({
  id: "pytest",
  title: "pytest: tests",
  stage: "test",
  feeds: ["unit_pass", "integration_pass", "e2e_pass", "unit_coverage", "patch_coverage"],
  patterns: ["**/*.py"],
  configFiles: [
    "**/pyproject.toml",
    "**/pytest.ini",
    "**/.pytest.ini",
    "**/tox.ini",
    "**/setup.cfg",
    "**/.coveragerc",
    "**/requirements*.txt",
    "**/uv.lock",
    "**/poetry.lock",
  ],
  handles: "project",
  selectsTests: "tests",
  cacheable: true,
  exclusive: false,
  settings: Settings,
  install: "pip install pytest pytest-cov",
  locate: (find) => find.python("pytest"),
  version: { args: ["--version"], pattern: /pytest (\S+)/ },
  detect,
  check,
});

async function detect(repository: RepositoryFacts): Promise<Readonly<Record<string, unknown>> | undefined> {
  const { files, readText } = repository;
  const configured =
    files.some((file) => /^\.?pytest\.ini$|^conftest\.py$/.test(file)) ||
    /^\[tool\.pytest\b/m.test((await readText("pyproject.toml")) ?? "");
  const hasTests = files.some((file) => /(^|\/)(test_[^/]+|[^/]+_test)\.py$/.test(file));
  // Source packages carry the configuration of tests that they leave out; a folder of tests may follow another naming.
  const mayHaveTests = configured && files.some((file) => /(^|\/)(tests?|testing)\/.*\.py$/.test(file));
  if (!hasTests && !mayHaveTests) return undefined;
  const measures =
    (await usesPythonTool(repository, { name: "pytest-cov" })) ||
    (await usesPythonTool(repository, { name: "coverage", configFiles: [".coveragerc"] }));
  return measures && (await hasPlugin(repository))
    ? { suite: "unit", coverage: "coverage/lcov.info" }
    : { suite: "unit" };
}

/** Whether pytest-cov lies beside the pytest that would run; where nobody may look, it is taken to be there. */
async function hasPlugin({ find }: RepositoryFacts): Promise<boolean> {
  if (find === undefined) return true;
  const [program] = (await find("").python("pytest")) ?? [];
  if (program === undefined) return true;
  const environment = dirname(dirname(program));
  const versions = (await readdirOrEmpty(join(environment, "lib"))).filter((name) => name.startsWith("python"));
  const packages = [join(environment, "Lib"), ...versions.map((name) => join(environment, "lib", name))];
  for (const folder of packages) if (await exists(join(folder, "site-packages", "pytest_cov"))) return true;
  return false;
}

async function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  const { coverage: coveragePath, args } = context.options;
  const fresh = await FreshReports.watch(context, coveragePath === undefined ? [] : [coveragePath]);
  const ownReport = join(context.scratch, "pytest.xml");
  const argv = [
    ...context.tool,
    "-q",
    `--junit-xml=${ownReport}`,
    "-o",
    "junit_family=xunit1",
    // A configuration that leaves tracebacks out, or writes them as Python does, would hide where a test failed.
    "--tb=auto",
    ...coverageArguments(context),
    ...args,
    ...(context.selectedTests ?? []).map((test) => asArgument(context, test)),
  ];
  // Its data file would lie in the repository, and what an earlier run left there would be added up with this one.
  const env = { COVERAGE_FILE: join(context.scratch, ".coverage") };
  const output = await runOrTake(context, argv, { env });
  if (output.exitCode === NO_TESTS)
    return {
      evidence: { exitCode: NO_TESTS, summary: "no tests ran", source: "tool" },
      findings: [],
      tests: [],
      problems: [],
    };
  const missing = missingPlugin(output);
  if (missing !== undefined) return { evidence: undefined, findings: [], problems: [missing] };
  const text = await context.readText(reportPath(context, ownReport));
  if (output.exitCode === undefined || !REPORTING_EXIT_CODES.has(output.exitCode) || text === undefined)
    throw toolFailure("pytest", output, context);
  const rootdir = await rootdirOf(context, parsePytestJunit(text, (path) => path).tests);
  const { tests, problems } = parsePytestJunit(text, (path) =>
    workspacePathOf({ root: context.root, options: { ...context.options, cwd: rootdir } }, path),
  );
  const counts = countTests(tests);
  const read =
    coveragePath === undefined
      ? { coverage: undefined, problems: [] }
      : await placedCoverage(context, await fresh.read(coveragePath));
  const noted = await withTests(read.coverage, { context, data: env.COVERAGE_FILE, rootdir });
  return {
    evidence:
      problems.length === 0 ? { exitCode: output.exitCode, summary: countsInWords(counts), source: "tool" } : undefined,
    findings: [],
    tests,
    coverage: noted.coverage,
    problems: [...problems, ...noted.problems, ...read.problems, ...unexplained(output, counts.failed)],
  };
}

/** More files than this need not be looked for to tell one folder from another. */
const ENOUGH_FILES = 20;

/**
 * pytest names files from its `rootdir`, the folder of its configuration, which may lie above the one that it runs in and
 * is not in the report. It is the nearest folder in which the files are there.
 */
async function rootdirOf(
  { root, options: { cwd } }: CheckContext<Settings>,
  tests: readonly { readonly file: string }[],
): Promise<string> {
  const files = [...new Set(tests.map(({ file }) => file))].filter((file) => file !== "").slice(0, ENOUGH_FILES);
  const parts = cwd === "" ? [] : cwd.split("/");
  for (let length = parts.length; length >= 0; length--) {
    const folder = parts.slice(0, length).join("/");
    const found = await Promise.all(files.map((file) => exists(join(root, folder, file))));
    if (found.every(Boolean)) return folder;
  }
  return cwd;
}

/** pytest-cov ends it with 1 over its own coverage limit, too: then the report alone would look green. */
function unexplained({ exitCode, stdout }: ToolOutput, failed: number): readonly string[] {
  if (exitCode === 0 || failed > 0) return [];
  const said = stdout.trim().split("\n").slice(-3).join(" ");
  return [`pytest: exit code ${exitCode}, but no test failed: ${said}`];
}

function coverageArguments({
  options: { coverage },
  settings: { source, contexts },
}: CheckContext<Settings>): readonly string[] {
  if (coverage === undefined) return [];
  const format = coverage.endsWith(".json") ? "json" : "lcov";
  return [
    source === undefined ? "--cov" : `--cov=${source}`,
    "--cov-branch",
    `--cov-report=${format}:${coverage}`,
    ...(contexts ? ["--cov-context=test"] : []),
  ];
}

/** Options that a plugin brings, and the package that holds it. */
const PLUGINS: readonly (readonly [option: RegExp, packageName: string])[] = [
  [/^--(?:no-)?cov(?:[=-]|$)/, "pytest-cov"],
  [/^(?:-n\d*|--numprocesses|--dist)(?:=|$)/, "pytest-xdist"],
  [/^--timeout(?:[=-]|$)/, "pytest-timeout"],
  [/^--reruns(?:[=-]|$)/, "pytest-rerunfailures"],
  [/^--asyncio-mode(?:=|$)/, "pytest-asyncio"],
];

/** pytest calls the option of a plugin that is not there a wrong argument; the way out is to install it. */
function missingPlugin({ exitCode, stderr }: ToolOutput): string | undefined {
  const refused = /error: unrecognized arguments: (.+)/.exec(stderr)?.[1]?.split(" ") ?? [];
  const packages = PLUGINS.filter(([option]) => refused.some((argument) => option.test(argument))).map(
    ([, packageName]) => packageName,
  );
  if (exitCode !== 4 || packages.length === 0) return undefined;
  const names = [...new Set(packages)].join(" ");
  return `pytest: ${names} is not installed beside it; run in the same environment: pip install ${names}`;
}

/** Adds which test ran which line, out of the data of the run; the ids of tests begin at the workspace's root. */
async function withTests(
  coverage: CoverageReport | undefined,
  { context, data, rootdir }: { context: CheckContext<Settings>; data: string; rootdir: string },
): Promise<PlacedCoverage> {
  const { root, options, settings, taken } = context;
  if (!settings.contexts || taken !== undefined) return { coverage, problems: [] };
  if (options.coverage === undefined)
    return { coverage, problems: ['pytest: "contexts" needs a "coverage" file, such as coverage.json'] };
  if (coverage === undefined) return { coverage, problems: [] };
  const prefix = rootdir === "" ? "" : `${rootdir}/`;
  const { files, problems } = await readTestedLines(data, (test) => `${prefix}${test}`);
  const placed = await placeFiles({ files }, await workspaceFiles(root, options.cwd));
  const testsOf = new Map(placed.files.map(({ file, tests }) => [file, tests]));
  const told = coverage.files.map((file) => ({ ...file, tests: testsOf.get(file.file) ?? file.tests }));
  return { coverage: { ...coverage, files: told }, problems };
}
