import type { Log, ReportingDescriptor, Result, Run as SarifRun } from "sarif";
import type { CheckResult } from "../core/check.ts";
import type { Finding, Severity } from "../core/finding.ts";
import type { Run } from "../core/run.ts";

const LEVELS: Readonly<Record<Severity, Result.level>> = { error: "error", warning: "warning", info: "note" };
/** More runs than this are refused by GitHub's code scanning. */
const MAX_RUNS = 20;
const MAX_RESULTS_PER_RUN = 25_000;

/** SARIF 2.1.0, one SARIF run for each check that looked, columns in UTF-16 units, paths relative to the root. */
export function toSarif(run: Run): string {
  const checks = run.stages
    .flatMap((stage) => stage.checks)
    .filter(
      ({ status, findings }) =>
        status === "errored" || status === "failed" || status === "passed" || findings.length > 0,
    );
  const withFindings = checks.toSorted((a, b) => b.findings.length - a.findings.length).slice(0, MAX_RUNS);
  const log: Log = {
    $schema: "https://json.schemastore.org/sarif-2.1.0.json",
    version: "2.1.0",
    runs: withFindings.map((check) => toSarifRun(check, run)),
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function toSarifRun(check: CheckResult, run: Run): SarifRun {
  const rules = new Map<string, ReportingDescriptor>();
  for (const { rule, url } of check.findings)
    if (!rules.has(rule)) rules.set(rule, { id: rule, ...(url === undefined ? {} : { helpUri: url }) });
  const ruleIds = [...rules.keys()];
  return {
    tool: {
      driver: {
        name: check.tool,
        ...(check.toolVersion === undefined ? {} : { version: check.toolVersion }),
        rules: [...rules.values()],
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
      },
    ],
    results: check.findings.slice(0, MAX_RESULTS_PER_RUN).map((finding) => toResult(finding, ruleIds)),
  };
}

function toResult(finding: Finding, ruleIds: readonly string[]): Result {
  const { range } = finding;
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
    ruleIndex: ruleIds.indexOf(finding.rule),
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
  };
}
