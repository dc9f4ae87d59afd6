import type { Command } from "commander";
import { systemClock } from "../../platform/clock.ts";
import { plainText } from "../../report/plain-text.ts";
import { addTagTo, listTags, removeTagFrom, renameTagIn, useTag } from "../../tasks/list-operations.ts";
import { type Open, print } from "./task-subcommand.ts";

interface Json {
  readonly json?: true;
}

/** The commands on the lists of the file: `tags` with what is below it, and `use-tag`. */
export function addTags(parent: Command, open: Open): void {
  const tags = parent.command("tags").description("the lists of the file: see, add, copy, rename and remove them");
  for (const add of [addList, addAdd, addCopy, addRename, addRemove]) add(tags, open);
  addUseTag(parent, open);
}

/** A command that is about lists as such, so that no list can be chosen for it. */
function tagCommand(parent: Command, name: string, example: string): Command {
  const isDefault = name === "list";
  return parent
    .command(name, { isDefault })
    .option("--json", "print JSON")
    .addHelpText("after", `\nExample:\n  ${example}`);
}

function addList(parent: Command, open: Open): void {
  tagCommand(parent, "list", "trigate tasks tags list --json")
    .description("all lists with how much of them is done; this is what tags alone does")
    .action(async ({ json }: Json) => {
      const overview = await listTags(await open());
      print(json, overview, ({ colors }) =>
        overview.tags.length === 0
          ? `there are no tags yet; the active one would be ${plainText(overview.active)}`
          : overview.tags
              .map(({ name, tasks, done, active }) => {
                const line = `${active ? ">" : " "} ${plainText(name)}: ${done} of ${tasks} tasks done`;
                return active ? `${colors.bold(line)} (active)` : line;
              })
              .join("\n"),
      );
    });
}

function addAdd(parent: Command, open: Open): void {
  tagCommand(parent, "add", "trigate tasks tags add release-2 --copy-from master")
    .description("add a list; makes the file when there is none")
    .argument("<name>", "letters, digits, - and _")
    .option("--copy-from <tag>", "with the tasks of this list")
    .action(async (name: string, { json, copyFrom }: Json & { readonly copyFrom?: string }) => {
      const added = await addTagTo((await open()).tasks, name, copyFrom);
      print(json, added, () => `added tag ${plainText(name)} with ${countOf(added.tasks)}`);
    });
}

function addCopy(parent: Command, open: Open): void {
  tagCommand(parent, "copy", "trigate tasks tags copy master release-2")
    .description("add a list with the tasks of another one")
    .argument("<from>")
    .argument("<to>", "letters, digits, - and _")
    .action(async (from: string, to: string, { json }: Json) => {
      const added = await addTagTo((await open()).tasks, to, from);
      print(json, added, () => `added tag ${plainText(to)} with ${countOf(added.tasks)}`);
    });
}

function addRename(parent: Command, open: Open): void {
  tagCommand(parent, "rename", "trigate tasks tags rename draft release-2")
    .description("give a list another name; the active one stays active")
    .argument("<from>")
    .argument("<to>", "letters, digits, - and _")
    .action(async (from: string, to: string, { json }: Json) => {
      const renamed = await renameTagIn(await open(), { from, to, clock: systemClock });
      print(json, renamed, () => `tag ${plainText(from)} is ${plainText(to)} now`);
    });
}

function addRemove(parent: Command, open: Open): void {
  tagCommand(parent, "remove", "trigate tasks tags remove draft --force")
    .description("remove a list that is not the active one")
    .argument("<name>")
    .option("--force", "even when it has tasks, which are lost then")
    .action(async (name: string, { json, force }: Json & { readonly force?: true }) => {
      const removed = await removeTagFrom(await open(), { name, force: force === true });
      print(json, removed, () => `removed tag ${plainText(name)} with ${countOf(removed.tasks)}`);
    });
}

function addUseTag(parent: Command, open: Open): void {
  tagCommand(parent, "use-tag", "trigate tasks use-tag release-2")
    .description("make a list the active one, for Task Master's own programs, too")
    .argument("<name>")
    .action(async (name: string, { json }: Json) => {
      const used = await useTag(await open(), name, systemClock);
      print(json, used, () => `the active tag is ${plainText(used.tag)} now`);
    });
}

function countOf(tasks: number): string {
  return tasks === 1 ? "1 task" : `${tasks} tasks`;
}
