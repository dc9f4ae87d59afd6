import { isAbsolute, relative, sep } from "node:path";
import type { MethodParams, RunSummary } from "@trigate/agent/protocol";
import * as vscode from "vscode";
import type { FolderFeed } from "../client/folder-feed.ts";
import { ClientError } from "../model/client-error.ts";
import { plainLine } from "../model/plain-text.ts";
import type { Services } from "../services.ts";

/** Runs every gate over the active folder. */
export async function runGates({ feeds }: Services): Promise<void> {
  await startAndFollow(feeds.require(), {}, "Running the gates");
}

/** Runs the gates over one file: the one given by a menu, else the active editor's. */
export async function runGatesOnFile({ feeds }: Services, uri?: unknown): Promise<void> {
  const file = uri instanceof vscode.Uri ? uri : vscode.window.activeTextEditor?.document.uri;
  const feed = file === undefined ? undefined : feeds.of(file);
  if (file === undefined || feed === undefined) throw new ClientError("workspace/no-folder", {});
  const path = relative(feed.folder.uri.fsPath, file.fsPath);
  // The agent confines paths too; this gives the better message.
  if (path.startsWith("..") || isAbsolute(path)) throw new ClientError("workspace/no-folder", {});
  await startAndFollow(feed, { paths: [path.split(sep).join("/")] }, `Running the gates on ${plainLine(path)}`);
}

/** Stops the run that is under way, if there is one. */
export async function cancelRun({ feeds }: Services): Promise<void> {
  const feed = feeds.require();
  if (feed.run.kind === "running") await feed.session.call("run/cancel", { runId: feed.run.runId });
  else vscode.window.setStatusBarMessage("Trigate: no run is under way", 5000);
}

async function startAndFollow(feed: FolderFeed, request: MethodParams<"run/start">, title: string): Promise<void> {
  if (!vscode.workspace.isTrusted) throw new ClientError("workspace/untrusted", { command: "Trigate: Run Gates" });
  // Tools read files, not editors.
  await vscode.workspace.saveAll(false);
  const { runId } = await feed.session.call("run/start", request);
  const options = { location: vscode.ProgressLocation.Notification, title: `Trigate: ${title}`, cancellable: true };
  const summary = await vscode.window.withProgress(options, (progress, token) => {
    token.onCancellationRequested(() => feed.session.call("run/cancel", { runId }).catch(() => undefined));
    return untilOver(feed, runId, (message, increment) => progress.report({ message, increment }));
  });
  if (summary !== undefined && summary.verdict !== "passed") tellVerdict(summary);
}

/** Follows a run to its end; resolves to nothing when it was cancelled, overtaken by another, or the agent went away. */
function untilOver(
  feed: FolderFeed,
  runId: string,
  report: (message: string, increment: number) => void,
): Promise<RunSummary | undefined> {
  return new Promise((resolve) => {
    let shown = 0;
    const look = () => {
      const { run, session } = feed;
      if (run.kind === "finished" && run.summary.id === runId) end(run.summary);
      else if (run.kind === "cancelled" || session.connection.kind !== "ready") end(undefined);
      if (run.kind !== "running" || run.runId !== runId) return;
      const share = (100 * run.finished.length) / Math.max(1, run.total);
      report(plainLine(run.current.join(", ")) || `${run.finished.length} of ${run.total} checks`, share - shown);
      shown = share;
    };
    const listener = feed.onDidChange(look);
    const end = (summary: RunSummary | undefined) => {
      listener.dispose();
      resolve(summary);
    };
    look();
  });
}

function tellVerdict(summary: RunSummary): void {
  const text = `Trigate: ${summary.verdict}. ${plainLine(summary.message)}`;
  const show = summary.verdict === "failed" ? vscode.window.showWarningMessage : vscode.window.showErrorMessage;
  show(text, "Show Gates", "Show Report").then((chosen) => {
    if (chosen === "Show Gates") void vscode.commands.executeCommand("trigate.gates.focus");
    if (chosen === "Show Report") void vscode.commands.executeCommand("trigate.showReport");
  });
}
