import * as vscode from "vscode";
import { restrictReport } from "../model/report-page.ts";

/** Shows the agent's one-file report. Nothing in it can run or load: it holds text of tools and models. */
export function showReport(html: string, title: string): vscode.WebviewPanel {
  const panel = vscode.window.createWebviewPanel("trigate.report", title, vscode.ViewColumn.Active, {
    enableScripts: false,
    enableCommandUris: false,
    enableFindWidget: true,
    localResourceRoots: [],
  });
  panel.webview.html = restrictReport(html);
  return panel;
}
