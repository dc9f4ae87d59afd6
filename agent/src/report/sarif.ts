import type { Log, Notification, ReportingDescriptor, Result, Run as SarifRun } from "sarif";
import type { CheckResult } from "../core/check.ts";
import type { Finding, Severity } from "../core/finding.ts";
import type { Run } from "../core/run.ts";

const LEVELS: Readonly<Record<Severity, Result.level>> = { error: "error", warning: "warning", info: "note" };
/** More runs than this are refused by GitHub's code scanning. */
const MAX_RUNS = 20;
const MAX_RESULTS_PER_RUN = 25_000;
const MAX_RULES_PER_RUN = 25_000;

/** SARIF 2.1.0, one SARIF run for each check that looked, columns in UTF-16 units, paths relative to the root. */
export function toSarif(run: Run): string {
  const checks = run.stages
    .flatMap((stage) => stage.checks)
    .filter(
      ({ status, findings }) =>
        status === "errored" || status === "failed" || status === "passed" || findings.length > 0,
    );
  const worstFirst = checks.toSorted(
    (a, b) => Number(b.status === "errored") - Number(a.status === "errored") || b.findings.length - a.findings.length,
  );
  const left = worstFirst.slice(MAX_RUNS);
  const log: Log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: worstFirst
      .slice(0, MAX_RUNS)
      .map((check, index) => toSarifRun(check, { run, left: index === 0 ? left : [] })),
  };
  return `${JSON.stringify(log, null, 1)}\n`;
}

/** What code scanning would refuse is left out and said, never dropped without a word. */
function notesOn(check: CheckResult, left: readonly CheckResult[]): readonly Notification[] {
  const notes: Notification[] = [];
  const more = check.findings.length - MAX_RESULTS_PER_RUN;
  if (more > 0)
    notes.push({
      level: "warning",
      message: { text: `${more} more findings are left out: code scanning takes no more` },
    });
  if (left.length > 0) {
    const names = left.map(({ id, findings }) => `${id} (${findings.length} findings)`).join(", ");
    notes.push({ level: "warning", message: { text: `more checks than code scanning takes; left out: ${names}` } });
  }
  return notes;
}

function toSarifRun(check: CheckResult, { run, left }: { run: Run; left: readonly CheckResult[] }): SarifRun {
  const findings = check.findings.slice(0, MAX_RESULTS_PER_RUN);
  const notes = notesOn(check, left);
  const rules = new Map<string, ReportingDescriptor>();
  for (const { rule, url } of findings)
    if (!rules.has(rule)) rules.set(rule, { id: rule, ...(url === undefined ? {} : { helpUri: url }) });
  const indexOf = new Map([...rules.keys()].slice(0, MAX_RULES_PER_RUN).map((id, index) => [id, index]));
  return {
    tool: {
      driver: {
        name: check.tool,
        ...(check.toolVersion === undefined ? {} : { version: check.toolVersion }),
        rules: [...rules.values()].slice(0, MAX_RULES_PER_RUN),
      },
    },
    automationDetails: { id: `trigate/${check.id}/${run.id}` },
    columnKind: "utf16CodeUnits",
    originalUriBaseIds: { "%SRCROOT%": { description: { text: "The folder of trigate.yaml." } } },
    invocations: [
      {
        executionSuccessful: check.status !== "errored",
        ...(check.evidence?.exitCode === undefined ? {} : { exitCode: check.evidence.exitCode }),
        ...(check.status === "errored"
          ? { toolExecutionNotifications: [{ level: "error" as const, message: { text: check.message } }] }
          : {}),
        ...(notes.length === 0 ? {} : { toolConfigurationNotifications: [...notes] }),
      },
    ],
    results: findings.map((finding) => toResult(finding, indexOf.get(finding.rule))),
  };
}

function toResult(finding: Finding, ruleIndex: number | undefined): Result {
  const { range, suppressed } = finding;
  const region =
    range === undefined
      ? undefined
      : {
          startLine: range.start.line,
          startColumn: range.start.column,
          ...(range.end === undefined ? {} : { endLine: range.end.line, endColumn: range.end.column }),
        };
  return {
    ruleId: finding.rule,
    ...(ruleIndex === undefined ? {} : { ruleIndex }),
    level: LEVELS[finding.severity],
    message: { text: finding.message },
    ...(finding.file === ""
      ? {}
      : {
          locations: [
            {
              physicalLocation: {
                artifactLocation: {
                  uri: finding.file.split("/").map(encodeURIComponent).join("/"),
                  uriBaseId: "%SRCROOT%",
                },
                ...(region === undefined ? {} : { region }),
              },
            },
          ],
        }),
    partialFingerprints: { "trigate/v1": finding.fingerprint },
    ...(suppressed === undefined
      ? {}
      : {
          suppressions: [
            { kind: suppressed.kind === "inline" ? "inSource" : "external", justification: suppressed.reason },
          ],
        }),
  };
}
