import type { Command } from "commander";
import { baselineCommand } from "./baseline.ts";
import { cacheCommand } from "./cache.ts";
import { codecovCommand } from "./codecov.ts";
import { commentCommand } from "./comment.ts";
import { completionCommand } from "./completion.ts";
import { configCommand } from "./config.ts";
import { coverageCommand } from "./coverage/coverage-command.ts";
import { daemonCommand } from "./daemon/daemon-command.ts";
import { isDaemonRunning } from "./daemon/is-running.ts";
import { lspCommand } from "./daemon/lsp-command.ts";
import { doctorCommand } from "./doctor.ts";
import { hooksCommand } from "./hooks.ts";
import { importCommand } from "./import.ts";
import { initCommand } from "./init.ts";
import { reportCommand } from "./report.ts";
import { runCommand } from "./run.ts";
import type { Services } from "./services.ts";
import type { Open as OpenTasks } from "./tasks/task-subcommand.ts";
import { tasksCommand } from "./tasks/tasks-command.ts";

interface Openers {
  /** The workspace above the folder where the user stands; it must have a configuration. */
  readonly open: () => Promise<Services>;
  /** The folder where the user stands, with or without a configuration. */
  readonly openHere: () => Promise<Services>;
  /** The workspace above, or else the folder where the user stands. */
  readonly openAnywhere: () => Promise<Services>;
  readonly openTasks: OpenTasks;
}

/** Every command of `trigate`, in the order of its help. */
export function allCommands({ open, openHere, openAnywhere, openTasks }: Openers): readonly Command[] {
  const openDaemon = async () => {
    const { root, stateFolder, env, daemon } = await openAnywhere();
    return { root, stateFolder, env, self: [process.execPath, process.argv[1] ?? ""], daemonServices: daemon };
  };
  return [
    runCommand(open),
    initCommand(openHere),
    doctorCommand(open, () => isDaemonRunning(openDaemon, "trigate doctor")),
    configCommand(open),
    importCommand(openHere),
    completionCommand(open),
    hooksCommand(open),
    cacheCommand(open),
    reportCommand(open),
    coverageCommand(openAnywhere),
    baselineCommand(open),
    commentCommand(open),
    codecovCommand(open),
    tasksCommand(openTasks),
    daemonCommand(openDaemon),
    lspCommand(openDaemon),
  ];
}
