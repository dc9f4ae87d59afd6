import { join } from "node:path";
import { Command } from "commander";
import { TrigateError } from "../errors/trigate-error.ts";
import { exists, writeAtomically } from "../platform/files.ts";
import { proposalText } from "../runs/adopt/proposal-text.ts";
import { proposeConfig } from "../runs/propose-config.ts";
import type { Services } from "./services.ts";

/** `trigate init`: looks at the repository and proposes a `trigate.yaml`. */
export function initCommand(openHere: () => Promise<Services>): Command {
  return new Command("init")
    .description("look at this repository and propose a trigate.yaml")
    .option("--print", "print the proposal and write nothing")
    .option("--force", "replace a trigate.yaml that is there")
    .option("--json", "print the proposal as JSON")
    .addHelpText("after", "\nExample:\n  trigate init --print")
    .action(async (options: { print?: true; force?: true; json?: true }) => {
      const { root, repository, checkers, locator } = await openHere();
      const find = (cwd: string) => locator.finderFrom(cwd);
      const proposal = await proposeConfig({ root, repository: await repository(), checkers, find });
      const text = proposalText(proposal, checkers);
      if (options.json) console.log(JSON.stringify(proposal, null, 2));
      else if (options.print) process.stdout.write(text);
      else {
        await write(join(root, "trigate.yaml"), { text, force: options.force === true });
        const names = Object.keys(proposal.checks);
        console.log(
          `wrote trigate.yaml with ${names.length} checks: ${names.join(", ")}\nnow: trigate doctor, then trigate run --trust`,
        );
      }
    });
}

async function write(file: string, { text, force }: { text: string; force: boolean }): Promise<void> {
  if (!force && (await exists(file))) {
    throw new TrigateError("usage/bad-argument", {
      problem: `${file} is there already`,
      hint: "look at the proposal with --print, or replace the file with --force",
    });
  }
  await writeAtomically(file, text);
}
