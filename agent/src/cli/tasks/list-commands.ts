import { type Command, InvalidArgumentError, Option } from "commander";
import { TASK_STATUSES, type TaskStatus } from "../../core/task.ts";
import { plainText } from "../../report/plain-text.ts";
import { toTaskList, toWireTask } from "../../report/task-list.ts";
import { explainNext } from "../../tasks/graph/explain-next.ts";
import { filterTasks } from "../../tasks/graph/filter-tasks.ts";
import { TASK_MASTER_RULES, type TaskMasterRule } from "../../tasks/graph/task-master-rules.ts";
import { nextByRule } from "../../tasks/list-operations.ts";
import type { TaskStore } from "../../tasks/task-store.ts";
import { proofText } from "./proof-text.ts";
import { type Common, type Open, print, subcommand } from "./task-subcommand.ts";
import { explainText, listText, nextText, taskText } from "./task-text.ts";

/** The commands that only look: `list`, `next` and `show`. */
export function addLooking(parent: Command, open: Open): void {
  for (const add of [addList, addNext, addShow]) add(parent, open);
}

function addList(parent: Command, open: Open): void {
  interface ListOptions extends Common {
    readonly status: readonly TaskStatus[];
    readonly ready?: true;
    readonly withSubtasks?: true;
  }
  subcommand(parent, "list", "trigate tasks list --status pending,review --with-subtasks")
    .description("list the tasks with what they wait for, and the subtasks of those in progress")
    .addOption(
      new Option("--status <statuses>", `only these: ${TASK_STATUSES.join(", ")}`)
        .argParser(statusList)
        .default([], "all"),
    )
    .option("--ready", "only what could be done now")
    .option("--with-subtasks", "the subtasks of all tasks")
    .action(async ({ tag, json, status, ready, withSubtasks }: ListOptions) => {
      const { tasks } = await open();
      const listing = await tasks.list(tag);
      const { forcedIds } = await proofRecords();
      const forced = listing.tasks.length === 0 ? [] : await tasks.look(tag, forcedIds);
      const isFiltered = status.length > 0 || ready === true;
      const shown = filterTasks(listing.tasks, { statuses: status, ready: ready === true });
      const view = { shown, withSubtasks: withSubtasks === true || isFiltered, forced: new Set(forced) };
      print(
        json,
        { ...toTaskList({ ...listing, tasks: shown }), ...(forced.length === 0 ? {} : { forced }) },
        (style) => listText(listing, style, view),
      );
    });
}

/** Several may stand in one word with commas between them, and the option may be repeated. */
function statusList(value: string, before: readonly TaskStatus[]): readonly TaskStatus[] {
  const statuses = value.split(",").map((name) => {
    const status = TASK_STATUSES.find((known) => known === name.trim());
    if (status === undefined) throw new InvalidArgumentError(`Allowed choices are ${TASK_STATUSES.join(", ")}.`);
    return status;
  });
  return [...before, ...statuses];
}

function addNext(parent: Command, open: Open): void {
  interface NextOptions extends Common {
    readonly explain?: true;
    readonly rule: TaskMasterRule | "trigate";
  }
  subcommand(parent, "next", "trigate tasks next --explain")
    .description("say which task to do now, and why")
    .option("--explain", "say of each other open task why it is not the next one")
    .addOption(
      new Option("--rule <rule>", "whose rule: our own, or that of a program of task-master-ai")
        .choices(["trigate", ...TASK_MASTER_RULES])
        .default("trigate"),
    )
    .action(async ({ tag, json, explain, rule }: NextOptions) => {
      const { tasks } = await open();
      if (rule !== "trigate") {
        await printNextByRule(tasks, { tag, json, rule });
        return;
      }
      const { next, tasks: listed } = await tasks.list(tag);
      const others = explain === true ? explainNext(listed) : [];
      const task = next.task === undefined ? null : toWireTask(next.task);
      const value = { task, reason: next.reason, ...(explain === true ? { others } : {}) };
      print(json, value, (style) =>
        [nextText(next, style), ...(explain === true ? [explainText(others, style)] : [])].join("\n"),
      );
    });
}

async function printNextByRule(
  tasks: TaskStore,
  { tag, json, rule }: { tag?: string | undefined; json?: true | undefined; rule: TaskMasterRule },
): Promise<void> {
  const { id, task } = await nextByRule(tasks, { tag, rule });
  const value = { rule, id: id ?? null, task: task === undefined ? null : toWireTask(task) };
  print(json, value, ({ colors }) =>
    id === undefined
      ? `The rule "${rule}" of task-master-ai finds nothing next`
      : `${colors.bold(`Next: ${plainText(id)} ${plainText(task?.title ?? "")}`.trim())} (by the rule "${rule}" of task-master-ai)`,
  );
}

/** Its schemas take a while to build, and "next" has no use for them. */
const proofRecords = () => import("../../tasks/proof/record-edit.ts");

function addShow(parent: Command, open: Open): void {
  subcommand(parent, "show", "trigate tasks show 5.2")
    .description("show everything about one task or subtask")
    .argument("<id>", "such as 5, or 5.2 for a subtask")
    .action(async (id: string, { tag, json }: Common) => {
      const { tasks } = await open();
      const task = await tasks.show(id, tag);
      const { recordAt } = await proofRecords();
      const record = await tasks.look(tag, (where) => recordAt(where, id));
      const isNoted = Object.keys(record).length > 0;
      print(
        json,
        { ...toWireTask(task), ...(isNoted ? { proof: record } : {}) },
        (style) => taskText(task, style) + proofText(record, style),
      );
    });
}
