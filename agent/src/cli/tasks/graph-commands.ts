import type { Command } from "commander";
import { plainText } from "../../report/plain-text.ts";
import {
  addDependencies,
  type DependencyChange,
  type DependencyRequest,
  removeDependencies,
} from "../../tasks/file/edit-tasks-dependencies.ts";
import type { Edited, TagOf } from "../../tasks/file/tag-edit.ts";
import { repairTasks, validateTasks } from "../../tasks/list-operations.ts";
import { EXIT } from "../exit-codes.ts";
import { type Common, idList, type Open, print, subcommand } from "./task-subcommand.ts";

/** The commands on what waits for what: `add-dependency`, `remove-dependency`, `validate` and `repair`. */
export function addGraph(parent: Command, open: Open): void {
  addDependencyCommand(parent, open, {
    name: "add-dependency",
    description: "let a task or subtask wait for others; one that would wait for itself is refused",
    edit: addDependencies,
    words: "waits for",
  });
  addDependencyCommand(parent, open, {
    name: "remove-dependency",
    description: "let a task or subtask no longer wait for others",
    edit: removeDependencies,
    words: "no longer waits for",
  });
  addValidate(parent, open);
  addRepair(parent, open);
}

interface DependencyCommand {
  readonly name: string;
  readonly description: string;
  readonly edit: (where: TagOf, request: DependencyRequest) => Edited<DependencyChange>;
  readonly words: string;
}

function addDependencyCommand(
  parent: Command,
  open: Open,
  { name, description, edit, words }: DependencyCommand,
): void {
  subcommand(parent, name, `trigate tasks ${name} 5.2 --depends-on 3,4.1`)
    .description(description)
    .argument("<id>", "such as 5, or 5.2 for a subtask")
    .requiredOption("--depends-on <ids...>", "what is meant, such as 3 or 4.1")
    .action(async (id: string, { tag, json, dependsOn }: Common & { readonly dependsOn: readonly string[] }) => {
      const request = { id, dependencies: idList(dependsOn) };
      const change = await (await open()).tasks.change(tag, (where) => edit(where, request));
      print(json, change, () =>
        change.changed.length === 0
          ? `${plainText(id)} waits for ${idList(dependsOn).map(plainText).join(", ")} already`
          : `${plainText(id)} ${words} ${change.changed.map(plainText).join(", ")}`,
      );
    });
}

function addValidate(parent: Command, open: Open): void {
  subcommand(parent, "validate", "trigate tasks validate --json")
    .description("look for cycles, dependencies on nothing and other faults; exit code 1 when there are any")
    .action(async ({ tag, json }: Common) => {
      const { tasks } = await open();
      const { tag: name, problems } = await validateTasks(tasks, tag);
      print(json, { tag: name, valid: problems.length === 0, problems }, ({ colors }) =>
        problems.length === 0
          ? `${colors.green("✓")} nothing is wrong in tag ${plainText(name)}`
          : [
              ...problems.map(({ kind, text }) => `${colors.red("✗")} ${kind}: ${plainText(text)}`),
              `${problems.length} ${problems.length === 1 ? "problem" : "problems"}; "trigate tasks repair" mends them`,
            ].join("\n"),
      );
      if (problems.length > 0) process.exitCode = EXIT.failed;
    });
}

function addRepair(parent: Command, open: Open): void {
  subcommand(parent, "repair", "trigate tasks repair --dry-run")
    .description("mend all that validate finds, and say what was done")
    .option("--dry-run", "only say what would be done")
    .action(async ({ tag, json, dryRun }: Common & { readonly dryRun?: true }) => {
      const mended = await repairTasks((await open()).tasks, { tag, dryRun: dryRun === true });
      print(json, { dryRun: dryRun === true, mended }, ({ colors }) => {
        if (mended.length === 0) return "nothing is wrong, so nothing was changed";
        const lines = mended.flatMap(({ problem, done }) => [
          `${problem.kind}: ${plainText(problem.text)}`,
          `  ${colors.bold(plainText(done))}`,
        ]);
        return [...lines, ...(dryRun ? ["nothing was changed: this was a dry run"] : [])].join("\n");
      });
    });
}
