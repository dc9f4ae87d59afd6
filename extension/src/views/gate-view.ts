import * as vscode from "vscode";
import { gateTree } from "../model/gate-tree.ts";
import type { Services } from "../services.ts";
import { rowsOf, TreePainter } from "./tree-painter.ts";

/** The last verdict in full: stages, gates with figure and limit, checks. It is that of the active folder. */
export function registerGateView({ feeds }: Services): vscode.Disposable {
  const painter = new TreePainter(() => {
    const feed = feeds.active();
    return feed === undefined ? [] : rowsOf(gateTree(feed.run, feed.findings), feed.folder.uri.toString());
  });
  const view = vscode.window.createTreeView("trigate.gates", { treeDataProvider: painter });
  let shown = feeds.active();
  const refresh = () => {
    painter.refresh();
    void vscode.commands.executeCommand("setContext", "trigate.running", feeds.active()?.run.kind === "running");
  };
  return vscode.Disposable.from(
    painter,
    view,
    feeds.onDidChangeFolders(refresh),
    feeds.onDidChange(({ part }) => {
      if (part === "run") refresh();
    }),
    vscode.window.onDidChangeActiveTextEditor(() => {
      if (shown === feeds.active()) return;
      shown = feeds.active();
      refresh();
    }),
  );
}
