import type { CheckResult } from "../core/check.ts";
import { percentOf } from "../core/coverage.ts";
import { formatValue } from "../core/format.ts";
import type { GateResult } from "../core/gate.ts";
import type { Outcome } from "../core/outcome.ts";
import type { Run } from "../core/run.ts";
import { countTests } from "../core/test-result.ts";
import { codeSpan, escapeMarkdown } from "./escape.ts";
import { fit } from "./plain-text.ts";
import { checksOf, countedFindings, erroredChecks, failedTests, firstLine, placeOf } from "./selection.ts";
import { unplacedInWords } from "./unplaced-files.ts";

/** First line of a comment, by which the next run finds it again. */
export const COMMENT_MARKER = "<!-- trigate:run -->";
/** GitHub refuses longer comments. */
export const COMMENT_LIMIT = 65_536;

const SIGNS: Readonly<Record<Outcome, string>> = { passed: "✅", failed: "❌", errored: "⚠️", skipped: "➖" };

export interface MarkdownOptions {
  /** The most characters; what does not fit is counted instead of shown. */
  readonly limit: number;
}

/** The run as GitHub Markdown, for a comment on a pull request or a step's summary. Text of tools stays text. */
export function toMarkdown(run: Run, { limit }: MarkdownOptions): string {
  // Fewer rows of the long lists until it fits; verdict and gates are always there.
  for (const rows of [50, 20, 8, 3, 0]) {
    const text = markdownWith(run, rows);
    if (text.length <= limit) return text;
  }
  return `${markdownWith(run, 0).slice(0, limit - 2)}…\n`;
}

function markdownWith(run: Run, rows: number): string {
  const seconds = (run.durationMs / 1000).toFixed(1);
  const commit =
    run.commit === undefined ? "" : ` on ${codeSpan(run.commit.slice(0, 12))}${run.dirty ? " with changes" : ""}`;
  const parts = [
    COMMENT_MARKER,
    `### ${SIGNS[run.verdict.outcome]} Trigate: ${run.verdict.outcome}`,
    `${escapeMarkdown(run.verdict.message)} (${seconds} s${commit})`,
    gatesTable(run),
    erroredSection(run),
    testsSection(run, rows),
    findingsSection(run, rows),
    coverageSection(run, rows),
    checksSection(run),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function gatesTable({ stages }: Run): string {
  const row = ({ id, verdict, actual, threshold, advisory, message }: GateResult) => {
    const value = actual === undefined ? "—" : formatValue(actual, threshold.unit);
    const why = verdict === "passed" ? "" : escapeMarkdown(fit(firstLine(message), 200));
    return `| ${SIGNS[verdict]} ${verdict} | ${codeSpan(id)} | ${escapeMarkdown(value)} | ${codeSpan(threshold.written)} | ${advisory ? "advisory; " : ""}${why} |`;
  };
  const gates = stages.flatMap((stage) => stage.gates);
  if (gates.length === 0) return "";
  return ["| | gate | actual | limit | why |", "| --- | --- | ---: | --- | --- |", ...gates.map(row)].join("\n");
}

function erroredSection(run: Run): string {
  const lines = erroredChecks(run).map(({ id, message }) => `- ${codeSpan(id)}: ${escapeMarkdown(fit(message, 400))}`);
  return lines.length === 0 ? "" : `**Could not be judged**\n\n${lines.join("\n")}`;
}

function testsSection(run: Run, rows: number): string {
  const failed = failedTests(run);
  if (failed.length === 0) return "";
  const lines = failed.map(({ name, file, line, message }) => {
    const place = file === "" ? "" : ` (${codeSpan(line === undefined ? file : `${file}:${line}`)})`;
    return `- ${escapeMarkdown(fit(name, 200))}${place}: ${escapeMarkdown(fit(firstLine(message ?? "failed"), 200))}`;
  });
  const { total } = countTests(checksOf(run).flatMap(({ tests }) => tests));
  return folded(`${failed.length} of ${total} tests failed`, lines, rows);
}

function findingsSection(run: Run, rows: number): string {
  const findings = countedFindings(run);
  const suppressed = checksOf(run).flatMap((check) =>
    check.findings.filter((finding) => finding.suppressed !== undefined),
  );
  if (findings.length === 0) return "";
  const lines = findings.map((finding) => {
    const { severity, message, check, rule } = finding;
    return `- ${severity} ${codeSpan(placeOf(finding))} ${escapeMarkdown(fit(firstLine(message), 200))} ${codeSpan(`${check}/${rule}`)}`;
  });
  const besides = suppressed.length === 0 ? "" : ` (${suppressed.length} more are suppressed)`;
  return folded(`${findings.length} ${findings.length === 1 ? "finding" : "findings"}${besides}`, lines, rows);
}

function coverageSection({ coverage }: Run, rows: number): string {
  if (coverage === undefined) return "";
  const lines = percentOf(coverage.lines);
  const patch = coverage.patch === undefined ? undefined : percentOf(coverage.patch);
  const facts = [
    `lines ${lines === undefined ? "—" : formatValue(lines, "percent")}`,
    ...(patch === undefined ? [] : [`changed lines ${formatValue(patch, "percent")}`]),
  ];
  const missed = [...(coverage.patch?.missed ?? [])].map(
    ([file, numbers]) => `- ${codeSpan(file)}: ${numbers.slice(0, 30).join(", ")}${numbers.length > 30 ? ", …" : ""}`,
  );
  const unmeasured = coverage.unmeasured.map((file) => `- ${codeSpan(file)}: in no coverage report`);
  const unplaced = unplacedInWords(coverage);
  const counted = `**Coverage**: ${escapeMarkdown(facts.join(", "))}`;
  const head = unplaced === undefined ? counted : `${counted}\n\n${escapeMarkdown(fit(unplaced, 1000))}`;
  const rest = [...unmeasured, ...missed];
  return rest.length === 0 ? head : `${head}\n\n${folded("Changed lines that no test ran", rest, rows)}`;
}

function checksSection(run: Run): string {
  const row = ({ id, tool, toolVersion, status, cached, durationMs, message }: CheckResult) =>
    `| ${SIGNS[status]} ${status} | ${codeSpan(id)} | ${escapeMarkdown(`${tool} ${toolVersion ?? ""}`)} | ${cached ? "cached" : `${(durationMs / 1000).toFixed(1)} s`} | ${escapeMarkdown(fit(firstLine(message), 100))} |`;
  const rows = checksOf(run).map(row);
  if (rows.length === 0) return "";
  const table = ["| | check | tool | time | what it says |", "| --- | --- | --- | ---: | --- |", ...rows].join("\n");
  return `<details><summary>${rows.length} checks</summary>\n\n${table}\n\n</details>`;
}

function folded(title: string, lines: readonly string[], rows: number): string {
  const rest = lines.length - rows;
  const body = [...lines.slice(0, rows), ...(rest > 0 ? [`- … and ${rest} more`] : [])];
  return `<details open><summary>${title}</summary>\n\n${body.join("\n")}\n\n</details>`;
}
