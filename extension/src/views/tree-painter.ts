import * as vscode from "vscode";
import type { TreeNode } from "../model/task-tree.ts";

/** A row together with the folder it speaks of. Commands in menus get it. */
export interface Row {
  readonly node: TreeNode;
  readonly folder: string;
  readonly children: readonly Row[];
}

/** Shows rows that a model made; decides nothing. */
export class TreePainter implements vscode.TreeDataProvider<Row>, vscode.Disposable {
  readonly #rows: () => readonly Row[];
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.#changed.event;

  constructor(rows: () => readonly Row[]) {
    this.#rows = rows;
  }

  refresh(): void {
    this.#changed.fire();
  }

  getChildren(row?: Row): Row[] {
    return [...(row === undefined ? this.#rows() : row.children)];
  }

  getTreeItem({ node, folder }: Row): vscode.TreeItem {
    const { None, Expanded, Collapsed } = vscode.TreeItemCollapsibleState;
    // VS Code remembers the first state of a row: one that is to be open has to say so before its children are known.
    const state = node.expanded ? Expanded : node.children.length === 0 ? None : Collapsed;
    const item = new vscode.TreeItem(node.label, state);
    item.id = `${folder}#${node.id}`;
    item.description = node.description;
    item.tooltip = node.tooltip;
    item.contextValue = node.context;
    item.iconPath = new vscode.ThemeIcon(
      node.icon,
      node.color === undefined ? undefined : new vscode.ThemeColor(node.color),
    );
    const command = clickOf(node, folder);
    if (command !== undefined) item.command = command;
    item.accessibilityInformation = { label: [node.label, node.description].filter((text) => text !== "").join(", ") };
    return item;
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

function clickOf({ command, place, label }: TreeNode, folder: string): vscode.Command | undefined {
  if (command !== undefined) return { command, title: label };
  if (place === undefined) return undefined;
  const at = new vscode.Position(place.line, place.character);
  const uri = vscode.Uri.joinPath(vscode.Uri.parse(folder), place.file);
  return { command: "vscode.open", title: label, arguments: [uri, { selection: new vscode.Range(at, at) }] };
}

/** Rows for the nodes of one folder. */
export function rowsOf(nodes: readonly TreeNode[], folder: string): Row[] {
  return nodes.map((node) => ({ node, folder, children: rowsOf(node.children, folder) }));
}
