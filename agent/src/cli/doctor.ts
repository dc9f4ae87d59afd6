import { Command } from "commander";
import pc from "picocolors";
import { signOf } from "../report/pretty.ts";
import { examine, type Examination, type ToolState } from "../runs/adopt/examine.ts";
import { EXIT } from "./exit-codes.ts";
import type { Services } from "./services.ts";

/** Whether a daemon of this workspace runs; the one that `trigate daemon status` would speak of. */
type AskDaemon = () => Promise<boolean>;

/** `trigate doctor`: what a run would need and what of it is missing, with the one command for each package manager. */
export function doctorCommand(services: () => Promise<Services>, daemonRuns?: AskDaemon): Command {
  return new Command("doctor")
    .description("say which tools are missing and how to get them")
    .option("--json", "print JSON")
    .addHelpText(
      "after",
      "\nExample:\n  trigate doctor\n\nExit code 2 when trigate.yaml is faulty, 3 when a tool is missing that a check needs.",
    )
    .action(async ({ json }: { json?: true }) => {
      const { config, repository, ...parts } = await services();
      const found = await examine({ ...parts, config: await config(), repository: await repository() });
      const daemon = await daemonRuns?.();
      if (json) console.log(JSON.stringify({ ...found, ...(daemon === undefined ? {} : { daemon }) }, null, 2));
      else console.log([...lines(found), ...daemonLine(daemon)].join("\n"));
      process.exitCode = found.tools.some((tool) => !tool.found && !tool.optional) ? EXIT.errored : EXIT.passed;
    });
}

function lines({ tools, install, repository, node, python, stateFolder }: Examination): readonly string[] {
  const column = Math.max(20, ...tools.map(({ check }) => check.length));
  return [
    ...tools.map((tool) => toolLine(tool, column)),
    ...repository.map(({ what, fix }) => `${signOf("skipped", pc)} ${what}\n  ${pc.dim(`mend it with: ${fix}`)}`),
    ...(install.length === 0 ? [] : ["", "install what is missing:", ...install.map((command) => `  ${command}`), ""]),
    pc.dim(`Node ${node.version} (${node.path})`),
    pc.dim(python === undefined ? "no Python" : `Python ${python.version ?? ""} (${python.path})`.replace("  ", " ")),
    pc.dim(`state: ${stateFolder.path}${stateFolder.trusted ? "" : " (not trusted yet: no version was asked)"}`),
  ];
}

function toolLine({ check, found, version, where, optional }: ToolState, column: number): string {
  const sign = signOf(found ? "passed" : optional ? "skipped" : "errored", pc);
  const what = found ? pc.dim(`${version ?? "found"}  ${where ?? ""}`) : `missing${optional ? " (optional)" : ""}`;
  return `${sign} ${check.padEnd(column)} ${what}`;
}

function daemonLine(runs: boolean | undefined): readonly string[] {
  return runs === undefined ? [] : [pc.dim(runs ? "a daemon runs" : "no daemon runs")];
}
