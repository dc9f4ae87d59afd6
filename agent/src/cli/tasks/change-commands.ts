import { type Command, Option } from "commander";
import { TASK_PRIORITIES, TASK_STATUSES, type TaskPriority, type TaskStatus } from "../../core/task.ts";
import { TrigateError } from "../../errors/trigate-error.ts";
import { plainText } from "../../report/plain-text.ts";
import type { StatusChange } from "../../tasks/file/edit-tasks.ts";
import type { FlowReason } from "../../tasks/graph/status-flow.ts";
import { warnOfDelivery } from "./hook-command.ts";
import { type Common, idList, type Open, print, subcommand } from "./task-subcommand.ts";

/** The commands that change what one task says: `set-status` and `add`. */
export function addChanging(parent: Command, open: Open): void {
  for (const add of [addSetStatus, addAdd]) add(parent, open);
}

const FLOW_WORDS: Readonly<Record<FlowReason, string>> = {
  begun: "since one of its subtasks was begun",
  "put-back": "since all its subtasks are pending again",
  reopened: "since one of its subtasks has work left",
  "with-task": "with its task",
};

function addSetStatus(parent: Command, open: Open): void {
  interface StatusOptions extends Common {
    readonly expected?: TaskStatus;
    readonly withSubtasks?: true;
  }
  subcommand(parent, "set-status", "trigate tasks set-status 5.2 in-progress --expected pending")
    .description("set the status of tasks and subtasks; all of them change, or none")
    .usage("[options] <ids...> <status>")
    .argument("<ids-and-status...>", `such as 5 5.2 or 5,5.2, then one of ${TASK_STATUSES.join(", ")}`)
    .addOption(
      new Option("--expected <status>", "change nothing when the status is another one by now").choices(TASK_STATUSES),
    )
    .option("--with-subtasks", "set it for the subtasks, too; what is cancelled stays so")
    .action(async (words: string[], { tag, json, expected, withSubtasks }: StatusOptions) => {
      const { ids, status } = idsAndStatus(words);
      const request = { ids, status, expected, withSubtasks, tag };
      const { changes, delivery } = await (await open()).statuses.set(request);
      warnOfDelivery(delivery);
      const [only] = changes;
      print(json, changes.length === 1 && only !== undefined ? only : { changes }, ({ colors }) =>
        changes.flatMap((change) => statusLines(change, colors.bold)).join("\n"),
      );
    });
}

function idsAndStatus(words: readonly string[]): { ids: readonly string[]; status: TaskStatus } {
  const status = TASK_STATUSES.find((known) => known === words.at(-1));
  const ids = idList(words.slice(0, -1));
  if (status !== undefined && ids.length > 0) return { ids, status };
  throw new TrigateError("usage/bad-argument", {
    problem: status === undefined ? `the status "${plainText(words.at(-1) ?? "")}" is unknown` : "no task is named",
    hint: `Allowed choices are ${TASK_STATUSES.join(", ")}: trigate tasks set-status 5.2 in-progress`,
  });
}

function statusLines(change: StatusChange, bold: (text: string) => string): readonly string[] {
  const { id, previous, status, alsoChanged, readyToClose } = change;
  return [
    `${plainText(id)}: ${previous} -> ${bold(status)}`,
    ...alsoChanged.map((other) => `${plainText(other.id)}: now ${other.status}, ${FLOW_WORDS[other.why]}`),
    ...(readyToClose === undefined
      ? []
      : [
          `nothing is left to do below ${plainText(readyToClose)}: "trigate tasks done ${plainText(readyToClose)}" proves it`,
        ]),
  ];
}

function addAdd(parent: Command, open: Open): void {
  interface AddOptions extends Common {
    readonly description: string;
    readonly details: string;
    readonly priority: TaskPriority;
    readonly dependsOn: readonly string[];
  }
  subcommand(parent, "add", 'trigate tasks add "Parse the header" --priority high --depends-on 3 --depends-on 4.1')
    .description("add a task; makes the file when there is none")
    .argument("<title>")
    .option("--description <text>", "what it is about", "")
    .option("--details <text>", "how it is to be done", "")
    .addOption(new Option("--priority <priority>").choices(TASK_PRIORITIES).default("medium"))
    .option(
      "--depends-on <id>",
      "a task that must be done first (may be repeated)",
      (id: string, before: readonly string[]) => [...before, id],
      [],
    )
    .action(async (title: string, { tag, json, description, details, priority, dependsOn }: AddOptions) => {
      const added = await (await open()).tasks.add({
        title,
        description,
        details,
        priority,
        dependencies: dependsOn,
        tag,
      });
      print(json, added, () => `added task ${added.id}`);
    });
}
