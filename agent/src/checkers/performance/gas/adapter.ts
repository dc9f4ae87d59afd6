import { join, posix } from "node:path";
import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import type { CheckContext, RepositoryFacts } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { hardhatRun } from "../../reading/hardhat-project.ts";
import { toolFailure } from "../../reading/tool-failure.ts";
import { parseGasStats } from "./parse.ts";

const Settings = z.strictObject({
  test: z
    .array(z.string())
    .default([])
    .describe('What to run for it, as after "hardhat test": [nodejs, bench/gas.ts]. Default: all tests.'),
  deployments: z.boolean().default(false).describe("Also the gas of deployments, as Contract.constructor."),
  testContracts: z.boolean().default(false).describe("Also contracts in folders for tests and mocks."),
});
type Settings = z.infer<typeof Settings>;

const TEST_FOLDER = /(^|\/)(tests?|mocks?)\//;

/** Gas of contract calls, counted by Hardhat's simulated chain: the same calls always cost the same, unlike time. */
export const gasChecker = defineChecker<Settings>({
  id: "gas",
  title: "Gas of contract calls (Hardhat)",
  stage: "performance",
  feeds: ["gas", "regression"],
  patterns: ["**/*.{sol,ts,mts,js,mjs,cjs}"],
  configFiles: ["**/hardhat.config.*", "**/remappings.txt", "**/package.json", "package-lock.json"],
  handles: "project",
  cacheable: true,
  exclusive: false,
  settings: Settings,
  install: "npm install --save-dev hardhat",
  locate: (find) => find.npm("hardhat"),
  version: { args: ["--version"], pattern: /(\d+\.\d+\.\d+\S*)/ },
  detect,
  check,
});

/** Where exactly one Hardhat project with something that measures gas lies. */
async function detect({ files, readText }: RepositoryFacts): Promise<Readonly<Record<string, unknown>> | undefined> {
  const configs = files.filter((file) => /(^|\/)hardhat\.config\.[cm]?[jt]s$/.test(file));
  const [config] = configs;
  if (config === undefined || configs.length > 1) return undefined;
  const cwd = posix.dirname(config);
  const manifest = (await readText(posix.join(cwd, "package.json"))) ?? "";
  const script = /--gas-stats(?:-json(?:[ =]\S+))?\s+test((?:\s+[\w./-]+)*)/.exec(manifest)?.[1];
  if (script === undefined) return undefined;
  const test = script.split(/\s+/).filter((part) => part !== "");
  return { ...(cwd === "." ? {} : { cwd }), ...(test.length === 0 ? {} : { test }) };
}

async function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  const { test, deployments, testContracts } = context.settings;
  const path = join(context.scratch, "gas.json");
  // Gas under --coverage is that of instrumented code, so this is a run of its own, never shared with the tests'.
  const output = await hardhatRun(context)([
    ...context.tool,
    "--gas-stats-json",
    path,
    "test",
    ...test,
    ...context.options.args,
  ]);
  const text = await context.readText(path);
  // After a failed test the file is written all the same, but says nothing about calls that should have succeeded.
  if (output.exitCode !== 0 || text === undefined) throw toolFailure("gas", output, context);
  const { entries, problems } = parseGasStats(text);
  const inScope = new Set(context.files);
  const judged = entries.filter(
    ({ source, deployment }) =>
      inScope.has(posix.join(context.options.cwd, source)) &&
      (testContracts || !TEST_FOLDER.test(source)) &&
      (deployments || !deployment),
  );
  const nothing =
    problems.length === 0 && judged.length === 0
      ? [`gas: no call of a contract in scope was measured (${entries.length} of others); "test" names what to run`]
      : [];
  return {
    evidence:
      judged.length > 0 ? { exitCode: 0, summary: `gas of ${judged.length} functions`, source: "tool" } : undefined,
    findings: [],
    measurements: judged.map(({ measurement }) => measurement),
    problems: [...problems, ...nothing],
  };
}
