/**
 * The commands around tasks and daemon as a program of its own, around played runs: `node cli-process.ts ARGUMENT…`.
 * The current folder is the workspace; `TRIGATE_STATE_DIR` says where the state lies.
 */
import { fileURLToPath } from "node:url";
import { Command, CommanderError } from "commander";
import { isTrigateError, messageOf, TrigateError } from "../../../errors/trigate-error.ts";
import { openStatuses } from "../../../tasks/proof/open-statuses.ts";
import { stateFolderOf } from "../../../platform/state-folder.ts";
import { FakeRuns, finding, playFindings } from "../../../server/testing/fake-runs.ts";
import { testServices } from "../../../server/testing/test-daemon.ts";
import { EXIT, exitCodeOfError } from "../../exit-codes.ts";
import { tasksCommand } from "../../tasks/tasks-command.ts";
import { daemonCommand } from "../daemon-command.ts";
import { lspCommand } from "../lsp-command.ts";

const root = process.cwd();
const runs = new FakeRuns(playFindings(({ request }) => request.paths.map((file) => finding({ file }))));
const services = testServices(root, { runs, log: (line) => console.error(line) });
const open = async () => ({
  root,
  stateFolder: stateFolderOf(root, process.env),
  env: process.env,
  self: [process.execPath, fileURLToPath(import.meta.url)],
  tasks: services.tasks,
  planning: () => Promise.reject(new Error("no model is played here")),
  insight: () => Promise.reject(new Error("no history is played here")),
  statuses: openStatuses({ root, store: services.tasks, hook: () => Promise.reject(new Error("nobody is told here")) }),
  proof: () => Promise.reject(new Error("nothing is proven here")),
  daemonServices: () => services,
});
const program = new Command("trigate").exitOverride();
for (const command of [tasksCommand(open), daemonCommand(open), lspCommand(open)]) program.addCommand(command);
try {
  await program.parseAsync(process.argv.slice(2), { from: "user" });
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? EXIT.passed : EXIT.usage;
  else {
    process.exitCode = exitCodeOfError(error);
    console.error(error instanceof TrigateError ? `${error.code}: ${error.message}` : messageOf(error));
    if (isTrigateError(error, "daemon/start-failed")) console.error(error.details.log);
  }
}
