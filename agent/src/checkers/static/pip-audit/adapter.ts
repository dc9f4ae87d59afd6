import { join } from "node:path";
import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import { TrigateError } from "../../../errors/trigate-error.ts";
import type { CheckContext, ToolOutput } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { usesPythonTool } from "../../reading/python-project.ts";
import { asArgument, workingFolder } from "../../reading/report-path.ts";
import { toolFailure } from "../../reading/tool-failure.ts";
import { normalName } from "../../reading/advisories/affected.ts";
import { auditRequirements } from "../../reading/advisories/audit-requirements.ts";
import { parseRequirements } from "../../reading/advisories/lock-files.ts";
import { advisorySourceSettings, insteadOf } from "../../reading/advisories/source-setting.ts";
import { parsePipAudit, pipAuditFinding, type Place, type PipAuditReport } from "./parse.ts";

const Settings = z
  .strictObject({
    ...advisorySourceSettings("the service"),
    audited: z
      .enum(["requirements", "environment"])
      .default("requirements")
      .describe(
        "What is audited: the requirements files in scope, or what is installed beside pip-audit, which only a service can be asked about.",
      ),
    resolve: z
      .boolean()
      .default(false)
      .describe(
        "Let pip resolve what the requirements ask for. It reaches the package index and may run build scripts; without it each requirement must be pinned with ==.",
      ),
    service: z.enum(["pypi", "osv"]).default("pypi").describe("The service that is asked."),
    url: z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe("The query address of an OSV service of your own; only with service: osv."),
    ignore: z.array(z.string()).default([]).describe("Advisories that were looked at and do not count."),
  })
  .refine(({ source, audited }) => source === "service" || audited === "requirements", {
    path: ["audited"],
    error: "a snapshot is asked about requirements files; write audited: requirements, or source: service",
  });
type Settings = z.infer<typeof Settings>;

/**
 * pip-audit. Its exit code 1 means vulnerabilities as well as a service that is not there; only a report tells them apart.
 * A package that the service does not know is a problem, since pip-audit itself passes over it.
 */
export const pipAuditChecker = defineChecker<Settings>({
  id: "pip-audit",
  title: "pip-audit: vulnerable Python packages",
  stage: "static",
  feeds: ["security_issues"],
  patterns: ["**/*requirements*.txt"],
  configFiles: [],
  handles: "project",
  // What is known about a package changes although the package does not.
  cacheable: false,
  exclusive: false,
  settings: Settings,
  install: "pip install pip-audit",
  locate: (find) => find.python("pip-audit"),
  version: { args: ["--version"], pattern: /pip-audit (\d\S*)/ },
  detect: async (repository) =>
    (await usesPythonTool(repository, { name: "pip-audit" })) &&
    repository.files.some((file) => /requirements[^/]*\.txt$/.test(file))
      ? {}
      : undefined,
  check,
});

async function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  return context.settings.source === "snapshot"
    ? auditRequirements(context, { tool: "pip-audit" })
    : auditByService(context);
}

async function auditByService(context: CheckContext<Settings>): Promise<CheckOutput> {
  const output = await context.run([...context.tool, ...argumentsOf(context), ...context.options.args], {
    env: { PYTHONUTF8: "1" },
  });
  if (output.stdout.trim() === "" || (output.exitCode !== 0 && output.exitCode !== 1)) {
    if (context.settings.source === "service-or-snapshot" && isUnreached(output))
      return auditRequirements(context, { tool: "pip-audit", instead: insteadOf(lastWords(output)) });
    throw failure(output, context);
  }
  const read = parsePipAudit(output.stdout);
  if (!read.ok) return { evidence: undefined, findings: [], problems: [`pip-audit: ${read.problem}`] };
  const { audited, skipped } = read.value;
  const places = await placesIn(context);
  const findings = audited.flatMap(({ vulnerabilities, ...installed }) =>
    vulnerabilities.flatMap((vulnerability) =>
      (places.get(normalName(installed.name)) ?? [{ file: "", line: undefined }]).map((place) =>
        pipAuditFinding(vulnerability, installed, place),
      ),
    ),
  );
  return {
    evidence:
      audited.length === 0
        ? undefined
        : {
            files: context.settings.audited === "requirements" ? context.files.length : undefined,
            exitCode: output.exitCode,
            summary: `${audited.length} packages against ${serviceOf(context.settings)}: ${findings.length} findings`,
            source: "tool",
          },
    findings,
    problems: [...problemsOf(skipped), ...unexplained(output, findings.length)],
    filesLookedAt: context.files,
  };
}

function argumentsOf(context: CheckContext<Settings>): readonly string[] {
  const { audited, resolve, service, url, ignore } = context.settings;
  return [
    "--format=json",
    "--desc=off",
    "--progress-spinner=off",
    `--vulnerability-service=${service}`,
    ...(url === undefined ? [] : [`--osv-url=${url}`]),
    ...(audited === "environment"
      ? ["--local"]
      : [
          ...(resolve ? [] : ["--no-deps", "--disable-pip"]),
          ...context.files.map((file) => `--requirement=${asArgument(context, file)}`),
        ]),
    ...ignore.map((id) => `--ignore-vuln=${id}`),
  ];
}

function serviceOf({ service, url }: Settings): string {
  return url ?? (service === "pypi" ? "the advisories of PyPI" : "the advisories of osv.dev");
}

const NO_SERVICE = /ServiceError|ConnectionError|ConnectTimeout|ReadTimeout|Max retries exceeded|HTTPError/;
const NOT_PINNED = /not pinned to an exact version/;

/** A requirement without an exact version is told first, whatever the service would have said. */
function isUnreached({ stderr }: ToolOutput): boolean {
  return NO_SERVICE.test(stderr) && !NOT_PINNED.test(stderr);
}

/** The two usual failures have a way out that pip-audit's own words do not name. */
function failure(output: ToolOutput, context: CheckContext<Settings>): TrigateError {
  const way = NOT_PINNED.test(output.stderr)
    ? "pin it with ==, or set resolve: true"
    : isUnreached(output)
      ? 'the service gave no answer; try later, set "service" or "url", or set source: service-or-snapshot to ask a snapshot of advisories then'
      : undefined;
  if (way === undefined) return toolFailure("pip-audit", output, context);
  return new TrigateError("checker/tool-failed", {
    tool: "pip-audit",
    exitCode: output.exitCode,
    stderr: `${way}. ${lastWords(output)}`,
    cwd: workingFolder(context),
  });
}

function lastWords({ stderr }: ToolOutput): string {
  const lines = stderr.trim().split("\n");
  return (lines.findLast((line) => /^\w[\w.]*(?:Error|Timeout)|^ERROR:/.test(line)) ?? "").slice(0, 500);
}

/** Where each package is asked for, by its normal name. Packages that only others ask for have no place. */
async function placesIn(context: CheckContext<Settings>): Promise<ReadonlyMap<string, readonly Place[]>> {
  const places = new Map<string, Place[]>();
  if (context.settings.audited !== "requirements") return places;
  for (const file of context.files) {
    const { packages, unpinned } = parseRequirements((await context.readText(join(context.root, file))) ?? "");
    for (const { name, line } of [...packages, ...unpinned]) {
      const known = places.get(normalName(name)) ?? [];
      if (!known.some((place) => place.file === file)) places.set(normalName(name), [...known, { file, line }]);
    }
  }
  return places;
}

const MOST_NAMED = 5;

function problemsOf(skipped: PipAuditReport["skipped"]): readonly string[] {
  const named = skipped.slice(0, MOST_NAMED).map(({ name, reason }) => `pip-audit: ${name} was not audited: ${reason}`);
  const more = skipped.length - named.length;
  return more > 0 ? [...named, `pip-audit: ${more} more packages were not audited`] : named;
}

function unexplained({ exitCode }: ToolOutput, findings: number): readonly string[] {
  return exitCode === 1 && findings === 0 ? ["pip-audit: exit code 1, but no vulnerability could be read"] : [];
}
