import { Command, InvalidArgumentError } from "commander";
import { Daemon } from "../../server/daemon.ts";
import { endDaemon, joinDaemon, startOrJoin } from "../../server/lifecycle/start-or-join.ts";
import type { DaemonClient } from "../../server/lifecycle/daemon-client.ts";
import type { OpenDaemonServices } from "./services.ts";
import { startOptions } from "./start-options.ts";

/** `trigate daemon`: the long-lived agent of a workspace. Errors are thrown with their codes. */
export function daemonCommand(open: OpenDaemonServices): Command {
  const daemon = new Command("daemon")
    .description("start, stop or look at the agent that runs in the background of this workspace")
    .exitOverride();
  for (const add of [addStart, addStop, addStatus, addServe]) add(daemon, open);
  return daemon;
}

interface Common {
  readonly json?: true;
}

function addStart(parent: Command, open: OpenDaemonServices): void {
  parent
    .command("start")
    .description("start the daemon of this workspace, unless it runs already")
    .option("--json", "print JSON")
    .addHelpText("after", "\nExample:\n  trigate daemon start")
    .action(async ({ json }: Common) => {
      const client = await startOrJoin(startOptions(await open(), "trigate daemon start"));
      await tell(client, json);
    });
}

function addStatus(parent: Command, open: OpenDaemonServices): void {
  parent
    .command("status")
    .description("say whether the daemon of this workspace runs, and what it does")
    .option("--json", "print JSON")
    .addHelpText("after", "\nExample:\n  trigate daemon status --json\n\nExit code 0 whether it runs or not.")
    .action(async ({ json }: Common) => {
      const services = await open();
      const client = await joinDaemon(startOptions(services, "trigate daemon status"));
      if (client !== undefined) await tell(client, json);
      else if (json) console.log(JSON.stringify({ running: false, root: services.root }));
      else console.log(`no daemon runs for ${services.root}`);
    });
}

function addStop(parent: Command, open: OpenDaemonServices): void {
  parent
    .command("stop")
    .description("end the daemon of this workspace and the runs that it has under way")
    .option("--json", "print JSON")
    .addHelpText("after", "\nExample:\n  trigate daemon stop")
    .action(async ({ json }: Common) => {
      const services = await open();
      const wasRunning = await endDaemon(startOptions(services, "trigate daemon stop"));
      if (json) console.log(JSON.stringify({ running: false, wasRunning, root: services.root }));
      else console.log(wasRunning ? `the daemon of ${services.root} has ended` : `no daemon runs for ${services.root}`);
    });
}

/** What `start` runs in the background. */
function addServe(parent: Command, open: OpenDaemonServices): void {
  parent
    .command("serve", { hidden: true })
    .description("be the daemon of this workspace, in the foreground")
    .option("--idle-minutes <n>", "end after this long without clients and runs", parseMinutes)
    .addHelpText("after", "\nExample:\n  trigate daemon serve --idle-minutes 60")
    .action(async ({ idleMinutes }: { idleMinutes?: number }) => {
      const { stateFolder, daemonServices } = await open();
      const idle = idleMinutes === undefined ? {} : { idleMs: idleMinutes * 60_000 };
      const daemon = new Daemon(await daemonServices(), { stateFolder, ...idle });
      if ((await daemon.start()) === undefined) {
        console.error("a daemon of this workspace runs already");
        return;
      }
      for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const)
        process.once(signal, () => void daemon.stop(`${signal} came`));
      await daemon.stopped;
    });
}

/** Timers cannot be longer than about 24 days. */
const MAX_MINUTES = 30_000;

function parseMinutes(value: string): number {
  const minutes = Number(value);
  if (value.trim() === "" || !(minutes > 0 && minutes <= MAX_MINUTES))
    throw new InvalidArgumentError(`a number of minutes up to ${MAX_MINUTES}`);
  return minutes;
}

/** The token stays out of what is printed. */
async function tell(client: DaemonClient, json: true | undefined): Promise<void> {
  try {
    const status = await client.call("daemon/status", {});
    const { url } = client.endpoint;
    if (json) console.log(JSON.stringify({ ...status, url, running: true, runningRun: status.running ?? null }));
    else {
      console.log(`the daemon of ${status.root} runs as process ${status.pid} since ${status.startedAt}`);
      const others = status.clients - 1;
      console.log(
        `${url}, ${others} other ${others === 1 ? "client" : "clients"}, ${status.runs} ${status.runs === 1 ? "run" : "runs"} started, ${status.running === undefined ? "none" : "one"} under way`,
      );
    }
  } finally {
    client.close();
  }
}
