import type { Command } from "commander";
import { addDone } from "./done-command.ts";
import { addHook } from "./hook-command.ts";
import { addSync } from "./sync-command.ts";
import type { Open } from "./task-subcommand.ts";

/** The commands by which tasks are done, and others are told: `done`, `sync` and `hook`. */
export function addProof(parent: Command, open: Open): void {
  for (const add of [addDone, addSync, addHook]) add(parent, open);
}
