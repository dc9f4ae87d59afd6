import { z } from "zod";
import type { ReportedFinding, Severity } from "../../../core/finding.ts";
import { plainLine } from "../../reading/plain-text.ts";
import { readJson } from "../../reading/read-json.ts";

const Complaint = z.object({
  line: z.int().nonnegative(),
  column: z.int().nonnegative(),
  severity: z.string(),
  message: z.string(),
  ruleId: z.string().optional(),
  filePath: z.string(),
});
const Report = z.array(z.union([Complaint, z.object({ conclusion: z.string() })]));

export interface SolhintReport {
  /** `path` as Solhint printed it. */
  readonly complaints: readonly (Omit<ReportedFinding, "file"> & { readonly path: string })[];
  readonly conclusion: string | undefined;
  readonly problems: readonly string[];
}

/** Reads `solhint --formatter json`. Never throws. */
export function parseSolhintJson(text: string): SolhintReport {
  const read = readJson(text, Report);
  if (!read.ok) return { complaints: [], conclusion: undefined, problems: [`solhint: ${read.problem}`] };
  const unique = new Map<string, SolhintReport["complaints"][number]>();
  for (const entry of read.value) {
    // Some rules visit a node twice and repeat themselves.
    if (!("conclusion" in entry))
      unique.set(
        [entry.filePath, entry.line, entry.column, entry.ruleId, entry.message].join("\n"),
        toComplaint(entry),
      );
  }
  const complaints = [...unique.values()];
  const conclusion = read.value.flatMap((entry) => ("conclusion" in entry ? [plainLine(entry.conclusion)] : [])).at(0);
  // The conclusion comes last; findings without it mean that the list is not whole.
  const cut = complaints.length > 0 && conclusion === undefined;
  return { complaints, conclusion, problems: cut ? ["solhint: the report has findings but no conclusion"] : [] };
}

function toComplaint({
  line,
  column,
  severity,
  message,
  ruleId,
  filePath,
}: z.infer<typeof Complaint>): SolhintReport["complaints"][number] {
  // Errors of the parser have no rule, and only their columns start at 0.
  const start = { line: Math.max(1, line), column: ruleId === undefined ? column + 1 : Math.max(1, column) };
  return {
    rule: ruleId ?? "syntax",
    severity: severityOf(severity),
    message: plainLine(message),
    path: filePath,
    range: { start },
    url: documentationOf(ruleId),
  };
}

function severityOf(severity: string): Severity {
  if (severity.toLowerCase() === "error") return "error";
  return severity.toLowerCase() === "warning" ? "warning" : "info";
}

function documentationOf(ruleId: string | undefined): string | undefined {
  return ruleId === undefined ? undefined : "https://protofire.github.io/solhint/docs/rules.html";
}
