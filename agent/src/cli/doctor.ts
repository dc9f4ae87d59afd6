import { Command } from "commander";
import pc from "picocolors";
import type { Services } from "./services.ts";
import { isTrusted } from "../platform/trust.ts";
import { signOf } from "../report/pretty.ts";
import { EXIT } from "./exit-codes.ts";

interface ToolState {
  readonly check: string;
  readonly tool: string;
  readonly found: boolean;
  readonly version?: string | undefined;
  readonly optional: boolean;
  /** The one command that installs it, when it is missing. */
  readonly install?: string | undefined;
}

/** `trigate doctor`: which tools are there, which are missing, and the one command that installs each. */
export function doctorCommand(services: () => Promise<Services>): Command {
  return new Command("doctor")
    .description("say which tools are missing and how to get them")
    .option("--json", "print JSON")
    .addHelpText("after", "\nExample:\n  trigate doctor\n\nExit code 3 when a tool is missing that a check needs.")
    .action(async ({ json }: { json?: true }) => {
      const states = await examine(await services());
      if (json) console.log(JSON.stringify({ tools: states }, null, 2));
      else for (const state of states) console.log(line(state));
      process.exitCode = states.some(({ found, optional }) => !found && !optional) ? EXIT.errored : EXIT.passed;
    });
}

async function examine(services: Services): Promise<ToolState[]> {
  const { checks } = await services.config();
  // A tool of the workspace is a program of the workspace: without trust it is only looked for, and not asked its version.
  const trusted = await isTrusted(services.stateFolder);
  const states: ToolState[] = [];
  for (const check of checks) {
    const checker = services.checkers.get(check.tool);
    if (checker === undefined) continue;
    const found = (await services.locator.find(check, checker)) !== undefined;
    const version = found && trusted ? (await services.locator.locate(check, checker))?.version : undefined;
    const install = check.command === undefined ? checker.install : `build or install ${check.command[0]}`;
    states.push({
      check: check.id,
      tool: checker.id,
      found,
      optional: check.optional,
      ...(found ? { version } : { install }),
    });
  }
  return states;
}

function line({ check, found, version, optional, install }: ToolState): string {
  const sign = signOf(found ? "passed" : optional ? "skipped" : "errored", pc);
  return `${sign} ${check.padEnd(20)} ${found ? pc.dim(version ?? "found") : `missing${optional ? " (optional)" : ""}; install it with: ${install ?? ""}`}`;
}
