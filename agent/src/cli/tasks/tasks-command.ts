import { Argument, Command, Option } from "commander";
import { TASK_PRIORITIES, TASK_STATUSES, type TaskPriority, type TaskStatus } from "../../core/task.ts";
import { plainText } from "../../report/plain-text.ts";
import { toTaskList, toWireTask } from "../../report/task-list.ts";
import { addPlanning } from "./plan-commands.ts";
import { type Common, type Open, print, subcommand } from "./task-subcommand.ts";
import { listText, nextText, taskText } from "./task-text.ts";

/** `trigate tasks`: the task list that Task Master's programs share. Errors are thrown with their codes. */
export function tasksCommand(open: Open): Command {
  const tasks = new Command("tasks")
    .description("read and change the task list in .taskmaster/, which Task Master's own programs share")
    .exitOverride();
  for (const add of [addList, addNext, addShow, addSetStatus, addAdd, addPlanning]) add(tasks, open);
  return tasks;
}

function addList(parent: Command, open: Open): void {
  subcommand(parent, "list", "trigate tasks list --tag master")
    .description("list all tasks and subtasks with what they wait for")
    .action(async ({ tag, json }: Common) => {
      const listing = await (await open()).tasks.list(tag);
      print(json, toTaskList(listing), (style) => listText(listing, style));
    });
}

function addNext(parent: Command, open: Open): void {
  subcommand(parent, "next", "trigate tasks next --json")
    .description("say which task to do now, and why")
    .action(async ({ tag, json }: Common) => {
      const next = await (await open()).tasks.next(tag);
      const { task, reason } = next;
      print(json, { task: task === undefined ? null : toWireTask(task), reason }, (style) => nextText(next, style));
    });
}

function addShow(parent: Command, open: Open): void {
  subcommand(parent, "show", "trigate tasks show 5.2")
    .description("show everything about one task or subtask")
    .argument("<id>", "such as 5, or 5.2 for a subtask")
    .action(async (id: string, { tag, json }: Common) => {
      const task = await (await open()).tasks.show(id, tag);
      print(json, toWireTask(task), (style) => taskText(task, style));
    });
}

function addSetStatus(parent: Command, open: Open): void {
  subcommand(parent, "set-status", "trigate tasks set-status 5.2 in-progress --expected pending")
    .description("set the status of one task or subtask")
    .argument("<id>", "such as 5, or 5.2 for a subtask")
    .addArgument(new Argument("<status>").choices(TASK_STATUSES))
    .addOption(
      new Option("--expected <status>", "change nothing when the status is another one by now").choices(TASK_STATUSES),
    )
    .action(async (id: string, status: TaskStatus, { tag, json, expected }: Common & { expected?: TaskStatus }) => {
      const change = await (await open()).tasks.setStatus({ id, status, expected, tag });
      print(json, change, ({ colors }) =>
        [
          `${plainText(change.id)}: ${change.previous} -> ${colors.bold(change.status)}`,
          ...change.alsoChanged.map(
            (other) => `${plainText(other.id)}: now ${other.status}, since one of its subtasks was begun`,
          ),
        ].join("\n"),
      );
    });
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
