import * as vscode from "vscode";
import { lastSummary } from "../model/run-state.ts";
import type { Services } from "../services.ts";
import { showReport as openReport } from "../views/report-panel.ts";

/** Opens the HTML report of the last run. */
export async function showReport({ feeds }: Services): Promise<void> {
  const feed = feeds.require();
  const summary = lastSummary(feed.run);
  if (summary === undefined) {
    void vscode.window.showInformationMessage("Trigate: there is no run to report on yet; run the gates first.");
    return;
  }
  const { html } = await feed.session.call("run/html", { runId: summary.id });
  openReport(html, `Trigate report: ${summary.verdict}`);
}

/** Turns the coverage marks on or off, where the user has set them. */
export async function toggleCoverage(): Promise<void> {
  const section = vscode.workspace.getConfiguration("trigate");
  const { Global, Workspace } = vscode.ConfigurationTarget;
  const inWorkspace = section.inspect("coverage.enabled")?.workspaceValue !== undefined;
  await section.update("coverage.enabled", !section.get("coverage.enabled"), inWorkspace ? Workspace : Global);
}

/** Starts the agents of all folders anew. */
export async function restartAgent({ feeds }: Services): Promise<void> {
  await feeds.restartAll();
}

export async function showLog({ log }: Services): Promise<void> {
  log.show();
}

export async function openSettings(): Promise<void> {
  await vscode.commands.executeCommand("workbench.action.openSettings", "trigate");
}
