import * as vscode from "vscode";
import { type ClientErrorCode, codeOf, messageOf } from "../model/client-error.ts";
import { plainLine } from "../model/plain-text.ts";

interface WayOut {
  readonly title: string;
  readonly command: string;
}

const SHOW_LOG: WayOut = { title: "Show Log", command: "trigate.showLog" };
const RESTART: WayOut = { title: "Restart Agent", command: "trigate.restartAgent" };
const SETTINGS: WayOut = { title: "Open Settings", command: "trigate.openSettings" };
const WAYS_OUT: { [C in ClientErrorCode]?: readonly WayOut[] } = {
  "agent/down": [RESTART, SETTINGS, SHOW_LOG],
  "agent/exited": [RESTART, SHOW_LOG],
  "agent/not-started": [SETTINGS, SHOW_LOG],
  "agent/not-found": [SETTINGS, SHOW_LOG],
  "agent/node-too-old": [SETTINGS, SHOW_LOG],
  "channel/timed-out": [RESTART, SHOW_LOG],
  "protocol/version-mismatch": [SETTINGS, SHOW_LOG],
  "workspace/untrusted": [{ title: "Manage Workspace Trust", command: "workbench.trust.manage" }],
  "workspace/no-folder": [{ title: "Open Folder", command: "vscode.openFolder" }],
};

/** Tells a person why a command could not go on, with buttons for the ways out. Resolves when they chose or turned away. */
export async function explain(error: unknown, log: vscode.LogOutputChannel): Promise<void> {
  log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
  const ways = waysOut(error);
  const chosen = await vscode.window.showErrorMessage(plainLine(messageOf(error)), ...ways);
  if (chosen !== undefined) await vscode.commands.executeCommand(chosen.command);
}

function waysOut(error: unknown): readonly WayOut[] {
  const code = codeOf(error);
  return (code === undefined ? undefined : WAYS_OUT[code]) ?? [SHOW_LOG];
}
