import * as vscode from "vscode";
import { type StatusText, statusText } from "../model/status-text.ts";
import type { Services } from "../services.ts";

const BACKGROUNDS: { [T in StatusText["tone"]]: vscode.ThemeColor | undefined } = {
  normal: undefined,
  warning: new vscode.ThemeColor("statusBarItem.warningBackground"),
  error: new vscode.ThemeColor("statusBarItem.errorBackground"),
};

/** The verdict of the active folder, always in sight; a click shows the gates behind it. */
export function registerVerdictStatus({ feeds }: Services): vscode.Disposable {
  const item = vscode.window.createStatusBarItem("trigate.verdict", vscode.StatusBarAlignment.Left, 50);
  item.name = "Trigate verdict";
  item.command = "trigate.gates.focus";
  const show = () => {
    const feed = feeds.active();
    if (feed === undefined) {
      item.hide();
      return;
    }
    const { text, tooltip, tone } = statusText(feed.session.connection, feed.run);
    item.text = text;
    item.tooltip = tooltip;
    item.backgroundColor = BACKGROUNDS[tone];
    // Screen readers would read the icons' names.
    item.accessibilityInformation = { label: `${text.replace(/\$\([^)]*\)\s*/g, "")}. ${tooltip}` };
    item.show();
  };
  return vscode.Disposable.from(
    item,
    feeds.onDidChange(({ part }) => {
      if (part === "run" || part === "connection") show();
    }),
    feeds.onDidChangeFolders(show),
    vscode.window.onDidChangeActiveTextEditor(show),
  );
}
