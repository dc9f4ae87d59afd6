import { join } from "node:path";
import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import type { ReportedFinding } from "../../../core/finding.ts";
import { TrigateError } from "../../../errors/trigate-error.ts";
import type { CheckContext, ToolOutput } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { usesPythonTool } from "../../reading/python-project.ts";
import { asArgument, workingFolder, workspacePathOf } from "../../reading/report-path.ts";
import { toolFailure } from "../../reading/tool-failure.ts";
import { normalName } from "../../reading/advisories/affected.ts";
import { auditRequirements } from "../../reading/advisories/audit-requirements.ts";
import { parseRequirements } from "../../reading/advisories/lock-files.ts";
import { advisorySourceSettings, insteadOf } from "../../reading/advisories/source-setting.ts";
import { parseSafety, safetyFinding, type SafetyReport } from "./parse.ts";

const Settings = z.strictObject({
  ...advisorySourceSettings("Safety's servers"),
  database: z
    .string()
    .optional()
    .describe(
      "A folder with Safety's advisories, relative to cwd. Default: its public database, updated once a month.",
    ),
  ignore: z
    .array(z.string())
    .default([])
    .describe(
      "Safety's numbers of advisories that were looked at and do not count; for a snapshot, their OSV ids or CVEs.",
    ),
});
type Settings = z.infer<typeof Settings>;

/** 0: nothing known; 64: vulnerabilities. All others are failures of Safety or its services. */
const FOUND = 64;

/**
 * Safety, by its `check` command, which needs no account; it reaches Safety's servers even with a database of one's own.
 * A key comes by reference: name SAFETY_API_KEY under the check's `env`.
 */
export const safetyChecker = defineChecker<Settings>({
  id: "safety",
  title: "Safety: vulnerable Python packages",
  stage: "static",
  feeds: ["security_issues"],
  patterns: ["**/*requirements*.txt"],
  configFiles: ["**/.safety-policy.yml"],
  handles: "project",
  // What is known about a package changes although the package does not.
  cacheable: false,
  exclusive: false,
  settings: Settings,
  install: "pip install safety",
  locate: (find) => find.python("safety"),
  version: { args: ["--version"], pattern: /version:? (\d\S*)/i },
  detect: async (repository) =>
    (await usesPythonTool(repository, { name: "safety", configFiles: [".safety-policy.yml"] })) &&
    repository.files.some((file) => /requirements[^/]*\.txt$/.test(file))
      ? {}
      : undefined,
  check,
});

async function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  return context.settings.source === "snapshot"
    ? auditRequirements(context, { tool: "safety" })
    : auditByService(context);
}

async function auditByService(context: CheckContext<Settings>): Promise<CheckOutput> {
  const output = await context.run(commandOf(context), {
    env: { PYTHONUTF8: "1", NON_INTERACTIVE: "1" },
    stdin: "",
  });
  if (output.exitCode === 0 || output.exitCode === FOUND) return outputOf(context, output);
  if (context.settings.source === "service-or-snapshot" && isUnreached(output))
    return auditRequirements(context, { tool: "safety", instead: insteadOf(lastWords(output)) });
  throw failure(output, context);
}

function commandOf(context: CheckContext<Settings>): readonly string[] {
  const { database, ignore } = context.settings;
  return [
    ...context.tool,
    "--disable-optional-telemetry",
    "check",
    "--json",
    ...context.files.flatMap((file) => ["-r", asArgument(context, file)]),
    ...(database === undefined ? [] : ["--db", join(workingFolder(context), database)]),
    ...ignore.flatMap((id) => ["--ignore", id]),
    ...context.options.args,
  ];
}

async function outputOf(context: CheckContext<Settings>, { exitCode, stdout }: ToolOutput): Promise<CheckOutput> {
  const read = parseSafety(stdout);
  if (!read.ok) return { evidence: undefined, findings: [], problems: [`safety: ${read.problem}`] };
  const { vulnerabilities, packages, unpinned } = read.value;
  const lineOf = await linesOf(context);
  const findings = vulnerabilities.map((vulnerability) => {
    const file = workspacePathOf(context, vulnerability.analyzed_requirement?.found ?? "") ?? "";
    return safetyFinding(vulnerability, { file, line: lineOf(file, vulnerability.package_name) });
  });
  const { database } = context.settings;
  const from = database === undefined ? "Safety's public database" : `the database ${database}`;
  const summary = `${packages} packages against ${from}: ${findings.length} findings`;
  const isUnexplained = exitCode === FOUND && findings.length === 0;
  return {
    evidence: packages === 0 ? undefined : { files: context.files.length, exitCode, summary, source: "tool" },
    findings: [...findings, ...unpinnedFindings(context, unpinned)],
    problems: isUnexplained ? ["safety: exit code 64, but no vulnerability could be read"] : [],
    filesLookedAt: context.files,
  };
}

const NO_SERVICE =
  /ConnectError|ConnectionError|Timeout|Name or service not known|NetworkConnectionError|HTTPStatusError/;

function isUnreached({ stderr }: ToolOutput): boolean {
  return NO_SERVICE.test(stderr);
}

function lastWords({ stderr }: ToolOutput): string {
  return (stderr.trim().split("\n").at(-1) ?? "").slice(0, 500);
}

function failure(output: ToolOutput, context: CheckContext<Settings>): TrigateError {
  if (!isUnreached(output)) return toolFailure("safety", output, context);
  return new TrigateError("checker/tool-failed", {
    tool: "safety",
    exitCode: output.exitCode,
    stderr: `its service gave no answer; try later, or set source: service-or-snapshot to ask a snapshot of advisories then. ${lastWords(output)}`,
    cwd: workingFolder(context),
  });
}

/** The line of a requirements file that asks for a package. */
async function linesOf(context: CheckContext<Settings>): Promise<(file: string, name: string) => number | undefined> {
  const lines = new Map<string, number>();
  for (const file of context.files) {
    const { packages, unpinned } = parseRequirements((await context.readText(join(context.root, file))) ?? "");
    for (const { name, line } of [...packages, ...unpinned]) {
      const key = `${file}\0${normalName(name)}`;
      if (!lines.has(key)) lines.set(key, line);
    }
  }
  return (file, name) => lines.get(`${file}\0${normalName(name)}`);
}

function unpinnedFindings(
  context: CheckContext<Settings>,
  unpinned: SafetyReport["unpinned"],
): readonly ReportedFinding[] {
  return unpinned.map(({ raw, found }) => ({
    rule: "unpinned",
    severity: "info",
    message: `${raw} has no exact version, so nobody can tell whether it is affected`,
    file: workspacePathOf(context, found ?? "") ?? "",
  }));
}
