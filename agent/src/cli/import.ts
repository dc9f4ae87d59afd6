import { join } from "node:path";
import { Argument, Command } from "commander";
import { TrigateError } from "../errors/trigate-error.ts";
import { readTextIfThere, writeAtomically } from "../platform/files.ts";
import { addChecks } from "../runs/adopt/add-checks.ts";
import { FOREIGN_KINDS, type ForeignKind, importConfiguration } from "../runs/adopt/import-configuration.ts";
import { proposalText } from "../runs/adopt/proposal-text.ts";
import type { Services } from "./services.ts";

/** `trigate import`: checks from the configuration of another tool. */
export function importCommand(openHere: () => Promise<Services>): Command {
  return new Command("import")
    .description("take checks over from the configuration of another tool into trigate.yaml")
    .addArgument(new Argument("<kind>", "whose configuration").choices(FOREIGN_KINDS))
    .argument("[file]", "its file; by default the one that the tool would find itself")
    .option("--print", "print the trigate.yaml and write nothing")
    .option("--json", "print checks and notes as JSON, and write nothing")
    .addHelpText(
      "after",
      "\nExample:\n  trigate import pre-commit --print\n\nWhat could not be taken over is said on standard error.",
    )
    .action(async (kind: ForeignKind, file: string | undefined, options: { print?: true; json?: true }) => {
      const { root, checkers } = await openHere();
      const imported = await importConfiguration(kind, { root, file, checkers });
      if (imported === undefined)
        throw new TrigateError("usage/bad-argument", {
          problem: file === undefined ? `there is no configuration of ${kind} here` : `there is no ${file}`,
          hint: "stand in the folder that has it, or name the file",
        });
      if (options.json) {
        console.log(JSON.stringify(imported, null, 2));
        return;
      }
      for (const { what, reason } of imported.notes) console.error(`${what}: ${reason}`);
      const target = join(root, "trigate.yaml");
      const present = await readTextIfThere(target);
      const { text, added } =
        present === undefined
          ? {
              text: proposalText({ version: 1, checks: imported.checks, notes: {} }, checkers),
              added: Object.keys(imported.checks),
            }
          : await addChecks(present, imported.checks, { file: target, checkers });
      if (options.print) process.stdout.write(text);
      else {
        await writeAtomically(target, text);
        console.log(`${added.length} checks from ${imported.file}${added.length === 0 ? "" : `: ${added.join(", ")}`}`);
      }
    });
}
