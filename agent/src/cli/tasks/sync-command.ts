import type { Command } from "commander";
import { TrigateError } from "../../errors/trigate-error.ts";
import { readTextIfThere } from "../../platform/files.ts";
import { plainText } from "../../report/plain-text.ts";
import type { SyncedTask } from "../../tasks/proof/commit-sync.ts";
import { EXIT } from "../exit-codes.ts";
import { requireTrust } from "../trust.ts";
import { warnOfDelivery } from "./hook-command.ts";
import { type Common, type Open, print, subcommand } from "./task-subcommand.ts";

const RULES = `
A commit names tasks by trailers, as many as it likes:

  Task: 12.3

A task is closed when a run on exactly the content of the newest commit that names it, or of the end of the range, passed
what the task requires. The run is taken from the history, or from the report of "trigate run --format json".
What is done already stays as it is, so the command may be repeated.

Exit codes: 0 all named tasks are done, cancelled or unknown to the list, 1 a gate failed, 2 bad usage, 3 of a task nobody can tell.`;

/** `trigate tasks sync`: closes the tasks that commits name. For CI. */
export function addSync(parent: Command, open: Open): void {
  interface SyncOptions extends Common {
    readonly fromCommits: string;
    readonly report?: string;
    readonly dryRun?: true;
    readonly trust?: true;
  }
  subcommand(parent, "sync", "trigate tasks sync --from-commits origin/main..HEAD --report out/report.json")
    .description("close the tasks that commits name, where a run on their content passed")
    .requiredOption("--from-commits <range>", "commits, such as main..HEAD, or one commit")
    .option("--report <file>", "a run that was made elsewhere")
    .option("--dry-run", "say what would be closed, and write nothing")
    .option("--trust", "trust this workspace: git and its configuration are asked")
    .addHelpText("after", RULES)
    .action(async ({ tag, json, fromCommits, report: file, dryRun, trust }: SyncOptions) => {
      const services = await open();
      await requireTrust(services, trust === true);
      // The schemas of a report take longer to build than most commands on tasks take in all.
      const { readRunReport } = await import("../../report/read-run-report.ts");
      const report = file === undefined ? undefined : { run: readRunReport(await textOf(file), file), name: file };
      const { sync } = await services.proof();
      const { tip, tasks, deliveries } = await sync.sync({ range: fromCommits, tag, report, dryRun: dryRun === true });
      for (const delivery of deliveries.slice(-1)) warnOfDelivery(delivery);
      print(json, { tip, dryRun: dryRun === true, tasks }, () =>
        tasks.length === 0 ? "no commit of the range names a task" : tasks.map((task) => line(task, dryRun)).join("\n"),
      );
      process.exitCode = exitCodeOfSync(tasks);
    });
}

async function textOf(file: string): Promise<string> {
  const text = await readTextIfThere(file);
  if (text === undefined) throw new TrigateError("tasks/bad-report", { file, problem: "there is no such file" });
  return text;
}

const WORDS: Readonly<Record<SyncedTask["outcome"], string>> = {
  closed: "closed",
  settled: "kept",
  refused: "refused",
  unproven: "not proven",
  unknown: "unknown",
};

function line({ id, outcome, message }: SyncedTask, dryRun: true | undefined): string {
  const word = outcome === "closed" && dryRun ? "would be closed" : WORDS[outcome];
  return plainText(`${id}: ${word}: ${message}`);
}

function exitCodeOfSync(tasks: readonly SyncedTask[]): number {
  if (tasks.some(({ outcome }) => outcome === "refused")) return EXIT.failed;
  return tasks.some(({ outcome }) => outcome === "unproven") ? EXIT.errored : EXIT.passed;
}
