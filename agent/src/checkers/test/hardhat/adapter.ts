import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import { countTests } from "../../../core/test-result.ts";
import { writeFile } from "../../../platform/files.ts";
import type { CheckContext, RepositoryFacts } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { FreshReports } from "../../reading/fresh-reports.ts";
import { hardhatRun } from "../../reading/hardhat-project.ts";
import { countsInWords } from "../../reading/junit-tests.ts";
import { freshCoverage } from "../../reading/placed-coverage.ts";
import { workspacePathOf } from "../../reading/report-path.ts";
import { reportPath, runOrTake } from "../../reading/run-or-take.ts";
import { toolFailure } from "../../reading/tool-failure.ts";
import { parseNodeTestEvents } from "./parse.ts";
import { EVENTS_VARIABLE, RECORDER } from "./recorder.ts";

const Settings = z.strictObject({});
type Settings = z.infer<typeof Settings>;

/**
 * Hardhat 3 with tests in TypeScript (`hardhat test nodejs`). Exit code 0 also means that no test matched and 1 also that
 * the contracts did not compile; the recorded events tell.
 */
export const hardhatChecker = defineChecker<Settings>({
  id: "hardhat",
  title: "Hardhat: contract tests",
  stage: "test",
  feeds: ["unit_pass", "integration_pass", "e2e_pass", "unit_coverage", "patch_coverage"],
  patterns: ["**/*.{sol,ts,mts,js,mjs,json}"],
  configFiles: ["**/hardhat.config.*", "**/package.json", "package-lock.json"],
  handles: "project",
  cacheable: true,
  exclusive: false,
  settings: Settings,
  install: "npm install --save-dev hardhat @nomicfoundation/hardhat-node-test-runner",
  locate: (find) => find.npm("hardhat"),
  version: { args: ["--version"], pattern: /(\d+\.\d+\.\d+\S*)/ },
  detect: async ({ files }: RepositoryFacts) => {
    const config = files.find((file) => /(^|\/)hardhat\.config\.[cm]?[jt]s$/.test(file));
    if (config === undefined) return undefined;
    return dirname(config) === "." ? { suite: "unit" } : { suite: "unit", cwd: dirname(config) };
  },
  check,
});

async function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  const { coverage: coveragePath, args } = context.options;
  const fresh = await FreshReports.watch(context, coveragePath === undefined ? [] : [coveragePath]);
  const ownEvents = join(context.scratch, "events.ndjson");
  const recorder = join(context.scratch, "recorder.mjs");
  if (context.taken === undefined) await writeFile(recorder, RECORDER);
  // Source maps: tests are compiled while they are loaded, and without the maps every test stands in line 1.
  const env = {
    [EVENTS_VARIABLE]: ownEvents,
    NODE_OPTIONS: `--enable-source-maps --import=${pathToFileURL(recorder).href}`,
  };
  const flags = coveragePath === undefined ? [] : ["--coverage"];
  const output = await runOrTake(
    { run: hardhatRun(context), taken: context.taken },
    [...context.tool, ...flags, "test", "nodejs", ...args],
    { env },
  );
  const text = await context.readText(reportPath(context, ownEvents));
  // Without events it did not come to the tests: most often the contracts do not compile.
  if (text === undefined || output.exitCode === undefined) throw toolFailure("hardhat", output, context);
  const { tests, files, problems } = parseNodeTestEvents(text, (path) => workspacePathOf(context, path));
  const counts = countTests(tests);
  const read = await freshCoverage(context, fresh, counts.total === 0 ? undefined : coveragePath);
  const unexplained =
    output.exitCode !== 0 && counts.failed === 0 && problems.length === 0
      ? [`hardhat: exit code ${output.exitCode}, but no test failed`]
      : [];
  return {
    evidence:
      problems.length === 0
        ? { files, exitCode: output.exitCode, summary: `${files} files: ${countsInWords(counts)}`, source: "tool" }
        : undefined,
    findings: [],
    tests,
    coverage: read.coverage,
    problems: [...problems, ...read.problems, ...unexplained],
  };
}
