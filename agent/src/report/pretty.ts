import type { Colors } from "picocolors/types.js";
import type { CheckResult } from "../core/check.ts";
import type { Finding } from "../core/finding.ts";
import { formatValue } from "../core/format.ts";
import type { GateResult } from "../core/gate.ts";
import type { Outcome } from "../core/outcome.ts";
import type { Run, StageResult } from "../core/run.ts";
import { fit, plainText } from "./plain-text.ts";
import { firstLine, placeOf } from "./selection.ts";

export interface PrettyOptions {
  readonly colors: Colors;
  /** Columns of the terminal. */
  readonly width: number;
  /** Findings shown for one check; the rest is counted. */
  readonly findingsPerCheck: number;
}

/** Each outcome has a sign, a word and a colour, so that none of them carries the meaning alone. */
export function signOf(outcome: Outcome, colors: Colors): string {
  switch (outcome) {
    case "passed":
      return colors.green("✓");
    case "failed":
      return colors.red("✗");
    case "errored":
      return colors.yellow("!");
    case "skipped":
      return colors.dim("–");
  }
}

function paint(outcome: Outcome, text: string, colors: Colors): string {
  switch (outcome) {
    case "passed":
      return colors.green(text);
    case "failed":
      return colors.red(text);
    case "errored":
      return colors.yellow(text);
    case "skipped":
      return colors.dim(text);
  }
}

/** The run for people at a terminal: stages with their gates, then what went wrong and where, then the verdict. */
export function toPretty(run: Run, options: PrettyOptions): string {
  const { colors } = options;
  const problems = run.stages.flatMap(({ checks }) => checks.flatMap((check) => checkDetails(check, options)));
  const seconds = (run.durationMs / 1000).toFixed(run.durationMs < 10_000 ? 2 : 1);
  return [
    ...run.stages.flatMap((stage) => stageLines(stage, options)),
    ...(problems.length > 0 ? ["", ...problems] : []),
    "",
    `${signOf(run.verdict.outcome, colors)} ${colors.bold(paint(run.verdict.outcome, run.verdict.outcome, colors))} in ${seconds} s: ${plainText(run.verdict.message)}`,
    "",
  ].join("\n");
}

function stageLines(stage: StageResult, options: PrettyOptions): string[] {
  const { colors } = options;
  const title = `${signOf(stage.verdict, colors)} ${colors.bold(stage.stage)}`;
  const checks = stage.checks.map((check) => checkLine(check, options));
  return ["", title, ...checks, ...stage.gates.map((gate) => gateLine(gate, options))];
}

/** One check on one line: sign, name, version, time, what it says. */
export function checkLine(check: CheckResult, { colors, width }: PrettyOptions): string {
  const time = check.cached
    ? "cached"
    : check.evidence?.source === "taken-in"
      ? "taken in"
      : `${(check.durationMs / 1000).toFixed(2)} s`;
  const name = fit(plainText(check.id), 18).padEnd(18);
  const notes = [check.advisory ? "advisory" : "", plainText(firstLine(check.message))]
    .filter((note) => note !== "")
    .join(", ");
  return `  ${signOf(check.status, colors)} ${name} ${colors.dim(time.padStart(9))}  ${fit(notes, Math.max(20, width - 36))}`;
}

function gateLine(gate: GateResult, { colors, width }: PrettyOptions): string {
  const actual = gate.actual === undefined ? "—" : formatValue(gate.actual, gate.threshold.unit);
  const name = fit(plainText(gate.id.slice(gate.stage.length + 1)), 30).padEnd(30);
  const note =
    gate.verdict === "passed" && !gate.advisory
      ? ""
      : `  ${gate.advisory ? "(advisory) " : ""}${fit(plainText(firstLine(gate.message)), Math.max(20, width - 66))}`;
  return `    ${signOf(gate.verdict, colors)} ${name} ${actual.padStart(11)}  ${colors.dim(plainText(gate.threshold.written).padEnd(12))}${note}`;
}

function checkDetails(check: CheckResult, options: PrettyOptions): string[] {
  const { colors } = options;
  const lines: string[] = [];
  if (check.status === "errored" || check.reason === "optional-tool-missing") {
    lines.push(
      `${signOf(check.status, colors)} ${colors.bold(plainText(check.id))} ${plainText(check.message).split("\n").join("\n    ")}`,
    );
  }
  const unsuppressed = check.findings.filter(({ suppressed }) => suppressed === undefined);
  const shown = unsuppressed.slice(0, options.findingsPerCheck);
  lines.push(...shown.map((finding) => findingLine(finding, colors)));
  if (unsuppressed.length > shown.length)
    lines.push(colors.dim(`  … and ${unsuppressed.length - shown.length} more of ${plainText(check.id)}`));
  const suppressed = check.findings.length - unsuppressed.length;
  if (suppressed > 0) lines.push(colors.dim(`  ${suppressed} of ${plainText(check.id)} are suppressed`));
  for (const test of check.tests.filter(({ status }) => status === "failed")) {
    const place = test.file === "" ? "" : `${plainText(test.file)}${test.line === undefined ? "" : `:${test.line}`}  `;
    lines.push(`${colors.red("✗")} ${place}${plainText(test.name)} ${colors.dim(plainText(check.id))}`);
    if (test.message !== undefined)
      lines.push(
        ...plainText(test.message)
          .split("\n")
          .slice(0, 6)
          .map((line) => `    ${colors.dim(line)}`),
      );
  }
  return lines;
}

function findingLine(finding: Finding, colors: Colors): string {
  const sign =
    finding.severity === "error"
      ? colors.red("✗")
      : finding.severity === "warning"
        ? colors.yellow("▲")
        : colors.dim("·");
  return `${sign} ${plainText(placeOf(finding))}  ${plainText(firstLine(finding.message))} ${colors.dim(`${plainText(`${finding.check}/${finding.rule}`)}${finding.fix === undefined ? "" : " (fix)"}`)}`;
}
