import { Command } from "commander";
import { addAssign } from "./assign-command.ts";
import { addChanging } from "./change-commands.ts";
import { addEstimate } from "./estimate-command.ts";
import { addGraph } from "./graph-commands.ts";
import { addLooking } from "./list-commands.ts";
import { addMoving } from "./move-commands.ts";
import { addPlanning } from "./plan-commands.ts";
import { addProof } from "./proof-commands.ts";
import { addRestore } from "./restore-command.ts";
import { addTags } from "./tag-commands.ts";
import type { Open } from "./task-subcommand.ts";

/** `trigate tasks`: the task list that Task Master's programs share. Errors are thrown with their codes. */
export function tasksCommand(open: Open): Command {
  const tasks = new Command("tasks")
    .description("read and change the task list in .taskmaster/, which Task Master's own programs share")
    .exitOverride();
  for (const add of [
    addLooking,
    addChanging,
    addGraph,
    addMoving,
    addTags,
    addPlanning,
    addEstimate,
    addAssign,
    addProof,
    addRestore,
  ])
    add(tasks, open);
  return tasks;
}
