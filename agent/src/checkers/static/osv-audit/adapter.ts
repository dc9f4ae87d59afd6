import { join } from "node:path";
import { z } from "zod";
import type { CheckOutput } from "../../../core/check.ts";
import type { ReportedFinding } from "../../../core/finding.ts";
import { systemClock } from "../../../platform/clock.ts";
import type { CheckContext, RepositoryFacts } from "../../checker.ts";
import { defineChecker } from "../../define-checker.ts";
import { RUN_BY_AGENT } from "../../run-by-agent.ts";
import { asArgument } from "../../reading/report-path.ts";
import type { AdvisorySource, Matches } from "../../reading/advisories/advisory.ts";
import { GRADES, type Locked, unpinnedFinding, vulnerabilityFinding } from "./findings.ts";
import { liveSource } from "./live-source.ts";
import { parseNpmLock, parseRequirements } from "../../reading/advisories/lock-files.ts";
import { ignoredAdvisories } from "../../reading/advisories/policy.ts";
import { snapshotSource } from "./snapshot-source.ts";

const Settings = z.strictObject({
  source: z
    .enum(["live", "snapshot"])
    .default("live")
    .describe("Where advisories come from: an OSV service, or a file of your own."),
  url: z
    .url({ protocol: /^https?$/ })
    .default("https://api.osv.dev")
    .describe("The OSV service."),
  snapshot: z.string().default("advisories/snapshot.json").describe("The snapshot, relative to cwd."),
  maxAgeDays: z.int().min(1).default(30).describe("A snapshot older than this is used with a warning."),
  minimumSeverity: z.enum(GRADES).default("low").describe("What is below is shown but not counted."),
  ignore: ignoredAdvisories("The advisory, or its CVE."),
});
type Settings = z.infer<typeof Settings>;

/**
 * An audit of locked dependencies against advisories in OSV format. It has no tool of its own to start: the program that
 * is found is the Node that it runs in.
 */
export const osvAuditChecker = defineChecker<Settings>({
  id: "osv-audit",
  title: "OSV: vulnerable dependencies",
  stage: "static",
  feeds: ["security_issues"],
  patterns: ["**/package-lock.json", "**/npm-shrinkwrap.json", "**/requirements*.txt"],
  configFiles: [],
  handles: "files",
  // What is known about a package changes although the package does not.
  cacheable: false,
  exclusive: false,
  settings: Settings,
  ...RUN_BY_AGENT,
  proposedOnce: true,
  detect: async ({ files }: RepositoryFacts) =>
    files.some((file) => /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|requirements[^/]*\.txt)$/.test(file))
      ? {}
      : undefined,
  check,
});

async function check(context: CheckContext<Settings>): Promise<CheckOutput> {
  const { locked, findings: unpinned, problems: unreadable } = await readLockFiles(context);
  const answer = await (await sourceFor(context)).matchesFor(uniquePackages(locked));
  if (!answer.ok)
    return { evidence: undefined, findings: unpinned, problems: [...unreadable, `osv-audit: ${answer.problem}`] };
  const policy = {
    minimum: context.settings.minimumSeverity,
    ignore: context.settings.ignore,
    nowMs: systemClock.now(),
  };
  const found = answer.matches.flatMap((match) =>
    placesOf(match.package, locked).map((place) => vulnerabilityFinding(match, place, policy)),
  );
  const warnings = answer.about.warnings.map(
    (message): ReportedFinding => ({ rule: "advisories", severity: "info", message, file: "" }),
  );
  const looked = locked.length > 0 || unpinned.length > 0;
  return {
    evidence: looked ? { files: context.files.length, summary: summaryOf(locked, answer), source: "tool" } : undefined,
    findings: [...found, ...unpinned, ...warnings],
    problems: [...unreadable, ...answer.problems.slice(0, 5).map((problem) => `osv-audit: ${problem}`)],
    filesLookedAt: context.files,
  };
}

function summaryOf(locked: readonly Locked[], { about, matches }: Extract<Matches, { ok: true }>): string {
  const warnings = about.warnings.length > 0 ? ` (${about.warnings.join("; ")})` : "";
  return `${uniquePackages(locked).length} packages against ${about.words}: ${matches.length} affected${warnings}`;
}

async function sourceFor(context: CheckContext<Settings>): Promise<AdvisorySource> {
  const { source, url, snapshot, maxAgeDays } = context.settings;
  if (source === "live")
    return liveSource({
      url,
      fetch: globalThis.fetch,
      signal: AbortSignal.any([context.signal, AbortSignal.timeout(context.options.timeoutMs)]),
    });
  return snapshotSource({
    path: snapshot,
    text: await context.readText(snapshot),
    maxAgeDays,
    nowMs: systemClock.now(),
  });
}

async function readLockFiles(context: CheckContext<Settings>): Promise<{
  readonly locked: readonly Locked[];
  readonly findings: readonly ReportedFinding[];
  readonly problems: readonly string[];
}> {
  const locked: Locked[] = [];
  const findings: ReportedFinding[] = [];
  const problems: string[] = [];
  for (const file of context.files) {
    const text = await context.readText(join(context.root, file));
    if (text === undefined) {
      problems.push(`osv-audit: ${asArgument(context, file)} is not there`);
      continue;
    }
    const { packages, unpinned, problems: own } = file.endsWith(".txt") ? parseRequirements(text) : parseNpmLock(text);
    locked.push(...packages.map((entry) => ({ ...entry, file })));
    findings.push(...unpinned.map((entry) => unpinnedFinding(entry, file)));
    problems.push(...own.map((problem) => `osv-audit: ${file}: ${problem}`));
  }
  return { locked, findings, problems };
}

function uniquePackages(locked: readonly Locked[]): readonly Locked[] {
  return [...new Map(locked.map((entry) => [`${entry.ecosystem} ${entry.name} ${entry.version}`, entry])).values()];
}

/** The first place of a package in each lock file; further copies of the same version are mended together with it. */
function placesOf(
  { ecosystem, name, version }: Pick<Locked, "ecosystem" | "name" | "version">,
  locked: readonly Locked[],
): readonly Locked[] {
  const places = new Map<string, Locked>();
  for (const entry of locked) {
    if (entry.ecosystem === ecosystem && entry.name === name && entry.version === version && !places.has(entry.file))
      places.set(entry.file, entry);
  }
  return [...places.values()];
}
