import { z } from "zod";
import type { ReportedFinding } from "../../../core/finding.ts";
import { plainLine } from "../../reading/plain-text.ts";
import { type JsonResult, readJson } from "../../reading/read-json.ts";

const Vulnerability = z.object({
  id: z.string(),
  fix_versions: z.array(z.string()),
  aliases: z.array(z.string()).optional(),
});
export type PipAuditVulnerability = z.infer<typeof Vulnerability>;

const Dependency = z.union([
  z.object({ name: z.string(), skip_reason: z.string() }),
  z.object({ name: z.string(), version: z.string(), vulns: z.array(Vulnerability) }),
]);

const Report = z.object({ dependencies: z.array(Dependency) });

export interface PipAuditReport {
  readonly audited: readonly {
    readonly name: string;
    readonly version: string;
    readonly vulnerabilities: readonly PipAuditVulnerability[];
  }[];
  /** Packages that the service knows nothing of. pip-audit ends with 0 over them. */
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
}

/** Reads what `pip-audit --format json` prints. Never throws. */
export function parsePipAudit(text: string): JsonResult<PipAuditReport> {
  const read = readJson(text, Report);
  if (!read.ok) return read;
  const audited: PipAuditReport["audited"][number][] = [];
  const skipped: PipAuditReport["skipped"][number][] = [];
  for (const dependency of read.value.dependencies) {
    if ("skip_reason" in dependency) skipped.push({ name: dependency.name, reason: plainLine(dependency.skip_reason) });
    else audited.push({ name: dependency.name, version: dependency.version, vulnerabilities: dependency.vulns });
  }
  return { ok: true, value: { audited, skipped } };
}

/** Where a package is asked for. */
export interface Place {
  readonly file: string;
  readonly line: number | undefined;
}

/** One finding for each advisory and place. pip-audit grades nothing, so each counts in full. */
export function pipAuditFinding(
  { id, fix_versions: fixes, aliases = [] }: PipAuditVulnerability,
  { name, version }: { readonly name: string; readonly version: string },
  { file, line }: Place,
): ReportedFinding {
  // pip-audit gives them in another order each time.
  const others = aliases
    .filter((alias) => alias !== id)
    .toSorted()
    .join(", ");
  const way = fixes.length === 0 ? "and no fixed version is known" : `is fixed in ${fixes.join(", ")}`;
  return {
    rule: plainLine(id),
    severity: "error",
    message: plainLine(`${name} ${version}: ${id}${others === "" ? "" : ` (${others})`} ${way}`),
    file,
    range: line === undefined ? undefined : { start: { line, column: 1 } },
    url: `https://osv.dev/vulnerability/${encodeURIComponent(id)}`,
  };
}
