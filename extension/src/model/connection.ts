import type { TreeNode } from "./task-tree.ts";

/** How one workspace folder stands with its agent. `reason` is a whole sentence for people. */
export type Connection =
  | { readonly kind: "starting" }
  | { readonly kind: "ready"; readonly agentVersion: string; readonly trusted: boolean }
  | { readonly kind: "waiting"; readonly reason: string; readonly retryInMs: number }
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "stopped" };

/** Why a command that needs the agent cannot go on; undefined when it can. */
export function whyDown(connection: Connection): string | undefined {
  switch (connection.kind) {
    case "ready":
      return undefined;
    case "starting":
      return "The Trigate agent is still starting";
    case "stopped":
      return "The Trigate agent was stopped";
    case "waiting":
    case "failed":
      return connection.reason;
  }
}

/** Rows above the tasks that offer the ways out of an agent that is down; none while it is up or on its way. */
export function wayOutRows(connection: Connection): TreeNode[] {
  if (connection.kind !== "failed" && connection.kind !== "stopped") return [];
  const row = (command: string, label: string, icon: string): TreeNode => ({
    id: command,
    label,
    description: "",
    tooltip: whyDown(connection) ?? "",
    icon,
    context: "way-out",
    expanded: false,
    children: [],
    command,
  });
  return [row("trigate.restartAgent", "Restart Agent", "debug-restart"), row("trigate.showLog", "Show Log", "output")];
}
