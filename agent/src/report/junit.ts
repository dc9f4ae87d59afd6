import type { CheckResult } from "../core/check.ts";
import { isCounted } from "../core/check-status.ts";
import type { Finding } from "../core/finding.ts";
import type { GateResult } from "../core/gate.ts";
import type { Outcome } from "../core/outcome.ts";
import type { Run } from "../core/run.ts";
import type { TestCase } from "../core/test-result.ts";
import { escapeXml } from "./escape.ts";
import { checksOf } from "./selection.ts";

/** One `testcase` element, and which of the suite's counts it belongs to. */
interface Case {
  readonly outcome: Outcome;
  readonly seconds: number;
  readonly xml: string;
}

/**
 * The run as JUnit XML for CI servers that show test results: a suite for each check and one for the gates. Each counted
 * finding is a failed case; a check that could not look is an `error`, so that no reader takes it for clean.
 */
export function toJunit(run: Run): string {
  const gates = run.stages.flatMap((stage) => stage.gates);
  const suites = [
    ...checksOf(run).map((check) => suite(check.id, check.startedAtMs, casesOf(check))),
    suite("gates", run.startedAtMs, gates.map(gateCase)),
  ];
  const all = [...checksOf(run).flatMap(casesOf), ...gates.map(gateCase)];
  const head = `name="trigate" ${counts(all)} time="${(run.durationMs / 1000).toFixed(3)}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${head}>\n${suites.join("\n")}\n</testsuites>\n`;
}

function suite(name: string, startedAtMs: number, cases: readonly Case[]): string {
  const total = cases.reduce((sum, { seconds }) => sum + seconds, 0);
  const timestamp = new Date(startedAtMs).toISOString().slice(0, 19);
  const head = `name="${escapeXml(name)}" ${counts(cases)} time="${total.toFixed(3)}" timestamp="${timestamp}"`;
  return `  <testsuite ${head}>\n${cases.map(({ xml }) => xml).join("\n")}\n  </testsuite>`;
}

function counts(cases: readonly Case[]): string {
  const count = (outcome: Outcome) => cases.filter((one) => one.outcome === outcome).length;
  return `tests="${cases.length}" failures="${count("failed")}" errors="${count("errored")}" skipped="${count("skipped")}"`;
}

function casesOf(check: CheckResult): readonly Case[] {
  const counted = check.findings.filter(isCounted);
  const suppressed = check.findings.filter((finding) => finding.suppressed !== undefined);
  const parts = [...check.tests.map(testCase), ...counted.map(findingCase), ...suppressed.map(suppressedCase)];
  // The check itself is a case where nothing else says how it ended.
  const says = check.status === "errored" || check.status === "skipped" || parts.length === 0;
  return says ? [checkCase(check), ...parts] : parts;
}

function checkCase({ id, tool, status, reason, message, durationMs }: CheckResult): Case {
  const seconds = durationMs / 1000;
  return makeCase({ classname: tool, name: id, seconds }, { outcome: status, type: reason, message });
}

function testCase({ name, file, line, status, durationMs, message = "" }: TestCase): Case {
  const place = { file, ...(line === undefined ? {} : { line }) };
  const said = { outcome: status, type: status === "failed" ? "tests-failed" : status, message };
  return makeCase({ classname: file || "tests", name, seconds: durationMs / 1000, ...place }, said);
}

function findingCase(finding: Finding): Case {
  return makeCase(headOf(finding), { outcome: "failed", type: finding.severity, message: finding.message });
}

function suppressedCase(finding: Finding): Case {
  const message = `${finding.suppressed?.kind}: ${finding.suppressed?.reason}`;
  return makeCase(headOf(finding), { outcome: "skipped", type: "suppressed", message });
}

function headOf({ rule, file, range, check }: Finding): CaseHead {
  const line = range?.start.line;
  const name = line === undefined ? rule : `${rule} at ${line}:${range?.start.column}`;
  return { classname: file || check, name, seconds: 0, file, ...(line === undefined ? {} : { line }) };
}

function gateCase({ id, stage, verdict, reason, message, advisory }: GateResult): Case {
  // What never blocks may not turn a CI server's list red.
  const outcome = advisory && (verdict === "failed" || verdict === "errored") ? "skipped" : verdict;
  const said = { outcome, type: reason, message: advisory ? `advisory: ${message}` : message };
  return makeCase({ classname: stage, name: id, seconds: 0 }, said);
}

interface CaseHead {
  readonly classname: string;
  readonly name: string;
  readonly seconds: number;
  readonly file?: string;
  readonly line?: number;
}

const ELEMENTS: Readonly<Record<Outcome, string | undefined>> = {
  passed: undefined,
  failed: "failure",
  errored: "error",
  skipped: "skipped",
};

function makeCase(
  { classname, name, seconds, file = "", line }: CaseHead,
  { outcome, type, message }: { readonly outcome: Outcome; readonly type: string; readonly message: string },
): Case {
  const place = `${file === "" ? "" : ` file="${escapeXml(file)}"`}${line === undefined ? "" : ` line="${line}"`}`;
  const head = `classname="${escapeXml(classname)}" name="${escapeXml(name)}"${place} time="${seconds.toFixed(3)}"`;
  const element = ELEMENTS[outcome];
  const [first = ""] = message.split("\n", 1);
  const said =
    element === undefined
      ? ""
      : element === "skipped"
        ? `<skipped message="${escapeXml(first)}"/>`
        : `<${element} type="${escapeXml(type)}" message="${escapeXml(first)}">${escapeXml(message)}</${element}>`;
  return { outcome, seconds, xml: `    <testcase ${head}${said === "" ? "/>" : `>${said}</testcase>`}` };
}
