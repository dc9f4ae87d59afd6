import { join } from "node:path";
import { readTextIfThere, rm, writeAtomically } from "../../platform/files.ts";
import { Endpoint } from "../../protocol/index.ts";

/** Names inside a workspace's state folder. */
const NAMES = {
  endpoint: "endpoint.json",
  alive: "daemon.lock",
  starting: "daemon-start.lock",
  log: "daemon.log",
} as const;

/** The daemon's files in a state folder. */
export interface DaemonFiles {
  /** Where the daemon listens, and the token; readable by its user only. */
  readonly endpoint: string;
  /** Locked by the daemon as long as it lives. */
  readonly alive: string;
  /** Locked by whoever is starting one. */
  readonly starting: string;
  readonly log: string;
}

export function daemonFiles(stateFolder: string): DaemonFiles {
  const { endpoint, alive, starting, log } = NAMES;
  return {
    endpoint: join(stateFolder, endpoint),
    alive: join(stateFolder, alive),
    starting: join(stateFolder, starting),
    log: join(stateFolder, log),
  };
}

/** What a daemon last wrote, or `undefined` when there is nothing or nothing of that form. It may be long dead. */
export async function readEndpoint({ endpoint }: DaemonFiles): Promise<Endpoint | undefined> {
  const text = await readTextIfThere(endpoint);
  if (text === undefined) return undefined;
  const parsed = Endpoint.safeParse(tryJson(text));
  return parsed.success ? parsed.data : undefined;
}

export async function writeEndpoint({ endpoint }: DaemonFiles, value: Endpoint): Promise<void> {
  await writeAtomically(endpoint, `${JSON.stringify(value)}\n`, { mode: 0o600 });
}

export async function removeEndpoint({ endpoint }: DaemonFiles): Promise<void> {
  await rm(endpoint, { force: true });
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
