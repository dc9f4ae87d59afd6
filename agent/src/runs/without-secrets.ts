import type { CheckOutput } from "../core/check.ts";
import type { ReportedFinding } from "../core/finding.ts";

type Redact = (text: string) => string;

/** Takes secrets out of all texts of an output. Paths and places stay as they are: findings must still lead somewhere. */
export function withoutSecrets(output: CheckOutput, redact: Redact): CheckOutput {
  const { evidence, measurements, tests } = output;
  return {
    ...output,
    ...(evidence?.summary === undefined ? {} : { evidence: { ...evidence, summary: redact(evidence.summary) } }),
    findings: output.findings.map((finding) => cleanFinding(finding, redact)),
    ...(measurements === undefined
      ? {}
      : { measurements: measurements.map((each) => ({ ...each, benchmark: redact(each.benchmark) })) }),
    ...(tests === undefined
      ? {}
      : {
          tests: tests.map((each) => ({
            ...each,
            name: redact(each.name),
            ...(each.message === undefined ? {} : { message: redact(each.message) }),
          })),
        }),
    problems: output.problems.map(redact),
  };
}

/** A fix whose text is a secret is left out: with the secret it must not be written down, and without it it would do harm. */
function cleanFinding(finding: ReportedFinding, redact: Redact): ReportedFinding {
  const { fix, ...rest } = finding;
  const mayKeep = fix?.edits.every(({ newText }) => redact(newText) === newText) ?? false;
  return {
    ...rest,
    rule: redact(finding.rule),
    message: redact(finding.message),
    ...(fix !== undefined && mayKeep ? { fix: { ...fix, title: redact(fix.title) } } : {}),
  };
}
