import * as vscode from "vscode";

/** The user's settings, read anew each time: they may differ by folder and change at any moment. */
export interface Settings {
  readonly agentPath: string;
  readonly nodePath: string;
  readonly checkOnSave: boolean;
  readonly checkOnType: boolean;
  /** Tools whose findings are left out; `auto` stands for those that another extension shows. */
  readonly excluded: readonly string[];
  readonly coverageEnabled: boolean;
  readonly coverageOverview: boolean;
}

/** Settings for a folder, or for the window without one. Defaults stand in package.json only. */
export function readSettings(scope?: vscode.Uri): Settings {
  const section = vscode.workspace.getConfiguration("trigate", scope);
  const text = (key: string) => String(section.get(key) ?? "").trim();
  return {
    agentPath: text("agentPath"),
    nodePath: text("nodePath"),
    checkOnSave: section.get("checkOnSave") === true,
    checkOnType: section.get("checkOnType") === true,
    excluded: [section.get("diagnostics.exclude")].flat().filter((name) => typeof name === "string"),
    coverageEnabled: section.get("coverage.enabled") === true,
    coverageOverview: section.get("coverage.overviewRuler") === true,
  };
}

/** Settings whose change needs a new agent. */
export const AGENT_SETTINGS = [
  "trigate.agentPath",
  "trigate.nodePath",
  "trigate.checkOnSave",
  "trigate.checkOnType",
  "trigate.diagnostics.exclude",
];
