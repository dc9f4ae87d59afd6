import type { GateReport, Outcome, RunSummary } from "@trigate/agent/protocol";
import type { Connection } from "./connection.ts";
import { plainLine } from "./plain-text.ts";
import { outcomeSoFar, type RunState } from "./run-state.ts";

/** What the status bar shows. `text` holds codicons; `tooltip` is plain text. */
export interface StatusText {
  readonly text: string;
  readonly tooltip: string;
  readonly tone: "normal" | "warning" | "error";
}

const ICONS: { [O in Outcome]: string } = {
  passed: "$(pass)",
  failed: "$(error)",
  errored: "$(question)",
  skipped: "$(circle-slash)",
};
const TONES: { [O in Outcome]: StatusText["tone"] } = {
  passed: "normal",
  failed: "error",
  errored: "warning",
  skipped: "normal",
};

/** The status bar entry for a folder whose agent stands at `connection` and whose newest run at `run`. */
export function statusText(connection: Connection, run: RunState): StatusText {
  switch (connection.kind) {
    case "starting":
      return { text: "$(loading~spin) Trigate", tooltip: "The Trigate agent is starting.", tone: "normal" };
    case "stopped":
      return { text: "$(debug-disconnect) Trigate", tooltip: "The Trigate agent was stopped.", tone: "normal" };
    case "waiting":
      return { text: "$(sync~spin) Trigate restarts", tooltip: plainLine(connection.reason), tone: "warning" };
    case "failed":
      return { text: "$(debug-disconnect) Trigate stopped", tooltip: plainLine(connection.reason), tone: "error" };
    case "ready":
      return connection.trusted ? runText(run) : restrictedText();
  }
}

function restrictedText(): StatusText {
  const tooltip = "This workspace is not trusted: its tasks are shown, nothing of it is run.";
  return { text: "$(shield) Trigate restricted", tooltip, tone: "normal" };
}

function runText(run: RunState): StatusText {
  switch (run.kind) {
    case "none":
      return { text: "$(circle-large-outline) Trigate", tooltip: "The gates did not run yet.", tone: "normal" };
    case "running": {
      const text = `$(loading~spin) Trigate ${run.finished.length}/${run.total}`;
      const now =
        run.current.length === 0 ? "" : `\nAt work: ${run.current.map((check) => plainLine(check)).join(", ")}`;
      return { text, tooltip: `The gates are running.${now}`, tone: TONES[outcomeSoFar(run)] };
    }
    case "cancelled":
      return { text: "$(circle-slash) Trigate cancelled", tooltip: "The last run was cancelled.", tone: "normal" };
    case "finished":
      return verdictText(run.summary);
  }
}

function verdictText(summary: RunSummary): StatusText {
  const part = summary.scope.kind === "full" ? "" : ` (${summary.scope.kind})`;
  const stages = summary.stages.map(({ stage, verdict }) => `${stage}: ${verdict}`);
  const coverage = summary.counts.coveragePercent;
  const figures = [
    plural(summary.counts.findings, "finding"),
    `${plural(summary.counts.tests, "test")}, ${summary.counts.testsFailed} failed`,
    ...(coverage === undefined ? [] : [`${formatPercent(coverage)} of the lines covered`]),
  ];
  return {
    text: `${ICONS[summary.verdict]} Trigate ${summary.verdict}${part}`,
    tooltip: [plainLine(summary.message), ...stages, ...figures].join("\n"),
    tone: TONES[summary.verdict],
  };
}

const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

/** At most one decimal, rounded down: 99.96 % is not 100 %. */
export function formatPercent(percent: number): string {
  return `${Math.floor(percent * 10) / 10} %`;
}

/** One gate as "actual (limit)" for people. */
export function gateText({ actual, threshold, message }: GateReport): string {
  if (actual === undefined) return plainLine(message);
  return `${formatActual(actual, threshold.unit)} (limit ${plainLine(threshold.written)})`;
}

function formatActual(actual: number, unit: string): string {
  if (unit === "percent") return formatPercent(actual);
  if (unit === "count") return String(actual);
  if (unit === "ns") return formatDuration(actual);
  return `${Number(actual.toPrecision(4))} ${unit}`;
}

function formatDuration(ns: number): string {
  const scales = [
    { unit: "s", ns: 1e9 },
    { unit: "ms", ns: 1e6 },
    { unit: "µs", ns: 1e3 },
  ];
  const scale = scales.find((candidate) => ns >= candidate.ns) ?? { unit: "ns", ns: 1 };
  return `${Number((ns / scale.ns).toPrecision(3))} ${scale.unit}`;
}
