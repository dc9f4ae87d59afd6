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
      return "it is still starting";
    case "stopped":
      return "it was stopped";
    case "waiting":
    case "failed":
      return connection.reason;
  }
}
