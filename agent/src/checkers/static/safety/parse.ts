import { z } from "zod";
import type { ReportedFinding } from "../../../core/finding.ts";
import { plainLine } from "../../reading/plain-text.ts";
import { type JsonResult, readJson } from "../../reading/read-json.ts";

const Requirement = z.object({ raw: z.string(), specifier: z.string().nullish(), found: z.string().nullish() });

const Vulnerability = z.object({
  vulnerability_id: z.string(),
  package_name: z.string(),
  analyzed_version: z.string().nullish(),
  analyzed_requirement: Requirement.nullish(),
  vulnerable_spec: z.union([z.string(), z.array(z.string())]),
  fixed_versions: z.array(z.string()).nullish(),
  CVE: z.string().nullish(),
  more_info_url: z.string().nullish(),
});
export type SafetyVulnerability = z.infer<typeof Vulnerability>;

const Report = z.object({
  scanned_packages: z.record(
    z.string(),
    z.object({ version: z.string().nullish(), requirements: z.array(Requirement) }),
  ),
  vulnerabilities: z.array(Vulnerability),
});

export interface SafetyReport {
  readonly vulnerabilities: readonly SafetyVulnerability[];
  /** Packages with an exact version, which are the only ones that it holds against its database. */
  readonly packages: number;
  /** Requirements that name no exact version: nobody can tell which one will be installed. */
  readonly unpinned: readonly { readonly raw: string; readonly found: string | undefined }[];
}

/** Reads what `safety check --json` prints: the report stands between notes to the reader. Never throws. */
export function parseSafety(text: string): JsonResult<SafetyReport> {
  const lines = text.split(/\r?\n/);
  const read = readJson(lines.slice(Math.max(0, lines.indexOf("{")), lines.lastIndexOf("}") + 1).join("\n"), Report);
  if (!read.ok) return read;
  const { scanned_packages: scanned, vulnerabilities } = read.value;
  const requirements = Object.values(scanned).flatMap((entry) => entry.requirements);
  return {
    ok: true,
    value: {
      vulnerabilities,
      packages: Object.values(scanned).filter(({ version }) => version !== null && version !== undefined).length,
      unpinned: requirements
        .filter(({ specifier }) => !/^={2,3}[^,*]+$/.test(specifier ?? ""))
        .map(({ raw, found }) => ({ raw: plainLine(raw), found: found ?? undefined })),
    },
  };
}

/** One finding. Safety tells no severity to those without an account, so each counts in full. */
export function safetyFinding(
  vulnerability: SafetyVulnerability,
  { file, line }: { readonly file: string; readonly line: number | undefined },
): ReportedFinding {
  const { vulnerability_id: id, package_name: name, analyzed_version: version, CVE: cve } = vulnerability;
  const affected = [vulnerability.vulnerable_spec].flat().join(" or ");
  const fixes = vulnerability.fixed_versions ?? [];
  const words = [
    `${name} ${version ?? ""}:`,
    cve ? `${id} (${cve})` : id,
    `affects ${affected}`,
    fixes.length === 0 ? "" : `and is fixed in ${fixes.join(", ")}`,
  ];
  return {
    rule: plainLine(id),
    severity: "error",
    message: plainLine(words.filter((word) => word !== "").join(" ")),
    file,
    range: line === undefined ? undefined : { start: { line, column: 1 } },
    url: vulnerability.more_info_url?.startsWith("https://") ? vulnerability.more_info_url : undefined,
  };
}
