import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as vscode from "vscode";
import { z } from "zod";
import { eventually } from "./patience.ts";
import { labels, texts } from "./window.ts";

/** The folder that the window shows, a fresh copy of the sample; of several, the one at this place. */
export function folder(place = 0): string {
  const found = vscode.workspace.workspaceFolders?.[place];
  assert.ok(found, "the window has a folder");
  return found.uri.fsPath;
}

export const uriOf = (file: string): vscode.Uri => vscode.Uri.file(join(folder(), file));

/** Opens a file in an editor of its own. */
export async function open(file: string): Promise<vscode.TextEditor> {
  return vscode.window.showTextDocument(uriOf(file), { preview: false });
}

/** Replaces the first occurrence of some text in an open file and saves it. */
export async function replaceAndSave(editor: vscode.TextEditor, from: string, to: string): Promise<void> {
  const { document } = editor;
  const at = document.getText().indexOf(from);
  assert.notEqual(at, -1, `${document.fileName} holds ${from}`);
  const range = new vscode.Range(document.positionAt(at), document.positionAt(at + from.length));
  assert.ok(await editor.edit((edit) => edit.replace(range, to)), "the edit was taken");
  assert.ok(await document.save(), "the file was saved");
}

/** What Trigate reports on a file, as the Problems panel has it. */
export function findings(file: string): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uriOf(file)).filter(({ source }) => source?.startsWith("trigate/") === true);
}

/** Applies the first quick fix that is offered for a finding. The agent has it a moment after the finding itself. */
export async function applyQuickFix(file: string, finding: vscode.Diagnostic): Promise<void> {
  const edit = await eventually(async () => {
    const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
      "vscode.executeCodeActionProvider",
      uriOf(file),
      finding.range,
      vscode.CodeActionKind.QuickFix.value,
    );
    const fix = actions.find((action) => action.edit?.has(uriOf(file)));
    assert.ok(fix?.edit, `a quick fix is offered for ${finding.message}`);
    return fix.edit;
  });
  assert.ok(await vscode.workspace.applyEdit(edit), "the quick fix was applied");
}

/** What the status bar says of Trigate. */
export async function statusText(): Promise<string> {
  const items = await texts('.statusbar-item[id="trigate.trigate.verdict"], .statusbar-item[id*="trigate.verdict"]');
  return items.join(" ").trim();
}

/** Waits until the status bar says this. */
export async function untilStatus(pattern: RegExp): Promise<string> {
  return eventually(async () => {
    const text = await statusText();
    assert.match(text, pattern);
    return text;
  });
}

/** Opens the list of notifications and reads it: toasts go by, and windows under test do not show them. */
export async function notifications(): Promise<string[]> {
  await vscode.commands.executeCommand("notifications.showList");
  return texts(".notifications-center .notification-list-item");
}

/** Rows of the views in the side bar, in their order on the screen, as a screen reader reads them. */
export async function rows(): Promise<string[]> {
  return labels(".sidebar .pane-body .monaco-list-row");
}

const TaskFile = z.object({
  master: z.object({
    tasks: z.array(z.looseObject({ id: z.union([z.int(), z.string()]), status: z.string(), title: z.string() })),
  }),
});

export const tasksPath = (): string => join(folder(), ".taskmaster", "tasks", "tasks.json");

/** The tasks as they stand in the file now. */
export async function tasksInFile() {
  return TaskFile.parse(JSON.parse(await readFile(tasksPath(), "utf8"))).master.tasks;
}
