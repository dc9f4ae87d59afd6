import type { StartOptions } from "../../server/lifecycle/start-or-join.ts";
import type { DaemonCommandServices } from "./services.ts";

/** How a command of this program starts or joins the daemon of its workspace. `name` is what the daemon is told. */
export function startOptions({ root, stateFolder, env, self }: DaemonCommandServices, name: string): StartOptions {
  return {
    stateFolder,
    client: { client: name, trusted: true, env: {} },
    command: [...self, "daemon", "serve"],
    cwd: root,
    env,
  };
}
