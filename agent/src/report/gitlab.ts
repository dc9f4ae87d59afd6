import type { Severity } from "../core/finding.ts";
import type { Run } from "../core/run.ts";
import { plainText } from "./plain-text.ts";
import { countedFindings, erroredChecks, failedTests, firstLine } from "./selection.ts";

interface CodeQualityIssue {
  readonly description: string;
  readonly check_name: string;
  readonly fingerprint: string;
  readonly severity: "info" | "minor" | "major" | "critical" | "blocker";
  readonly location: { readonly path: string; readonly lines: { readonly begin: number; readonly end?: number } };
}

const SEVERITIES: Readonly<Record<Severity, CodeQualityIssue["severity"]>> = {
  error: "major",
  warning: "minor",
  info: "info",
};
/** Where GitLab shows what belongs to no file: it refuses an issue without a path. */
const NO_FILE = "trigate.yaml";

/** GitLab's code quality report. A check that could not look is a blocker, so that a broken tool never reads as clean code. */
export function toGitlab(run: Run): string {
  const issues: CodeQualityIssue[] = [
    ...erroredChecks(run).map(({ id, message, reason, advisory }) => ({
      description: plainText(`${id} could not be judged: ${firstLine(message)}`),
      check_name: `${id}/${reason}`,
      fingerprint: `errored:${id}`,
      severity: advisory ? ("info" as const) : ("blocker" as const),
      location: { path: NO_FILE, lines: { begin: 1 } },
    })),
    ...failedTests(run).map(({ check, name, file, line, message }) => ({
      description: plainText(`${name}: ${firstLine(message ?? "failed")}`),
      check_name: `${check}/test`,
      fingerprint: `test:${check}:${name}`,
      severity: "critical" as const,
      location: { path: plainText(file) || NO_FILE, lines: { begin: line ?? 1 } },
    })),
    ...countedFindings(run).map(({ check, rule, message, severity, file, range, fingerprint }) => ({
      description: plainText(message),
      check_name: plainText(`${check}/${rule}`),
      fingerprint,
      severity: SEVERITIES[severity],
      location: {
        path: plainText(file) || NO_FILE,
        lines: { begin: range?.start.line ?? 1, ...(range?.end === undefined ? {} : { end: range.end.line }) },
      },
    })),
  ];
  return `${JSON.stringify(withUniqueFingerprints(issues), null, 2)}\n`;
}

/** GitLab shows only the first of several issues with one fingerprint. */
function withUniqueFingerprints(issues: readonly CodeQualityIssue[]): readonly CodeQualityIssue[] {
  const seen = new Map<string, number>();
  return issues.map((issue) => {
    const times = (seen.get(issue.fingerprint) ?? 0) + 1;
    seen.set(issue.fingerprint, times);
    return times === 1 ? issue : { ...issue, fingerprint: `${issue.fingerprint}-${times}` };
  });
}
