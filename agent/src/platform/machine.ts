import { availableParallelism, cpus, homedir, totalmem } from "node:os";

/** What a figure that was measured here belongs to. */
export interface MachineFacts {
  readonly node: string;
  readonly platform: string;
  readonly arch: string;
  readonly cpu: string;
  readonly cores: number;
}

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
