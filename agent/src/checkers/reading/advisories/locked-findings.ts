import type { ReportedFinding } from "../../../core/finding.ts";
import { plainLine } from "../plain-text.ts";
import type { Match } from "./advisory.ts";
import { isAffected } from "./affected.ts";
import type { LockedPackage } from "./lock-files.ts";
import { type Grade, type Ignored, ignoredBy, ignoredWords, severityOfGrade } from "./policy.ts";

/** Grades that OSV records have. */
export const OSV_GRADES = ["low", "moderate", "high", "critical"] as const;

export interface Policy {
  readonly minimum: Grade;
  readonly ignore: readonly Ignored[];
  readonly nowMs: number;
}

/** Where a package is locked. */
export interface Locked extends LockedPackage {
  readonly file: string;
}

/** One finding for each advisory, version and lock file. What the policy lets pass is still shown, as information. */
export function vulnerabilityFinding(
  { package: installed, advisory }: Match,
  { file, line }: Locked,
  policy: Policy,
): ReportedFinding {
  const grade = OSV_GRADES.find((name) => name === advisory.database_specific?.severity?.toLowerCase());
  const fixedIn = isAffected(advisory, installed)?.fixedIn;
  const cve = advisory.aliases?.find((alias) => /^CVE-\d{4}-\d+$/.test(alias));
  const ignored = ignoredBy(policy.ignore, [advisory.id, ...(advisory.aliases ?? [])], policy.nowMs);
  const words = [
    `${installed.name} ${installed.version}: ${advisory.id}`,
    `(${[cve, grade ?? "unknown severity"].filter((part) => part !== undefined).join(", ")})`,
    fixedIn === undefined ? "and no fixed version is known" : `is fixed in ${fixedIn}`,
  ];
  const pardon = ignored === undefined ? "" : ignoredWords(ignored);
  return {
    rule: advisory.id,
    severity: ignored === undefined ? severityOfGrade(grade, policy.minimum) : "info",
    message: plainLine(`${words.join(" ")}${pardon}`),
    file,
    range: { start: { line, column: 1 } },
    url: `https://osv.dev/vulnerability/${encodeURIComponent(advisory.id)}`,
  };
}

export function unpinnedFinding(
  { name, line }: { readonly name: string; readonly line: number },
  file: string,
): ReportedFinding {
  return {
    rule: "unpinned",
    severity: "info",
    message: plainLine(`${name} has no exact version, so nobody can tell whether it is affected`),
    file,
    range: { start: { line, column: 1 } },
  };
}
