import type { CheckResult } from "../core/check.ts";
import { lineStates, percentOf } from "../core/coverage.ts";
import { formatValue } from "../core/format.ts";
import type { GateResult } from "../core/gate.ts";
import type { Measurement } from "../core/measurement.ts";
import type { Outcome } from "../core/outcome.ts";
import type { Run, StageResult } from "../core/run.ts";
import { countTests } from "../core/test-result.ts";
import { escapeHtml as escape } from "./escape.ts";
import { HTML_STYLE } from "./html-style.ts";
import { checksOf, placeOf } from "./selection.ts";
import { unplacedInWords } from "./unplaced-files.ts";

const SIGNS: Readonly<Record<Outcome, string>> = { passed: "✓", failed: "✗", errored: "!", skipped: "–" };
/** Rows of one table in the page; the JSON report has all of them. */
const MAX_ROWS = 500;

/** The run as one HTML file without any outside resource or script: it opens offline and can be mailed. */
export function toHtml(run: Run): string {
  const { verdict } = run;
  const date = new Date(run.startedAtMs).toISOString();
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Trigate: ${escape(verdict.outcome)}</title>
<style>${HTML_STYLE}</style>
</head>
<body>
<header class="${verdict.outcome}">
<h1><span class="sign" aria-hidden="true">${SIGNS[verdict.outcome]}</span> ${escape(verdict.outcome)}</h1>
<p>${escape(verdict.message)}</p>
<dl class="facts">
${fact("When", `<time datetime="${date}">${date.slice(0, 19).replace("T", " ")} UTC</time>`)}
${fact("Took", escape(formatValue(run.durationMs * 1e6, "ns")))}
${fact("Commit", escape(run.commit === undefined ? "none" : `${run.commit.slice(0, 12)}${run.dirty ? " with changes" : ""}`))}
${fact("Machine", escape(`${run.environment.cpu}, ${run.environment.cores} cores, Node ${run.environment.node}`))}
</dl>
</header>
<main>
${run.stages.map(stageSection).join("\n")}
${findingsSection(run)}
${testsSection(run)}
${coverageSection(run)}
${measurementsSection(run)}
</main>
<footer>Trigate ${escape(run.environment.agentVersion)}, run ${escape(run.id)}</footer>
</body>
</html>
`;
}

function fact(name: string, html: string): string {
  return `<div><dt>${name}</dt><dd>${html}</dd></div>`;
}

function badge(outcome: Outcome): string {
  return `<span class="badge ${outcome}"><span aria-hidden="true">${SIGNS[outcome]}</span> ${outcome}</span>`;
}

function stageSection(stage: StageResult): string {
  const checks = stage.checks.map(
    (check) =>
      `<tr><td>${badge(check.status)}</td><th scope="row">${escape(check.id)}</th><td class="dim">${escape(`${check.tool} ${check.toolVersion ?? ""}`)}</td><td class="number">${escape(timeOf(check))}</td><td>${check.advisory ? "advisory: " : ""}${escape(check.message)}</td></tr>`,
  );
  return `<section aria-label="${stage.stage} stage">
<h2>${stage.stage} ${badge(stage.verdict)}</h2>
${table(["verdict", "gate", "actual", "limit", "why"], stage.gates.map(gateRow))}
${table(["status", "check", "tool", "time", "what it says"], checks)}
</section>`;
}

function timeOf({ cached, evidence, durationMs }: CheckResult): string {
  if (cached) return "cached";
  const time = formatValue(durationMs * 1e6, "ns");
  return evidence?.source === "taken-in" ? `taken in, ${time}` : time;
}

function gateRow({ id, stage, actual, threshold, verdict, advisory, message }: GateResult): string {
  const value = actual === undefined ? "—" : escape(formatValue(actual, threshold.unit));
  return `<tr><td>${badge(verdict)}</td><th scope="row">${escape(id.slice(stage.length + 1))}</th><td class="number">${value}</td><td class="number">${escape(threshold.written)}</td><td>${advisory ? "advisory: " : ""}${escape(message)}</td></tr>`;
}

function table(heads: readonly string[], rows: readonly string[]): string {
  if (rows.length === 0) return "";
  const rest =
    rows.length > MAX_ROWS ? `<p class="dim">… and ${rows.length - MAX_ROWS} more rows in the JSON report.</p>` : "";
  return `<table><thead><tr>${heads.map((head) => `<th scope="col">${head}</th>`).join("")}</tr></thead><tbody>${rows.slice(0, MAX_ROWS).join("\n")}</tbody></table>${rest}`;
}

function findingsSection(run: Run): string {
  const findings = checksOf(run).flatMap((check) => check.findings);
  const counting = findings.toSorted((a, b) => Number(a.suppressed !== undefined) - Number(b.suppressed !== undefined));
  const rows = counting.map((finding) => {
    const { severity, message, check, rule, suppressed } = finding;
    const why =
      suppressed === undefined
        ? ""
        : ` <span class="dim">suppressed (${escape(`${suppressed.kind}: ${suppressed.reason}`)})</span>`;
    return `<tr><td>${severity}</td><td><code>${escape(placeOf(finding))}</code></td><td>${escape(message)}${why}</td><td class="dim">${escape(`${check}/${rule}`)}</td></tr>`;
  });
  return rows.length === 0
    ? ""
    : `<section><h2>Findings (${rows.length})</h2>${table(["severity", "where", "what", "rule"], rows)}</section>`;
}

function testsSection(run: Run): string {
  const tests = run.stages.flatMap(({ checks }) => checks.flatMap((check) => check.tests));
  if (tests.length === 0) return "";
  const { passed, failed, skipped, total } = countTests(tests);
  const rows = tests
    .filter(({ status }) => status === "failed")
    .map(
      ({ name, file, line, message }) =>
        `<tr><td><code>${escape(`${file}${line === undefined ? "" : `:${line}`}`)}</code></td><td>${escape(name)}</td><td><pre>${escape(message ?? "")}</pre></td></tr>`,
    );
  return `<section><h2>Tests</h2><p>${total} tests: ${passed} passed, ${failed} failed, ${skipped} skipped</p>${table(["where", "test", "why"], rows)}</section>`;
}

function coverageSection({ coverage }: Run): string {
  if (coverage === undefined) return "";
  const rows = coverage.files
    .filter(({ lines }) => lines.size > 0)
    .map((file) => {
      const states = [...lineStates(file).values()];
      const covered = states.filter((state) => state !== "missed").length;
      return {
        file: file.file,
        percent: (100 * covered) / states.length,
        missed: states.length - covered,
        strip: coverageStrip(file),
      };
    })
    .toSorted((a, b) => b.missed - a.missed)
    .map(
      ({ file, percent, missed, strip }) =>
        `<tr><td><code>${escape(file)}</code></td><td class="number">${escape(formatValue(percent, "percent"))}</td><td class="number">${missed}</td><td>${strip}</td></tr>`,
    );
  const total = percentOf(coverage.lines);
  const patch = coverage.patch && percentOf(coverage.patch);
  const unplaced = unplacedInWords(coverage);
  const summary = [
    `lines ${total === undefined ? "—" : formatValue(total, "percent")}`,
    ...(patch === undefined ? [] : [`changed lines ${formatValue(patch, "percent")}`]),
  ].join(", ");
  return `<section><h2>Coverage</h2><p>${escape(summary)}</p>${unplaced === undefined ? "" : `<p>${escape(unplaced)}</p>`}${table(["file", "lines", "missed", "from first to last line"], rows)}</section>`;
}

/** Columns of a file's bar; a long file has many lines in each. */
const STRIP_WIDTH = 240;

/** A file from top to bottom as a bar: what was missed is taller as well as coloured. A column is as bad as its worst line. */
function coverageStrip(file: Parameters<typeof lineStates>[0]): string {
  const states = [...lineStates(file)];
  const last = states.reduce((most, [line]) => Math.max(most, line), 1);
  const width = Math.max(1, STRIP_WIDTH / last);
  const columns = new Map<number, "missed" | "partial">();
  for (const [line, state] of states) {
    const column = Math.floor(((line - 1) / last) * STRIP_WIDTH);
    if (state !== "covered" && columns.get(column) !== "missed") columns.set(column, state);
  }
  const marks = [...columns].map(
    ([column, state]) =>
      `<rect class="${state}" x="${column}" y="${state === "missed" ? 0 : 3}" width="${width.toFixed(1)}" height="${state === "missed" ? 12 : 6}"/>`,
  );
  return `<svg class="strip" viewBox="0 0 ${STRIP_WIDTH} 12" width="${STRIP_WIDTH}" height="12" role="img" aria-label="missed lines by position">${marks.join("")}</svg>`;
}

function measurementsSection(run: Run): string {
  const measurements = run.stages.flatMap(({ checks }) => checks.flatMap((check) => check.measurements));
  if (measurements.length === 0) return "";
  const rows = measurements.map((measurement) => {
    const values = Object.entries(measurement.summary).map(
      ([name, value]) => `${name} ${formatValue(value, measurement.unit)}`,
    );
    return `<tr><td><code>${escape(measurement.benchmark)}</code></td><td>${escape(measurement.metric)}</td><td>${escape(values.join(", "))}</td><td>${spreadBar(measurement, measurements)}</td></tr>`;
  });
  return `<section><h2>Measurements</h2>${table(["benchmark", "metric", "values", "median to p99, log scale"], rows)}</section>`;
}

/** A bar from p50 to p99 on one logarithmic scale for all latencies of the run. */
function spreadBar(measurement: Measurement, all: readonly Measurement[]): string {
  const { p50, p99 } = measurement.summary;
  if (p50 === undefined || p99 === undefined || p50 <= 0) return "";
  const values = all
    .filter(({ unit }) => unit === measurement.unit)
    .flatMap(({ summary }) => [summary.p50, summary.p99])
    .flatMap((value) => (value === undefined || value <= 0 ? [] : [Math.log10(value)]));
  const low = Math.min(...values);
  const span = Math.max(...values) - low || 1;
  const at = (value: number) => 4 + ((Math.log10(value) - low) / span) * 232;
  return `<svg viewBox="0 0 240 14" width="240" height="14" role="img" aria-label="p50 ${escape(formatValue(p50, measurement.unit))}, p99 ${escape(formatValue(p99, measurement.unit))}"><line class="axis" x1="0" x2="240" y1="7" y2="7"/><line class="spread" x1="${at(p50).toFixed(1)}" x2="${at(p99).toFixed(1)}" y1="7" y2="7"/><circle class="median" cx="${at(p50).toFixed(1)}" cy="7" r="3.5"/></svg>`;
}
