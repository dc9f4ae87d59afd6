import { join } from "node:path";
import type { Finding, ReportedFinding } from "../core/finding.ts";
import { readTextIfThere, sha256 } from "../platform/files.ts";

/**
 * Gives findings their ids and fingerprints. The fingerprint is made of rule, file and the text of the line without its
 * white space, counted where the same occurs twice: it survives shifted lines and reformatting.
 */
export async function identifyFindings(
  check: string,
  reported: readonly ReportedFinding[],
  root: string,
): Promise<Finding[]> {
  const texts = new Map<string, readonly string[]>();
  const seen = new Map<string, number>();
  const findings: Finding[] = [];
  for (const finding of reported) {
    if (finding.file !== "" && !texts.has(finding.file)) {
      texts.set(finding.file, ((await readTextIfThere(join(root, finding.file))) ?? "").split("\n"));
    }
    const line = finding.range === undefined ? "" : (texts.get(finding.file)?.[finding.range.start.line - 1] ?? "");
    const content = [check, finding.rule, finding.file, line.replaceAll(/\s/g, "") || finding.message].join("\0");
    const occurrence = (seen.get(content) ?? 0) + 1;
    seen.set(content, occurrence);
    const fingerprint = sha256(`${content}\0${occurrence}`).slice(0, 32);
    findings.push({ ...finding, check, id: `${check}:${fingerprint.slice(0, 12)}`, fingerprint });
  }
  return findings;
}
