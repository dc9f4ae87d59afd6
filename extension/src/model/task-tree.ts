import type { Subtask, Task, TaskList, TaskStatus } from "@trigate/agent/protocol";
import { plainBlock, plainLine } from "./plain-text.ts";

/** One row of a tree, ready to paint. All text is plain. */
export interface TreeNode {
  /** Stable over refreshes, so that the tree keeps what is open and selected. */
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly tooltip: string;
  /** A codicon and, when it should stand out, a theme colour. */
  readonly icon: string;
  readonly color?: string | undefined;
  /** What menus match on: `task`, `next`, `group`, `gate`, … */
  readonly context: string;
  /** Open at first; a row without children that may get some later can be, too. */
  readonly expanded: boolean;
  readonly children: readonly TreeNode[];
  /** The task that commands on this row mean. */
  readonly taskId?: string | undefined;
  /** What a click on the row does. */
  readonly command?: string | undefined;
  /** Where a click on the row leads; counted from 0. */
  readonly place?: { readonly file: string; readonly line: number; readonly character: number } | undefined;
}

/** Icons differ in shape, so colour is never the only sign. */
const STATUS_ICONS: { [S in TaskStatus]: { icon: string; color?: string } } = {
  pending: { icon: "circle-large-outline" },
  "in-progress": { icon: "play-circle", color: "charts.blue" },
  review: { icon: "eye", color: "charts.purple" },
  done: { icon: "pass-filled", color: "charts.green" },
  blocked: { icon: "circle-slash", color: "charts.orange" },
  deferred: { icon: "clock" },
  cancelled: { icon: "close" },
};

const SETTLED = new Set<TaskStatus>(["done", "deferred", "cancelled"]);

/** The tree of one folder: the next task and why, then what is open in the file's order, then what is settled. */
export function taskTree(list: TaskList): TreeNode[] {
  const open = list.tasks.filter(({ status }) => !SETTLED.has(status));
  const settled = list.tasks.filter(({ status }) => SETTLED.has(status));
  const next = list.next === undefined ? undefined : findTask(list, list.next);
  return [
    ...(next === undefined ? [] : [nextNode(next, list.nextReason)]),
    ...open.map((task) => taskNode(task, list.next)),
    ...(settled.length === 0 ? [] : [settledNode(settled, list.next)]),
  ];
}

/** The task or subtask with this full id. */
export function findTask(list: TaskList, id: string): Task | Subtask | undefined {
  return list.tasks.flatMap((task) => [task, ...task.subtasks]).find((task) => task.id === id);
}

/** Every task and subtask, parents before their subtasks. */
export function allTasks(list: TaskList): readonly (Task | Subtask)[] {
  return list.tasks.flatMap((task) => [task, ...task.subtasks]);
}

function nextNode(task: Task | Subtask, reason: string): TreeNode {
  const isStarted = task.status === "in-progress";
  return {
    id: "next",
    label: `${isStarted ? "Now" : "Next"}: ${task.id} ${plainLine(task.title)}`,
    description: "",
    tooltip: `${plainLine(reason)}\n\n${tooltipOf(task)}`,
    icon: "arrow-circle-right",
    color: "charts.yellow",
    context: isStarted ? "next started" : "next",
    expanded: true,
    // A row of its own: beside the title there is rarely room for it.
    children: [reasonNode(reason)],
    taskId: task.id,
  };
}

function reasonNode(reason: string): TreeNode {
  return {
    id: "next:reason",
    label: plainLine(reason),
    description: "",
    tooltip: plainLine(reason),
    icon: "info",
    context: "reason",
    expanded: false,
    children: [],
  };
}

function taskNode(task: Task | Subtask, next: string | undefined): TreeNode {
  const subtasks = "subtasks" in task ? task.subtasks : [];
  const holdsNext = subtasks.some(({ id }) => id === next);
  return {
    id: `task:${task.id}`,
    label: `${task.id} ${plainLine(task.title)}`,
    description: describe(task, subtasks),
    tooltip: tooltipOf(task),
    ...STATUS_ICONS[task.status],
    context: "task",
    expanded: subtasks.length > 0 && (holdsNext || task.status === "in-progress"),
    children: subtasks.map((subtask) => taskNode(subtask, next)),
    taskId: task.id,
  };
}

function describe(task: Task | Subtask, subtasks: readonly Subtask[]): string {
  const done = subtasks.filter(({ status }) => status === "done").length;
  const waits = task.blockedBy.length > 0 && !SETTLED.has(task.status);
  return [
    task.status === "pending" ? "" : task.status,
    task.priority === "medium" ? "" : task.priority,
    subtasks.length === 0 ? "" : `${done}/${subtasks.length}`,
    waits ? `waits for ${task.blockedBy.join(", ")}` : "",
  ]
    .filter((part) => part !== "")
    .join(" · ");
}

function tooltipOf(task: Task | Subtask): string {
  const facts = [
    `Status: ${task.status}, priority: ${task.priority}`,
    ...(task.dependencies.length === 0 ? [] : [`Depends on ${task.dependencies.join(", ")}`]),
    ...(task.blockedBy.length === 0 ? [] : [`Waits for ${task.blockedBy.join(", ")}`]),
    ...(task.complexity === undefined ? [] : [`Complexity ${task.complexity} of 10`]),
  ];
  const texts = [task.description, task.details, task.testStrategy && `Test: ${task.testStrategy}`];
  const paragraphs = texts.filter((text) => text !== "").map((text) => plainBlock(text));
  return [`${task.id} ${plainLine(task.title)}`, facts.join("\n"), ...paragraphs].join("\n\n");
}

function settledNode(tasks: readonly Task[], next: string | undefined): TreeNode {
  const done = tasks.filter(({ status }) => status === "done").length;
  return {
    id: "settled",
    label: done === tasks.length ? "Done" : "Done and put aside",
    description: String(tasks.length),
    tooltip: `${done} done, ${tasks.length - done} deferred or cancelled`,
    icon: "archive",
    context: "group",
    expanded: false,
    children: tasks.map((task) => taskNode(task, next)),
  };
}
