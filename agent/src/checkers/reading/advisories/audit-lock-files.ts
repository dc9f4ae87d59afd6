import { join } from "node:path";
import type { CheckOutput } from "../../../core/check.ts";
import type { ReportedFinding } from "../../../core/finding.ts";
import type { CheckContext } from "../../checker.ts";
import { asArgument } from "../report-path.ts";
import type { AdvisorySource, Matches } from "./advisory.ts";
import { type Locked, type Policy, unpinnedFinding, vulnerabilityFinding } from "./locked-findings.ts";
import { parseNpmLock, parseRequirements } from "./lock-files.ts";

/** More unreadable things of one kind are told by the first of them. */
const MOST_PROBLEMS = 5;

export interface LockAudit {
  /** Stands before each problem. */
  readonly tool: string;
  /** Lock files of npm and requirements files of pip, relative to the root. */
  readonly files: readonly string[];
  readonly policy: Policy;
  /** Whether having found only packages without an exact version counts as having looked. */
  readonly unpinnedIsEnough: boolean;
}

interface LockedPackages {
  readonly locked: readonly Locked[];
  readonly findings: readonly ReportedFinding[];
  readonly problems: readonly string[];
}

/** Holds what is locked against advisories. A source that cannot tell is a problem, and never a clean answer. */
export async function auditLockFiles(
  context: CheckContext,
  source: AdvisorySource,
  audit: LockAudit,
): Promise<CheckOutput> {
  const packages = await readLockFiles(context, audit);
  const answer = await source.matchesFor(uniquePackages(packages.locked));
  if (answer.ok) return outputOf(answer, packages, audit);
  const { findings, problems } = packages;
  return { evidence: undefined, findings, problems: [...problems, `${audit.tool}: ${answer.problem}`] };
}

async function readLockFiles(
  context: CheckContext,
  { files, tool }: Pick<LockAudit, "files" | "tool">,
): Promise<LockedPackages> {
  const locked: Locked[] = [];
  const findings: ReportedFinding[] = [];
  const problems: string[] = [];
  for (const file of files) {
    const text = await context.readText(join(context.root, file));
    if (text === undefined) {
      problems.push(`${tool}: ${asArgument(context, file)} is not there`);
      continue;
    }
    const { packages, unpinned, problems: own } = file.endsWith(".txt") ? parseRequirements(text) : parseNpmLock(text);
    locked.push(...packages.map((entry) => ({ ...entry, file })));
    findings.push(...unpinned.map((entry) => unpinnedFinding(entry, file)));
    problems.push(...own.map((problem) => `${tool}: ${file}: ${problem}`));
  }
  return { locked, findings, problems };
}

function outputOf(
  answer: Extract<Matches, { ok: true }>,
  { locked, findings, problems }: LockedPackages,
  { tool, files, policy, unpinnedIsEnough }: LockAudit,
): CheckOutput {
  const found = answer.matches.flatMap((match) =>
    placesOf(match.package, locked).map((place) => vulnerabilityFinding(match, place, policy)),
  );
  const warnings = answer.about.warnings.map(
    (message): ReportedFinding => ({ rule: "advisories", severity: "info", message, file: "" }),
  );
  const looked = locked.length > 0 || (unpinnedIsEnough && findings.length > 0);
  return {
    evidence: looked ? { files: files.length, summary: summaryOf(locked, answer), source: "tool" } : undefined,
    findings: [...found, ...findings, ...warnings],
    problems: [...problems, ...answer.problems.slice(0, MOST_PROBLEMS).map((problem) => `${tool}: ${problem}`)],
    filesLookedAt: files,
  };
}

function summaryOf(locked: readonly Locked[], { about, matches }: Extract<Matches, { ok: true }>): string {
  const warnings = about.warnings.length > 0 ? ` (${about.warnings.join("; ")})` : "";
  return `${uniquePackages(locked).length} packages against ${about.words}: ${matches.length} affected${warnings}`;
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
