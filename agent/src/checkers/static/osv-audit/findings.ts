import type { ReportedFinding, Severity } from "../../../core/finding.ts";
import { plainLine } from "../../reading/plain-text.ts";
import type { Match } from "../../reading/advisories/advisory.ts";
import { isAffected } from "../../reading/advisories/affected.ts";
import type { LockedPackage } from "../../reading/advisories/lock-files.ts";

export const GRADES = ["low", "moderate", "high", "critical"] as const;
export type Grade = (typeof GRADES)[number];

/** An advisory that its owner has looked at and lives with. */
export interface Ignored {
  readonly id: string;
  readonly reason: string;
  /** Day from which it counts again. */
  readonly until?: string | undefined;
}

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
  const grade = GRADES.find((name) => name === advisory.database_specific?.severity?.toLowerCase());
  const fixedIn = isAffected(advisory, installed)?.fixedIn;
  const cve = advisory.aliases?.find((alias) => /^CVE-\d{4}-\d+$/.test(alias));
  const ignored = policy.ignore.find(
    ({ id, until }) =>
      (id === advisory.id || advisory.aliases?.includes(id)) &&
      (until === undefined || Date.parse(until) > policy.nowMs),
  );
  const words = [
    `${installed.name} ${installed.version}: ${advisory.id}`,
    `(${[cve, grade ?? "unknown severity"].filter((part) => part !== undefined).join(", ")})`,
    fixedIn === undefined ? "and no fixed version is known" : `is fixed in ${fixedIn}`,
    ignored === undefined
      ? ""
      : `; ignored${ignored.until === undefined ? "" : ` until ${ignored.until}`}: ${ignored.reason}`,
  ];
  return {
    rule: advisory.id,
    severity: ignored === undefined ? severityOf(grade, policy.minimum) : "info",
    message: plainLine(words.join(" ").replace(" ;", ";")),
    file,
    range: { start: { line, column: 1 } },
    url: `https://osv.dev/vulnerability/${encodeURIComponent(advisory.id)}`,
  };
}

/** A grade that nobody gave may be anything, so it counts. */
function severityOf(grade: Grade | undefined, minimum: Grade): Severity {
  if (grade === undefined) return "error";
  if (GRADES.indexOf(grade) < GRADES.indexOf(minimum)) return "info";
  return grade === "low" || grade === "moderate" ? "warning" : "error";
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
