import type { DaemonServices } from "../../server/services.ts";

/** What the commands around the daemon need; opened only when one of them runs. */
export interface DaemonCommandServices {
  /** Absolute path of the workspace root: the folder of `trigate.yaml`, or the current one where there is none. */
  readonly root: string;
  /** The workspace's own state folder. */
  readonly stateFolder: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The command that starts this program, as an argument vector: Node and the script. */
  readonly self: readonly string[];
  /** Everything that a daemon in this very process serves. */
  readonly daemonServices: () => DaemonServices | Promise<DaemonServices>;
}

export type OpenDaemonServices = () => Promise<DaemonCommandServices>;
