import type { Colors } from "picocolors/types.js";
import type { CheckResult } from "../core/check.ts";
import type { Finding } from "../core/finding.ts";
import { isCounted } from "../core/check-status.ts";
import { formatValue } from "../core/format.ts";
import type { GateResult } from "../core/gate.ts";
import type { Outcome } from "../core/outcome.ts";
import type { Run, StageResult } from "../core/run.ts";
import { columnsOf } from "./columns.ts";
import { fit, plainText } from "./plain-text.ts";
import { firstLine, placeOf } from "./selection.ts";
import { unplacedInWords } from "./unplaced-files.ts";

/** The colours that are used. */
export type Palette = Pick<Colors, "green" | "red" | "yellow" | "dim" | "bold">;

export interface PrettyOptions {
  readonly colors: Palette;
  /** Columns of the terminal. */
  readonly width: number;
  /** Findings shown for one check; the rest is counted. */
  readonly findingsPerCheck: number;
}

/** Each outcome has a sign, a word and a colour, so that none of them carries the meaning alone. */
export function signOf(outcome: Outcome, colors: Palette): string {
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

function paint(outcome: Outcome, text: string, colors: Palette): string {
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
  const unplaced = unplacedInWords(run.coverage);
  const seconds = (run.durationMs / 1000).toFixed(run.durationMs < 10_000 ? 2 : 1);
  return [
    ...run.stages.flatMap((stage) => stageLines(stage, options)),
    ...(problems.length > 0 ? ["", ...problems] : []),
    ...(unplaced === undefined ? [] : ["", `${colors.yellow("!")} ${fit(plainText(unplaced), 4 * options.width)}`]),
    "",
    `${signOf(run.verdict.outcome, colors)} ${colors.bold(paint(run.verdict.outcome, run.verdict.outcome, colors))} in ${seconds} s: ${plainText(run.verdict.message)}`,
    "",
  ].join("\n");
}

function stageLines(stage: StageResult, options: PrettyOptions): string[] {
  const { colors } = options;
  const title = `${signOf(stage.verdict, colors)} ${colors.bold(stage.stage)}`;
  const checks = stage.checks.map((check) => checkLine(check, options));
  const asked = stage.gates.filter(({ reason }) => reason !== "not-selected");
  const others = stage.gates.length - asked.length;
  const rest = others === 0 ? [] : [colors.dim(`    – ${others} ${others === 1 ? "gate" : "gates"} not asked for`)];
  return ["", title, ...checks, ...asked.map((gate) => gateLine(gate, options)), ...rest];
}

/** Below this, what a check or gate says stands on a line of its own. */
const NARROW = 76;

/** One check on one line, in a narrow terminal on two: sign, name, time, what it says. */
export function checkLine(check: CheckResult, { colors, width }: PrettyOptions): string {
  const time = check.cached
    ? "cached"
    : check.evidence?.source === "taken-in"
      ? "taken in"
      : `${(check.durationMs / 1000).toFixed(2)} s`;
  const notes = [check.advisory ? "advisory" : "", plainText(firstLine(check.message))]
    .filter((note) => note !== "")
    .join(", ");
  const sign = signOf(check.status, colors);
  if (width < NARROW) {
    const name = fit(plainText(check.id), width - 15);
    return `  ${sign} ${name} ${colors.dim(time)}${notes === "" ? "" : `\n      ${fit(notes, width - 6)}`}`;
  }
  const name = padded(fit(plainText(check.id), 18), 18);
  return `  ${sign} ${name} ${colors.dim(time.padStart(9))}  ${fit(notes, width - 34)}`;
}

function gateLine(gate: GateResult, { colors, width }: PrettyOptions): string {
  const actual = gate.actual === undefined ? "—" : formatValue(gate.actual, gate.threshold.unit);
  const sign = signOf(gate.verdict, colors);
  const id = plainText(gate.id.slice(gate.stage.length + 1));
  const limit = plainText(gate.threshold.written);
  const silent = gate.verdict === "passed" && !gate.advisory;
  const why = silent ? "" : `${gate.advisory ? "(advisory) " : ""}${plainText(firstLine(gate.message))}`;
  if (width < NARROW) {
    const name = fit(id, width - 8 - actual.length - limit.length);
    return `    ${sign} ${name} ${actual} ${colors.dim(limit)}${silent ? "" : `\n        ${fit(why, width - 8)}`}`;
  }
  const head = `    ${sign} ${padded(fit(id, 30), 30)} ${actual.padStart(11)}  ${colors.dim(padded(limit, 14))}`;
  return silent ? head.trimEnd() : `${head}  ${fit(why, width - 66)}`;
}

function checkDetails(check: CheckResult, options: PrettyOptions): string[] {
  const { colors } = options;
  const lines: string[] = [];
  if (check.status === "errored" || check.reason === "optional-tool-missing") {
    lines.push(
      `${signOf(check.status, colors)} ${colors.bold(plainText(check.id))} ${plainText(check.message).split("\n").join("\n    ")}`,
    );
  }
  const unsuppressed = check.findings
    .filter(({ suppressed }) => suppressed === undefined)
    .toSorted((a, b) => Number(isCounted(b)) - Number(isCounted(a)));
  const shown = unsuppressed.slice(0, options.findingsPerCheck);
  lines.push(...shown.map((finding) => findingLine(finding, options)));
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

function findingLine(finding: Finding, { colors, width }: PrettyOptions): string {
  const sign =
    finding.severity === "error"
      ? colors.red("✗")
      : finding.severity === "warning"
        ? colors.yellow("▲")
        : colors.dim("·");
  const place = plainText(placeOf(finding));
  const message = plainText(firstLine(finding.message));
  const rule = `${plainText(`${finding.check}/${finding.rule}`)}${finding.fix === undefined ? "" : " (fix)"}`;
  const fits = columnsOf(`${place}${message}${rule}`) + 5 <= width;
  return `${sign} ${place}${fits ? "  " : "\n    "}${message} ${colors.dim(rule)}`;
}

function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - columnsOf(text)));
}
