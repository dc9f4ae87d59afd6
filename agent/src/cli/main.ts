import { Command, CommanderError } from "commander";
import type { ComposeOptions } from "../compose.ts";
import { createTasksServices } from "../compose-tasks.ts";
import { messageOf, TrigateError } from "../errors/trigate-error.ts";
import { useNetworkOf } from "../platform/network.ts";
import { plainText } from "../report/plain-text.ts";
import { agentVersion } from "../version.ts";
import { EXIT, exitCodeOfError } from "./exit-codes.ts";
import type { Services } from "./services.ts";
import { tasksCommand } from "./tasks/tasks-command.ts";

/** The command line. Sets the process's exit code and lets it end by itself, so that nothing that was printed is cut off. */
export async function main(argv: readonly string[]): Promise<void> {
  let services: Promise<Services> | undefined;
  let restoreNetwork: (() => void) | undefined;
  const createServices = async (options: ComposeOptions) => {
    restoreNetwork ??= useNetworkOf(process.env, (message) => console.error(`trigate: ${message}`));
    // What builds all there is takes longer to load than a command on the tasks takes in all.
    return (await import("../compose.ts")).createServices(options);
  };
  const here = { cwd: process.cwd(), env: process.env };
  const open = () => (services ??= createServices(here));
  const openHere = () => (services ??= createServices({ ...here, root: here.cwd }));
  const openAnywhere = () => (services ??= createServices({ ...here, rootless: true }));
  const openTasks = () => createTasksServices({ ...here, all: openAnywhere });
  const program = new Command("trigate")
    .description("Pick the next task, write the change or let Claude Code write it, and let three gates prove it.")
    .version(agentVersion(), "-V, --version")
    .showSuggestionAfterError()
    .exitOverride();
  const commands =
    argv[0] === "tasks"
      ? [tasksCommand(openTasks)]
      : (await import("./all-commands.ts")).allCommands({ open, openHere, openAnywhere, openTasks });
  for (const command of commands) program.addCommand(command);
  overrideExits(program);
  try {
    await program.parseAsync([...argv], { from: "user" });
  } catch (error) {
    process.exitCode = report(error, argv.includes("--json"));
  } finally {
    await (await opened(services))?.close();
    restoreNetwork?.();
  }
}

/** A command that ends the process by itself would cut off what was printed, at whatever depth it stands. */
function overrideExits(command: Command): void {
  for (const child of command.commands) overrideExits(child.exitOverride());
}

function report(error: unknown, asJson: boolean): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.passed : EXIT.usage;
  const exitCode = exitCodeOfError(error);
  if (asJson)
    console.log(
      JSON.stringify({
        error: { code: error instanceof TrigateError ? String(error.code) : "internal", message: messageOf(error) },
      }),
    );
  else console.error(`trigate: ${plainText(messageOf(error))}`);
  if (exitCode === EXIT.internal && error instanceof Error) console.error(error.stack);
  return exitCode;
}

/** The services when they could be built; what went wrong with them has been reported already. */
async function opened(services: Promise<Services> | undefined): Promise<Services | undefined> {
  try {
    return await services;
  } catch (error) {
    if (error instanceof TrigateError) return undefined;
    throw error;
  }
}
