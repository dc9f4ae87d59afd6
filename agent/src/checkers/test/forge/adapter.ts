import { dirname, join } from "node:path";
import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import { countTests, type TestCase } from "../../../core/test-result.ts";
import type { CheckContext, RepositoryFacts } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { countsInWords } from "../../reading/junit-tests.ts";
import { placedCoverage } from "../../reading/placed-coverage.ts";
import { workspacePathOf } from "../../reading/report-path.ts";
import { reportPath, runOrTake } from "../../reading/run-or-take.ts";
import { expectedExit, toolFailure } from "../../reading/tool-failure.ts";
import { type ForgeTest, parseForgeJson } from "./parse.ts";

const Settings = z.strictObject({
  measureCoverage: z
    .boolean()
    .default(false)
    .describe("Run the tests once more, instrumented, for lines, branches and functions."),
  irMinimum: z
    .boolean()
    .default(false)
    .describe("Compile for coverage with the least of the IR pipeline, for contracts that need viaIR."),
  fuzzSeed: z
    .string()
    .regex(/^0x[0-9a-fA-F]{1,64}$/)
    .default("0x7472696761746521")
    .describe("Seed of fuzz and invariant tests: a fixed one makes a red run repeatable."),
});
type Settings = z.infer<typeof Settings>;

/** Foundry's Forge. Exit code 0 also means that there is no test, 1 that tests failed as well as that nothing compiled. */
export const forgeChecker = defineChecker<Settings>({
  id: "forge",
  title: "Forge: contract tests",
  stage: "test",
  feeds: ["unit_pass", "integration_pass", "e2e_pass", "unit_coverage", "patch_coverage"],
  patterns: ["**/*.sol"],
  configFiles: ["**/foundry.toml", "**/remappings.txt"],
  handles: "project",
  cacheable: true,
  exclusive: false,
  settings: Settings,
  install: "curl -L https://foundry.paradigm.xyz | bash && foundryup",
  locate: async (find) =>
    (await find.path("forge")) ??
    find.npm(`@foundry-rs/forge-${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`, "forge"),
  version: { args: ["--version"], pattern: /forge (?:Version: )?(\S+)/i },
  detect: async ({ files }: RepositoryFacts) => {
    const config = files.find((file) => /(^|\/)foundry\.toml$/.test(file));
    if (config === undefined) return undefined;
    return dirname(config) === "." ? { suite: "unit" } : { suite: "unit", cwd: dirname(config) };
  },
  check,
});

async function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  const report = join(context.scratch, "forge.json");
  const seed = ["--fuzz-seed", context.settings.fuzzSeed];
  const output = await runOrTake(context, [...context.tool, "test", "--json", ...seed, ...context.options.args]);
  const text =
    context.taken === undefined ? output.stdout : ((await context.readText(reportPath(context, report))) ?? "");
  // Forge says in words that it found no test, and ends with 0.
  if (output.exitCode === 0 && /No tests found/i.test(`${text}${output.stderr}`))
    return {
      evidence: { exitCode: 0, summary: "no tests found", source: "tool" },
      findings: [],
      tests: [],
      problems: [],
    };
  const reported = text.trimStart().startsWith("{");
  const exitCode = expectedExit(output, { tool: "forge", exitCodes: [0, 1], reported }, context);
  const read = parseForgeJson(text);
  const tests = read.ok ? await Promise.all(read.value.map((test) => toTestCase(test, context))) : [];
  const counts = countTests(tests);
  const coverage = context.settings.measureCoverage ? await measureCoverage(context) : undefined;
  const unexplained =
    read.ok && exitCode === 1 && counts.failed === 0 ? ["forge: exit code 1, but its report names no failed test"] : [];
  return {
    evidence: read.ok ? { exitCode, summary: countsInWords(counts), source: "tool" } : undefined,
    findings: [],
    tests,
    coverage: coverage?.coverage,
    problems: [...(read.ok ? [] : [`forge: ${read.problem}`]), ...unexplained, ...(coverage?.problems ?? [])],
  };
}

/** Coverage of the same tests; failing tests do not keep Forge from measuring. */
async function measureCoverage(context: CheckContext<Settings>) {
  const file = join(context.scratch, "lcov.info");
  const { irMinimum, fuzzSeed } = context.settings;
  const options = [
    "--report",
    "lcov",
    "--report-file",
    file,
    "--fuzz-seed",
    fuzzSeed,
    ...(irMinimum ? ["--ir-minimum"] : []),
  ];
  const output = await context.run([...context.tool, "coverage", ...options, ...context.options.args]);
  const text = await context.readText(file);
  if (text === undefined) throw toolFailure("forge coverage", output, context);
  return placedCoverage(context, { ok: true, text });
}

/** The report names no lines; the test's own function does. */
async function toTestCase(test: ForgeTest, context: CheckContext<Settings>): Promise<TestCase> {
  const file = workspacePathOf(context, test.path) ?? "";
  const text = file === "" ? undefined : await context.readText(join(context.root, file));
  const [name = ""] = test.signature.split("(", 1);
  const at = text === undefined || !/^\w+$/.test(name) ? -1 : text.search(new RegExp(`\\bfunction\\s+${name}\\s*\\(`));
  return {
    name: `${test.contract} > ${test.signature}`,
    file,
    line: at === -1 || text === undefined ? undefined : text.slice(0, at).split("\n").length,
    status: test.status,
    durationMs: test.durationMs,
    message: test.message,
  };
}
