import { z } from "zod";
import type { Severity } from "../../../core/finding.ts";

/** How grave an advisory is, the least first. */
export const GRADES = ["info", "low", "moderate", "high", "critical"] as const;
export type Grade = (typeof GRADES)[number];

/** The setting that lists advisories which their owner has looked at and lives with. `idMeans` says how one is named. */
export function ignoredAdvisories(idMeans: string) {
  const Ignored = z.strictObject({
    id: z.string().describe(idMeans),
    reason: z.string().min(10).describe("Why it does no harm here."),
    until: z.iso.date().optional().describe("Day from which it counts again."),
  });
  return z.array(Ignored).default([]).describe("Advisories that were looked at and do not count.");
}

export interface Ignored {
  readonly id: string;
  readonly reason: string;
  /** Day from which it counts again. */
  readonly until?: string | undefined;
}

/** The entry that holds for an advisory with these names, and is not over. */
export function ignoredBy(ignore: readonly Ignored[], ids: readonly string[], nowMs: number): Ignored | undefined {
  return ignore.find(({ id, until }) => ids.includes(id) && (until === undefined || Date.parse(until) > nowMs));
}

/** What a finding's message ends with when somebody lives with it. */
export function ignoredWords({ reason, until }: Ignored): string {
  return `; ignored${until === undefined ? "" : ` until ${until}`}: ${reason}`;
}

/** A grade that nobody gave may be anything, so it counts; what is below the minimum is only shown. */
export function severityOfGrade(grade: Grade | undefined, minimum: Grade): Severity {
  if (grade === undefined) return "error";
  if (GRADES.indexOf(grade) < GRADES.indexOf(minimum)) return "info";
  return grade === "high" || grade === "critical" ? "error" : "warning";
}
