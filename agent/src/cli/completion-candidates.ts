import type { Command, Option } from "commander";

/** Gives the ids of the checks of the workspace; none where there is no configuration to be read. */
export type CheckIds = () => Promise<readonly string[]>;

/** Options whose value is the id of a check. */
const OF_CHECKS = new Set(["--check", "--why"]);

/**
 * What could stand in the place of the last word, by the commands and options themselves. Empty where anything could, such
 * as a file: then the shell's own completion is asked.
 */
export async function candidatesFor(
  program: Command,
  words: readonly string[],
  checkIds: CheckIds,
): Promise<readonly string[]> {
  const before = words.slice(0, -1);
  const partial = words.at(-1) ?? "";
  const { command, pending, given } = walk(program, before);
  const all = await valuesAt(command, { partial, pending, given, checkIds });
  return all.filter((word) => word.startsWith(partial)).toSorted();
}

interface Place {
  readonly command: Command;
  /** The option whose value comes next. */
  readonly pending: Option | undefined;
  /** How many arguments of the command stand there already. */
  readonly given: number;
}

function walk(program: Command, words: readonly string[]): Place {
  let command = program;
  let pending: Option | undefined;
  let given = 0;
  for (const word of words) {
    if (pending !== undefined) pending = undefined;
    else if (word.startsWith("-")) pending = optionOf(command, word);
    else {
      const inner =
        given === 0
          ? command.commands.find((each) => each.name() === word || each.aliases().includes(word))
          : undefined;
      if (inner === undefined) given++;
      else command = inner;
    }
  }
  return { command, pending, given };
}

/** The option, if its value is a word of its own. */
function optionOf(command: Command, word: string): Option | undefined {
  return command.options.find((option) => (option.long === word || option.short === word) && option.required);
}

async function valuesAt(
  command: Command,
  { partial, pending, given, checkIds }: Omit<Place, "command"> & { partial: string; checkIds: CheckIds },
): Promise<readonly string[]> {
  if (pending !== undefined) {
    if (OF_CHECKS.has(pending.long ?? "")) return checkIds();
    return pending.argChoices ?? [];
  }
  const help = command.createHelp();
  if (partial.startsWith("-")) return help.visibleOptions(command).flatMap(({ long }) => long ?? []);
  const commands = given === 0 ? help.visibleCommands(command).map((each) => each.name()) : [];
  return [...commands, ...(command.registeredArguments[given]?.argChoices ?? [])];
}
