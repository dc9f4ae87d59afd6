import { dirname, isAbsolute, join, posix } from "node:path";
import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import { countTests } from "../../../core/test-result.ts";
import { exists } from "../../../platform/files.ts";
import type { CheckContext, RepositoryFacts } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { FreshReports } from "../../reading/fresh-reports.ts";
import { countsInWords } from "../../reading/junit-tests.ts";
import { freshCoverage } from "../../reading/placed-coverage.ts";
import { workingFolder, workspacePathOf } from "../../reading/report-path.ts";
import { reportPath, runOrTake } from "../../reading/run-or-take.ts";
import { toolFailure } from "../../reading/tool-failure.ts";
import { clearCounters, gcovCoverage } from "./gcov.ts";
import { parseCtestJunit } from "./parse.ts";

const Settings = z.strictObject({
  buildPath: z.string().default("build").describe("CMake's build folder, relative to cwd."),
  build: z
    .boolean()
    .default(true)
    .describe(
      "Configure, where that was not done yet, and build before the tests: else they would speak of old programs.",
    ),
  configure: z
    .array(z.string())
    .default([])
    .describe('Arguments for the first configuration, such as ["-G", "Ninja", "-DCMAKE_BUILD_TYPE=Release"].'),
  measureCoverage: z
    .boolean()
    .default(false)
    .describe("Read what ran from the counters of programs that were compiled with --coverage."),
  gcov: z
    .array(z.string())
    .min(1)
    .default(["gcov"])
    .describe('The gcov of the compiler, such as ["llvm-cov", "gcov"] for Clang.'),
});
type Settings = z.infer<typeof Settings>;

/** Exit code 8 means that tests failed; everything else above 0 that CTest could not go on. */
const TESTS_FAILED = 8;

/** CTest, after CMake has built what it tests. */
export const ctestChecker = defineChecker<Settings>({
  id: "ctest",
  title: "CTest: C++ tests",
  stage: "test",
  feeds: ["unit_pass", "integration_pass", "e2e_pass", "unit_coverage", "patch_coverage"],
  patterns: ["**/*.{c,cc,cpp,cxx,h,hh,hpp,hxx,inc,cmake}", "**/CMakeLists.txt"],
  configFiles: ["**/CMakePresets.json"],
  handles: "project",
  cacheable: true,
  exclusive: false,
  settings: Settings,
  install: "pip install cmake ninja",
  locate: (find) => find.python("ctest"),
  version: { args: ["--version"], pattern: /ctest version (\S+)/ },
  detect: async ({ files, readText }: RepositoryFacts) => {
    const lists = files.filter((file) => /(^|\/)CMakeLists\.txt$/.test(file));
    for (const file of lists) {
      if (/^\s*(enable_testing\s*\(|include\s*\(\s*CTest\s*\))/im.test((await readText(file)) ?? ""))
        return file === "CMakeLists.txt" ? { suite: "unit" } : { suite: "unit", cwd: dirname(file) };
    }
    return undefined;
  },
  check,
});

async function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  const { coverage: coveragePath, args } = context.options;
  const fresh = await FreshReports.watch(context, coveragePath === undefined ? [] : [coveragePath]);
  if (context.settings.build && context.taken === undefined) await build(context);
  const measures = context.settings.measureCoverage && context.taken === undefined;
  if (measures) await clearCounters(context, context.settings);
  const ownReport = join(context.scratch, "ctest.xml");
  const output = await runOrTake(context, [
    ...context.tool,
    "--test-dir",
    context.settings.buildPath,
    "--output-junit",
    ownReport,
    "--output-on-failure",
    ...args,
  ]);
  const text = await context.readText(reportPath(context, ownReport));
  if ((output.exitCode !== 0 && output.exitCode !== TESTS_FAILED) || text === undefined)
    throw toolFailure("ctest", output, context);
  const { tests, problems } = parseCtestJunit(text, placeIn(context));
  const counts = countTests(tests);
  const read = measures
    ? await gcovCoverage(context, context.settings)
    : await freshCoverage(context, fresh, coveragePath);
  const unexplained =
    output.exitCode === TESTS_FAILED && counts.failed === 0
      ? ["ctest: it says that tests failed, but its report names none"]
      : [];
  return {
    evidence:
      problems.length === 0 ? { exitCode: output.exitCode, summary: countsInWords(counts), source: "tool" } : undefined,
    findings: [],
    tests,
    coverage: read.coverage,
    problems: [...problems, ...read.problems, ...unexplained],
  };
}

/** Compilers are started in the build folder, so relative paths that they put into programs begin there. */
function placeIn({ root, options, settings: { buildPath } }: CheckContext<Settings>) {
  const cwd = posix.join(options.cwd, buildPath.replaceAll("\\", "/"));
  return (path: string) =>
    workspacePathOf({ root, options: isAbsolute(buildPath) ? options : { ...options, cwd } }, path);
}

/** A build that fails is no failed test: nothing could be tested. */
async function build(context: CheckContext<Settings>): Promise<void> {
  const { buildPath, configure } = context.settings;
  const cmake = await cmakeBeside(context.tool);
  const configured = await exists(join(workingFolder(context), buildPath, "CMakeCache.txt"));
  const steps = [
    ...(configured ? [] : [[cmake, "-S", ".", "-B", buildPath, "-DCMAKE_EXPORT_COMPILE_COMMANDS=ON", ...configure]]),
    [cmake, "--build", buildPath, "--parallel", "2"],
  ];
  for (const argv of steps) {
    const output = await context.run(argv);
    if (output.exitCode !== 0)
      throw toolFailure("cmake", { ...output, stderr: `${output.stderr}\n${output.stdout}` }, context);
  }
}

/** CMake and CTest come together; the one beside CTest is the one that made its build folder. */
async function cmakeBeside(tool: readonly string[]): Promise<string> {
  const ctest = tool.at(-1) ?? "ctest";
  const cmake = join(dirname(ctest), process.platform === "win32" ? "cmake.exe" : "cmake");
  return dirname(ctest) !== "." && (await exists(cmake)) ? cmake : "cmake";
}
