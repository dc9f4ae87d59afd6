import * as vscode from "vscode";
import type { Services } from "../services.ts";
import { explain } from "./explain.ts";
import { cancelRun, runGates, runGatesOnFile } from "./run-gates.ts";
import { addTask, refreshTasks, setTaskStatus, startNextTask } from "./tasks.ts";
import { openSettings, restartAgent, showLog, showReport, toggleCoverage } from "./window.ts";

/** Every command of the manifest. `given` is what a menu passes on: a file or a tree row. */
const COMMANDS: { readonly [name: string]: (services: Services, given?: unknown) => Promise<void> } = {
  "trigate.runGates": runGates,
  "trigate.runGatesOnFile": runGatesOnFile,
  "trigate.cancelRun": cancelRun,
  "trigate.startNextTask": startNextTask,
  "trigate.setTaskStatus": setTaskStatus,
  "trigate.addTask": addTask,
  "trigate.refreshTasks": refreshTasks,
  "trigate.toggleCoverage": toggleCoverage,
  "trigate.showReport": showReport,
  "trigate.showLog": showLog,
  "trigate.openSettings": openSettings,
  "trigate.restartAgent": restartAgent,
};

/** Registers the commands. One that cannot go on, the agent being down say, explains itself and offers the way out. */
export function registerCommands(services: Services): vscode.Disposable {
  const registrations = Object.entries(COMMANDS).map(([name, run]) =>
    vscode.commands.registerCommand(name, (given?: unknown) =>
      // Not awaited: a command is over when its work is, not when a person has read the message.
      run(services, given).catch((error: unknown) => void explain(error, services.log)),
    ),
  );
  return vscode.Disposable.from(...registrations);
}
