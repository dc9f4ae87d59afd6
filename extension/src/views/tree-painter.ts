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
    const state = node.children.length === 0 ? None : node.expanded ? Expanded : Collapsed;
    const item = new vscode.TreeItem(node.label, state);
    item.id = `${folder}#${node.id}`;
    item.description = node.description;
    item.tooltip = node.tooltip;
    item.contextValue = node.context;
    item.iconPath = new vscode.ThemeIcon(
      node.icon,
      node.color === undefined ? undefined : new vscode.ThemeColor(node.color),
    );
    if (node.command !== undefined) item.command = { command: node.command, title: node.label };
    item.accessibilityInformation = { label: [node.label, node.description].filter((text) => text !== "").join(", ") };
    return item;
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

/** Rows for the nodes of one folder. */
export function rowsOf(nodes: readonly TreeNode[], folder: string): Row[] {
  return nodes.map((node) => ({ node, folder, children: rowsOf(node.children, folder) }));
}
