import type * as vscode from "vscode";
import type { WorkspaceFeeds } from "./client/workspace-feeds.ts";

/** What every feature of the extension is handed. */
export interface Services {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  readonly feeds: WorkspaceFeeds;
}
