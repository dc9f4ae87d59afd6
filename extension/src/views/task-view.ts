import * as vscode from "vscode";
import type { FolderFeed } from "../client/folder-feed.ts";
import { wayOutRows, whyDown } from "../model/connection.ts";
import { plainLine } from "../model/plain-text.ts";
import { type TreeNode, taskTree } from "../model/task-tree.ts";
import type { Services } from "../services.ts";
import { type Row, rowsOf, TreePainter } from "./tree-painter.ts";

/** The tree of tasks, the next one on top; with several folders, one branch for each. */
export function registerTaskView({ feeds }: Services): vscode.Disposable {
  const painter = new TreePainter(() => {
    const all = feeds.all();
    const [only] = all;
    if (only === undefined) return [];
    return all.length === 1 ? rowsOf(nodesOf(only), keyOf(only)) : all.map(folderRow);
  });
  const view = vscode.window.createTreeView("trigate.tasks", { treeDataProvider: painter, showCollapseAll: true });
  const show = () => {
    painter.refresh();
    view.message = messageFor(feeds.all());
    void vscode.commands.executeCommand(
      "setContext",
      "trigate.agent",
      feeds.active()?.session.connection.kind ?? "none",
    );
  };
  const listeners = [
    feeds.onDidChange(({ part }) => {
      if (part === "tasks" || part === "connection") show();
    }),
    feeds.onDidChangeFolders(show),
  ];
  return vscode.Disposable.from(painter, view, ...listeners);
}

const keyOf = (feed: FolderFeed): string => feed.folder.uri.toString();

function nodesOf({ session, tasks }: FolderFeed): TreeNode[] {
  return [...wayOutRows(session.connection), ...(tasks.kind === "read" ? taskTree(tasks.list) : [])];
}

function folderRow(feed: FolderFeed): Row {
  const nodes = nodesOf(feed);
  const node: TreeNode = {
    id: "folder",
    label: feed.folder.name,
    description: nodes.length === 0 ? "no tasks" : "",
    tooltip: feed.folder.uri.fsPath,
    icon: "folder",
    context: "folder",
    expanded: true,
    children: nodes,
  };
  return { node, folder: keyOf(feed), children: rowsOf(nodes, keyOf(feed)) };
}

/** One line above the tree when what is below it may be old, restricted or unreadable. */
function messageFor(feeds: readonly FolderFeed[]): string {
  const lines = feeds.flatMap(({ session, tasks }) => {
    const why = session.connection.kind === "starting" ? undefined : whyDown(session.connection);
    if (why !== undefined) return [plainLine(why)];
    if (tasks.kind === "unreadable") return [plainLine(tasks.reason)];
    // A message would hide the view's words for an empty tree, which say the same and more.
    const restricted = session.connection.kind === "ready" && !session.connection.trusted;
    return restricted && tasks.kind === "read" && tasks.list.tasks.length > 0
      ? ["Restricted: the tasks are shown, nothing of this workspace is run."]
      : [];
  });
  return lines.join("\n");
}
