import { joinDaemon } from "../../server/lifecycle/start-or-join.ts";
import type { OpenDaemonServices } from "./services.ts";
import { startOptions } from "./start-options.ts";

/** Whether a daemon of this workspace answers; none is started. */
export async function isDaemonRunning(open: OpenDaemonServices, asker: string): Promise<boolean> {
  const client = await joinDaemon(startOptions(await open(), asker));
  client?.close();
  return client !== undefined;
}
