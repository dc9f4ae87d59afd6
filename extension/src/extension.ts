import * as vscode from "vscode";
import { WorkspaceFeeds } from "./client/workspace-feeds.ts";
import { registerCommands } from "./commands/index.ts";
import { registerCoverageGutters } from "./editor/coverage-gutters.ts";
import type { Services } from "./services.ts";
import { registerGateView } from "./views/gate-view.ts";
import { registerTaskView } from "./views/task-view.ts";
import { registerVerdictStatus } from "./views/verdict-status.ts";

let feeds: WorkspaceFeeds | undefined;

/** Called once by VS Code. Returns before any agent is up: features show what there is and follow. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel("Trigate", { log: true });
  feeds = new WorkspaceFeeds(context, log);
  const services: Services = { context, log, feeds };
  context.subscriptions.push(
    log,
    feeds,
    registerCommands(services),
    registerTaskView(services),
    registerGateView(services),
    registerVerdictStatus(services),
    registerCoverageGutters(services),
  );
  feeds.start();
}

/** VS Code waits for it when the window closes, so that no language server is left behind. */
export async function deactivate(): Promise<void> {
  await feeds?.stop();
}
