import type { CheckReport, Finding, GateReport, Outcome } from "@trigate/agent/protocol";
import { plainBlock, plainLine } from "./plain-text.ts";
import { lastSummary, type RunState } from "./run-state.ts";
import { gateText } from "./status-text.ts";
import type { TreeNode } from "./task-tree.ts";

const OUTCOME_ICONS: { [O in Outcome]: { icon: string; color?: string } } = {
  passed: { icon: "pass", color: "testing.iconPassed" },
  failed: { icon: "error", color: "testing.iconFailed" },
  errored: { icon: "question", color: "testing.iconErrored" },
  skipped: { icon: "circle-slash", color: "testing.iconSkipped" },
};

const SEVERITY_ICONS: { [S in Finding["severity"]]: { icon: string; color: string } } = {
  error: { icon: "error", color: "problemsErrorIcon.foreground" },
  warning: { icon: "warning", color: "problemsWarningIcon.foreground" },
  info: { icon: "info", color: "problemsInfoIcon.foreground" },
};

/** A check with more findings than this stays closed, so that it does not push the other gates out of sight. */
const FEW = 5;

/**
 * The last verdict as a tree: stages, under each its gates and the checks that fed them, under these what they found.
 * `findings` are those of that run, as far as they are known.
 */
export function gateTree(state: RunState, findings: readonly Finding[]): TreeNode[] {
  const summary = lastSummary(state);
  if (summary === undefined) return [];
  return summary.stages.map(({ stage, verdict, gates, checks }) => ({
    // The verdict is part of the id, since an editor keeps a row as open as it first was: one that turns red opens.
    id: `stage:${stage}:${verdict}`,
    label: stage.replace(/^./, (letter) => letter.toUpperCase()),
    description: verdict,
    tooltip: `${stage}: ${verdict}`,
    ...OUTCOME_ICONS[verdict],
    context: "stage",
    expanded: verdict === "failed" || verdict === "errored",
    children: [...gates.map(gateNode), ...checks.map((check) => checkNode(stage, check, findings))],
  }));
}

function gateNode(gate: GateReport): TreeNode {
  const short = gate.id.replace(/^[a-z]+\./, "");
  return {
    id: `gate:${gate.id}`,
    label: plainLine(short),
    description: `${gateText(gate)}${gate.advisory ? " · advisory" : ""}`,
    tooltip: plainBlock(`${gate.id}\n${gate.message}`),
    ...OUTCOME_ICONS[gate.verdict],
    context: "gate",
    expanded: false,
    children: [],
  };
}

function checkNode(stage: string, check: CheckReport, findings: readonly Finding[]): TreeNode {
  const own = findings.filter((finding) => finding.check === check.id);
  const version = check.toolVersion === undefined ? "" : ` ${check.toolVersion}`;
  const command = check.command.length === 0 ? "" : `\n$ ${check.command.join(" ")}`;
  return {
    id: `check:${stage}:${check.id}:${own.length === 0 ? "clean" : "found"}`,
    label: plainLine(check.id),
    description: `${check.cached ? "cached" : seconds(check.durationMs)} · ${plainLine(check.message)}`,
    tooltip: plainBlock([`${check.tool}${version}${command}`, check.message, ...check.problems].join("\n")),
    ...OUTCOME_ICONS[check.status],
    context: "check",
    expanded: own.length > 0 && own.length <= FEW,
    children: own.map(findingNode),
  };
}

function findingNode({ id, file, message, range, rule, severity }: Finding): TreeNode {
  const { line, column } = range?.start ?? { line: 1, column: 1 };
  const where = file === "" ? "" : `${file}:${line}`;
  return {
    id: `finding:${id}`,
    label: plainLine(message),
    description: plainLine([where, rule].filter((part) => part !== "").join(" · ")),
    tooltip: plainBlock(`${message}\n${where}`),
    ...SEVERITY_ICONS[severity],
    context: "finding",
    expanded: false,
    children: [],
    place: file === "" ? undefined : { file, line: line - 1, character: column - 1 },
  };
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
