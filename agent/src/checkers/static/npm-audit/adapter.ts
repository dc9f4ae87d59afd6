import { join } from "node:path";
import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import type { ReportedFinding } from "../../../core/finding.ts";
import { systemClock } from "../../../platform/clock.ts";
import type { CheckContext, RepositoryFacts } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { auditLockFiles } from "../../reading/advisories/audit-lock-files.ts";
import {
  GRADES,
  ignoredAdvisories,
  ignoredBy,
  ignoredWords,
  severityOfGrade,
} from "../../reading/advisories/policy.ts";
import { advisorySourceSettings, insteadOf, snapshotFor } from "../../reading/advisories/source-setting.ts";
import { plainLine } from "../../reading/plain-text.ts";
import { toolFailure } from "../../reading/tool-failure.ts";
import { lineOfNode, type NpmAuditReport, parseNpmAudit, type Vulnerable } from "./parse.ts";

const Settings = z.strictObject({
  ...advisorySourceSettings("the audit service of the registry"),
  minimumSeverity: z.enum(GRADES).default("low").describe("What is below is shown but not counted."),
  omitDev: z
    .boolean()
    .default(false)
    .describe("Leave out what is only needed to develop. A snapshot is always asked about everything."),
  ignore: ignoredAdvisories("The advisory, such as GHSA-xxxx-xxxx-xxxx."),
});
type Settings = z.infer<typeof Settings>;

const LOCK_FILES = ["npm-shrinkwrap.json", "package-lock.json"];

/**
 * `npm audit`: locked packages against the advisories of the registry. Exit code 1 means advisories as well as an audit that
 * could not be made; only the report tells which, and the second is never clean.
 */
export const npmAuditChecker = defineChecker<Settings>({
  id: "npm-audit",
  title: "npm audit: vulnerable packages",
  stage: "static",
  feeds: ["security_issues"],
  // The manifest too, so that a project without a lock file is told so instead of being passed over.
  patterns: ["package.json", ...LOCK_FILES],
  configFiles: ["**/.npmrc"],
  handles: "project",
  // What is known about a package changes although the package does not.
  cacheable: false,
  exclusive: false,
  settings: Settings,
  install: "install Node.js with npm from https://nodejs.org",
  locate: (find) => find.path("npm"),
  version: { args: ["--version"], pattern: /^(\d+\.\d+\.\d+\S*)/m },
  proposedOnce: true,
  detect,
  check,
});

/** Lock files alone are for osv-audit, which knows more ecosystems; this one is proposed where a project already runs it. */
async function detect({ files, readText }: RepositoryFacts): Promise<Readonly<Record<string, unknown>> | undefined> {
  if (!LOCK_FILES.some((file) => files.includes(file))) return undefined;
  const scripts = ["package.json", ...files.filter((file) => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(file))];
  for (const file of scripts) if (/\bnpm audit\b/.test((await readText(file)) ?? "")) return {};
  return undefined;
}

async function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  const { source, omitDev } = context.settings;
  if (source === "snapshot") return auditSnapshot(context);
  const output = await context.run([
    ...context.tool,
    "audit",
    "--json",
    // npm would try three times and wait between; a check is made again anyway.
    "--fetch-retries=0",
    "--logs-max=0",
    // Its own patience is as long as a check's.
    ...(source === "service-or-snapshot" ? ["--fetch-timeout=30000"] : []),
    ...(omitDev ? ["--omit=dev"] : []),
    ...context.options.args,
  ]);
  const { exitCode } = output;
  if (exitCode === undefined || exitCode > 1) throw toolFailure("npm audit", output, context);
  const report = parseNpmAudit(output.stdout);
  if (report.ok) return outputOf(context, { report, exitCode });
  if (source === "service-or-snapshot" && isUnreached(report.problem))
    return auditSnapshot(context, insteadOf(report.problem));
  throw toolFailure("npm audit", { ...output, stderr: `${report.problem}. ${wayOut(report.problem)}` }, context);
}

/** The service said no, or nothing answered. A project without a lock file or a broken one is another matter. */
function isUnreached(problem: string): boolean {
  return /^\d{3} |\brequest to\b|\b(ENOTFOUND|ECONN\w+|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ENOAUDIT|ENOTCACHED)\b|network|\b[45]\d\d\b/i.test(
    problem,
  );
}

function wayOut(problem: string): string {
  if (!isUnreached(problem)) return "Nothing was audited";
  return 'Nothing was audited: this registry has no audit service, or it was not reached. Point "args" at one (--registry), or set "source: service-or-snapshot" (or snapshot) with a snapshot of advisories';
}

async function auditSnapshot(context: CheckContext<Settings>, instead?: string): Promise<CheckOutput> {
  const { minimumSeverity, ignore } = context.settings;
  const files = context.files.filter((file) => LOCK_FILES.includes(file.split("/").at(-1) ?? ""));
  const policy = { minimum: minimumSeverity, ignore, nowMs: systemClock.now() };
  const audit = { tool: "npm-audit", files, policy, unpinnedIsEnough: false };
  return auditLockFiles(context, await snapshotFor(context, context.settings, instead), audit);
}

async function outputOf(
  context: CheckContext<Settings>,
  { report, exitCode }: { readonly report: Extract<NpmAuditReport, { ok: true }>; readonly exitCode: number },
): Promise<CheckOutput> {
  const lock = await lockFileOf(context);
  const findings = report.vulnerable.map((vulnerable) => findingOf(vulnerable, { lock, settings: context.settings }));
  const unexplained =
    exitCode === 1 && findings.length === 0 && report.problems.length === 0
      ? ["exit code 1, but it lists no advisory"]
      : [];
  return {
    evidence: {
      files: 1,
      exitCode,
      summary: `${report.packages} packages against the registry's advisories: ${report.vulnerable.length} found`,
      source: "tool",
    },
    findings,
    problems: [...report.problems, ...unexplained].map((problem) => `npm audit: ${problem}`),
    filesLookedAt: lock === undefined ? undefined : [lock.file],
  };
}

interface LockFile {
  readonly file: string;
  readonly text: string;
}

async function lockFileOf(context: CheckContext<Settings>): Promise<LockFile | undefined> {
  for (const name of LOCK_FILES) {
    const text = await context.readText(name);
    if (text !== undefined) return { file: join(context.options.cwd, name).replaceAll("\\", "/"), text };
  }
  return undefined;
}

function findingOf(
  { id, packageName, severity, title, url, range, nodes, wayOut: mend }: Vulnerable,
  { lock, settings }: { readonly lock: LockFile | undefined; readonly settings: Settings },
): ReportedFinding {
  const ignored = ignoredBy(settings.ignore, [id], systemClock.now());
  const pardon = ignored === undefined ? "" : ignoredWords(ignored);
  const [node = ""] = nodes;
  return {
    rule: id,
    severity: ignored === undefined ? severityOfGrade(severity, settings.minimumSeverity) : "info",
    message: plainLine(`${packageName} ${range}: ${title} (${severity}); ${mend}${pardon}`),
    file: lock?.file ?? "",
    range: lock === undefined ? undefined : { start: { line: lineOfNode(lock.text, node), column: 1 } },
    url: url !== undefined && /^https?:\/\//.test(url) ? url : undefined,
  };
}
