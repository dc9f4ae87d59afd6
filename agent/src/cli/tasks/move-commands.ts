import type { Command } from "commander";
import { TrigateError } from "../../errors/trigate-error.ts";
import { plainText } from "../../report/plain-text.ts";
import { moveTasks } from "../../tasks/file/edit-tasks-move.ts";
import type { Move } from "../../tasks/file/edit-tasks-move-plan.ts";
import { addNote } from "../../tasks/file/edit-tasks-note.ts";
import { type Common, idList, type Open, print, subcommand } from "./task-subcommand.ts";

/** The commands that put a task elsewhere or write onto it: `move` and `note`. */
export function addMoving(parent: Command, open: Open): void {
  for (const add of [addMove, addNoteCommand]) add(parent, open);
}

function addMove(parent: Command, open: Open): void {
  interface MoveOptions extends Common {
    readonly toTag?: string;
    readonly ignoreDependencies?: true;
  }
  subcommand(parent, "move", "trigate tasks move 5,6.1 7.2,9")
    .description("give tasks and subtasks other ids or homes; all that refers to them follows")
    .argument("<from>", "such as 5, 5.2, or several with commas between them")
    .argument("[to]", "as many ids: 9 for a task, 7.2 for a subtask of 7; into another list, the same when left out")
    .option("--to-tag <name>", "into another list of the file")
    .option("--ignore-dependencies", "cut what would lead from one list into the other")
    .action(async (from: string, to: string | undefined, options: MoveOptions) => {
      const { tag, json, toTag, ignoreDependencies } = options;
      const request = { moves: movesOf(from, to, toTag), toTag, ignoreDependencies };
      const result = await (await open()).tasks.change(tag, (where) => moveTasks(where, request));
      print(json, result, ({ colors }) =>
        [
          ...result.moved.map(
            ({ from: old, to: now }) =>
              `${plainText(old)} is ${colors.bold(plainText(now))}${toTag === undefined ? "" : ` in tag ${plainText(toTag)}`} now`,
          ),
          ...(result.rewritten.length === 0
            ? []
            : [`the dependencies of ${result.rewritten.map(plainText).join(", ")} follow`]),
          ...result.cut.map(([id, other]) => `${plainText(id)} no longer depends on ${plainText(other)}`),
        ].join("\n"),
      );
    });
}

function movesOf(from: string, to: string | undefined, toTag: string | undefined): readonly Move[] {
  const ids = idList([from]);
  const targets = to === undefined && toTag !== undefined ? ids : idList([to ?? ""]);
  if (ids.length === 0 || ids.length !== targets.length) {
    throw new TrigateError("usage/bad-argument", {
      problem: `${ids.length} to move, but ${targets.length} new ids`,
      hint: "name one new id for each: trigate tasks move 5,6 9,10",
    });
  }
  return ids.map((id, index) => ({ from: id, to: targets[index] ?? id }));
}

function addNoteCommand(parent: Command, open: Open): void {
  subcommand(parent, "note", 'trigate tasks note 5.2 "the header has a checksum, see RFC 1952"')
    .description("append a note with its time to the details of a task or subtask")
    .argument("<id>", "such as 5, or 5.2 for a subtask")
    .argument("<text...>", "what is to be remembered")
    .action(async (id: string, words: string[], { tag, json }: Common) => {
      const request = { id, text: words.join(" ") };
      const note = await (await open()).tasks.change(tag, (where) => addNote(where, request));
      print(json, note, () => `noted on ${plainText(note.id)} at ${note.at}`);
    });
}
