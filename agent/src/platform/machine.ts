import { availableParallelism, cpus, homedir, totalmem } from "node:os";
import type { RunEnvironment } from "../core/run.ts";

/** What a figure that was measured here belongs to. */
export type MachineFacts = Omit<RunEnvironment, "agentVersion" | "ci">;

export function machineFacts(): MachineFacts {
  return {
    node: process.version,
    platform: process.platform,
    arch: process.arch,
    cpu: cpus()[0]?.model.trim() ?? "unknown",
    cores: availableParallelism(),
  };
}

/** What the whole machine has. */
export function machineMemoryBytes(): number {
  return totalmem();
}

/** The folder of the user's own configuration, as the environment says, or as the system knows it. */
export function homeFolder(env: Readonly<Record<string, string | undefined>>): string {
  return env["HOME"] ?? env["USERPROFILE"] ?? homedir();
}
