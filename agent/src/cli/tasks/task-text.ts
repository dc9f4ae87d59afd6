import type { Colors } from "picocolors/types.js";
import type { TaskStatus } from "../../core/task.ts";
import { columnsOf } from "../../report/columns.ts";
import { fit, plainText } from "../../report/plain-text.ts";
import type { ListedTask } from "../../tasks/graph/dependencies.ts";
import type { NotNext } from "../../tasks/graph/explain-next.ts";
import type { NextListedTask } from "../../tasks/graph/next.ts";
import type { TaskListing } from "../../tasks/task-store.ts";

/** How text is laid out: in which colours, and in how many columns. */
export interface TextStyle {
  readonly colors: Colors;
  readonly width: number;
}

const STATUS_COLORS: { readonly [Status in TaskStatus]: "green" | "yellow" | "cyan" | "gray" | "red" } = {
  pending: "cyan",
  "in-progress": "yellow",
  done: "green",
  review: "yellow",
  deferred: "gray",
  cancelled: "gray",
  blocked: "red",
};

/** A shape for each status, so that nobody has to tell colours apart. */
const STATUS_SHAPES: { readonly [Status in TaskStatus]: string } = {
  pending: "○",
  "in-progress": "◐",
  done: "✓",
  review: "◇",
  deferred: "–",
  cancelled: "✗",
  blocked: "■",
};

/** Which rows a list has. */
export interface ListView {
  /** Tasks and subtasks that were called done without proof. */
  readonly forced?: ReadonlySet<string>;
  /** The tasks that are shown; all where it is left out. */
  readonly shown?: readonly ListedTask[];
  /** Subtasks of all that is shown, or only of tasks in progress. */
  readonly withSubtasks: boolean;
}

/** The tasks of a tag as a table, one line each, and what is next. */
export function listText(listing: TaskListing, style: TextStyle, view: ListView = { withSubtasks: false }): string {
  const { tag, tags, tasks, next } = listing;
  const shown = view.shown ?? tasks;
  const isOpened = (task: ListedTask) => view.withSubtasks || task.status === "in-progress";
  const rows = shown.flatMap((task) => [
    { task, parts: markOf(task, view) + (isOpened(task) ? "" : partsOf(task)) },
    ...(isOpened(task) ? task.subtasks : []).map((subtask) => ({ task: subtask, parts: markOf(subtask, view) })),
  ]);
  const idWidth = idWidthOf(rows.map(({ task }) => task));
  const done = tasks.filter(({ status }) => status === "done").length;
  const others = tags.filter((name) => name !== tag).map(oneLine);
  const hidden = tasks.length - shown.length;
  return [
    style.colors.bold(fit(`Tag ${oneLine(tag)}: ${done} of ${tasks.length} tasks done`, style.width)),
    ...(others.length > 0 ? wrap(`Other tags: ${others.join(", ")}`, style.width, "") : []),
    ...rows.map(({ task, parts }) => row(task, { idWidth, isNext: task.id === next.task?.id, style, parts })),
    ...(hidden > 0 ? [style.colors.dim(`${hidden} more ${hidden === 1 ? "task is" : "tasks are"} not shown`)] : []),
    ...nextLines(next, style),
  ].join("\n");
}

function markOf({ id }: ListedTask, { forced }: ListView): string {
  return forced?.has(id) ? " (forced, not proven)" : "";
}

function partsOf({ subtasks }: ListedTask): string {
  if (subtasks.length === 0) return "";
  return ` [${subtasks.filter(({ status }) => status === "done").length}/${subtasks.length}]`;
}

function idWidthOf(rows: readonly ListedTask[]): number {
  return rows.reduce((most, { id }) => Math.max(most, id.length), 2);
}

/** Below so many columns a row has no room for words beside the title; the shape of the status stays. */
const NARROW = 60;

interface RowStyle {
  readonly idWidth: number;
  readonly isNext: boolean;
  readonly style: TextStyle;
  /** How many of the subtasks that are not shown are done. */
  readonly parts: string;
}

function row(task: ListedTask, { idWidth, isNext, style, parts }: RowStyle): string {
  const { colors, width } = style;
  const color = colors[STATUS_COLORS[task.status]];
  const words = width < NARROW ? "" : `${task.status.padEnd(11)}  ${task.priority.padEnd(8)} `;
  const id = plainText(task.id).padStart(idWidth);
  const rest = width - idWidth - words.length - "> ".length - "  ○ ".length;
  const wait =
    task.blockedBy.length > 0 && isOpen(task) ? ` (waits for ${task.blockedBy.map(oneLine).join(", ")})` : "";
  const after = parts + wait;
  const title = fit(oneLine(task.title), Math.max(10, rest - Math.min(after.length, Math.floor(rest / 2))));
  const status = color(`${STATUS_SHAPES[task.status]} ${words.slice(0, 13)}`);
  const line = `${title}${colors.dim(fit(after, Math.max(0, rest - columnsOf(title))))}`;
  return `${isNext ? colors.bold(">") : " "} ${id}  ${status}${colors.dim(words.slice(13))}${line}`.trimEnd();
}

function isOpen({ status }: ListedTask): boolean {
  return status === "pending" || status === "in-progress";
}

/** What comes next and why, in words. */
export function nextText(next: NextListedTask, style: TextStyle): string {
  return nextLines(next, style).join("\n");
}

function nextLines({ task, reason }: NextListedTask, { colors, width }: TextStyle): string[] {
  const head = task === undefined ? "Nothing next" : `Next: ${plainText(task.id)} ${oneLine(task.title)}`;
  return [colors.bold(fit(head, width)), ...wrap(oneLine(reason), width, "  ")];
}

/** Why the others are not next, one line each where there is room. */
export function explainText(others: readonly NotNext[], { colors, width }: TextStyle): string {
  if (others.length === 0) return "No other task is open";
  const lines = others.flatMap(({ id, title, ready, why }) => [
    fit(`${ready ? "+" : "-"} ${plainText(id)} ${oneLine(title)}`.trimEnd(), width),
    ...wrap(`${ready ? "ready, but" : "not ready:"} ${oneLine(why)}`, width, "    ").map(colors.dim),
  ]);
  return lines.join("\n");
}

/** One task with everything that the file says about it. */
export function taskText(task: ListedTask, style: TextStyle): string {
  const { colors, width } = style;
  const facts = [
    colors[STATUS_COLORS[task.status]](`${STATUS_SHAPES[task.status]} ${task.status}`),
    `priority ${task.priority}`,
    ...(task.complexity === undefined ? [] : [`complexity ${task.complexity} of 10`]),
  ];
  const part = (title: string, text: string) =>
    text.trim() === ""
      ? []
      : [
          "",
          colors.bold(title),
          ...plainText(text)
            .split("\n")
            .flatMap((line) => wrap(line, width, "")),
        ];
  const dependencies = task.dependencies.map(
    (id) => `${oneLine(id)}${task.blockedBy.includes(id) ? " (not done)" : ""}`,
  );
  const idWidth = idWidthOf(task.subtasks);
  return [
    colors.bold(fit(`${plainText(task.id)} ${oneLine(task.title)}`, width)),
    facts.join(", "),
    ...(dependencies.length > 0 ? wrap(`Depends on ${dependencies.join(", ")}`, width, "") : []),
    ...part("Description", task.description),
    ...part("Details", task.details),
    ...part("How it is tested", task.testStrategy),
    ...(task.subtasks.length > 0 ? ["", colors.bold("Subtasks")] : []),
    ...task.subtasks.map((subtask) => row(subtask, { idWidth, isNext: false, style, parts: "" })),
  ].join("\n");
}

/** Text of the file on one line, harmless for a terminal. */
function oneLine(text: string): string {
  return plainText(text).replaceAll(/\s+/g, " ").trim();
}

/** Breaks at spaces; a word that is longer than a line is cut into pieces. */
function wrap(text: string, width: number, indent: string): string[] {
  const room = Math.max(20, width - indent.length);
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ").flatMap((long) => long.match(new RegExp(`.{1,${room}}`, "gu")) ?? [""])) {
    if (line !== "" && line.length + 1 + word.length > room) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each) => (indent + each).trimEnd());
}
