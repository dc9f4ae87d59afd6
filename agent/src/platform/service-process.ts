import type { ChildProcess } from "node:child_process";
import { createServer, connect } from "node:net";
import { type GroupRequest, signalGroup, spawnGroup } from "./process-group.ts";
import type { Supervisor } from "./supervisor.ts";

export interface ServiceRequest extends GroupRequest {
  /** What asks it to end; default TERM. */
  readonly endSignal?: NodeJS.Signals | undefined;
}

/** A program that serves others until it is ended. */
export interface ServiceProcess {
  /** Whether it is still there. */
  readonly isRunning: () => boolean;
  /** The last of what it printed. */
  readonly printed: () => string;
  /** Ends its whole process group: TERM, and KILL after a grace. Resolves when it is gone. */
  readonly end: () => Promise<void>;
}

/** Starts programs that serve. */
export interface ServiceStarter {
  serve(request: ServiceRequest): ServiceProcess;
}

const GRACE_MS = 3_000;
const KEPT_CHARACTERS = 64 * 1024;

/** Starts a service in a process group of its own, which the supervisor ends when this process dies. */
export function startService(
  { argv, cwd, env, endSignal = "SIGTERM" }: ServiceRequest,
  supervisor: Supervisor,
): ServiceProcess {
  supervisor.ready();
  const child = spawnGroup({ argv, cwd, env: { ...env, ...supervisor.mark } }, ["ignore", "pipe", "pipe"]);
  if (child.pid !== undefined) supervisor.watch(child.pid);
  let printed = "";
  const keep = (text: string) => {
    printed = (printed + text).slice(-KEPT_CHARACTERS);
  };
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", keep);
  let running = true;
  const gone = new Promise<void>((resolve) => {
    const over = () => {
      running = false;
      resolve();
    };
    child.once("exit", over);
    child.once("error", (error) => {
      keep(error.message);
      over();
    });
  });
  return {
    isRunning: () => running,
    printed: () => printed.trim(),
    end: async () => {
      if (running) signal(child, endSignal);
      await endGroup(child, gone);
      if (child.pid !== undefined) supervisor.release(child.pid);
    },
  };
}

async function endGroup(child: ChildProcess, gone: Promise<void>): Promise<void> {
  const timer = setTimeout(() => signal(child, "SIGKILL"), GRACE_MS);
  await gone;
  clearTimeout(timer);
  // What the service left behind in its group ends with it.
  signal(child, "SIGKILL");
  child.stdout?.destroy();
  child.stderr?.destroy();
}

function signal({ pid }: ChildProcess, name: NodeJS.Signals): void {
  if (pid !== undefined) signalGroup(pid, name);
}

/** A port of loopback that nothing listens on. Another program may take it before it is used. */
export async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address !== null ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}

/** Whether something takes connections on a port of loopback. */
export async function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1" });
    const answer = (yes: boolean) => {
      socket.destroy();
      resolve(yes);
    };
    socket.setTimeout(1_000, () => answer(false));
    socket.once("connect", () => answer(true));
    socket.once("error", () => answer(false));
  });
}

/** Whether an address answers with a status below 500. */
export async function answersHttp(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000), redirect: "manual" });
    await response.body?.cancel();
    return response.status < 500;
  } catch {
    // Refused, reset or late: not ready yet, and that is all that was asked.
    return false;
  }
}

/** The user that this process runs as; undefined where users have no numbers. */
export function userId(): number | undefined {
  return process.getuid?.();
}
