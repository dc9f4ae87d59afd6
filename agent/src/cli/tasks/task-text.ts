import type { Colors } from "picocolors/types.js";
import type { TaskStatus } from "../../core/task.ts";
import { fit, plainText } from "../../report/plain-text.ts";
import type { ListedTask } from "../../tasks/graph/dependencies.ts";
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

/** The tasks of a tag as a table, one line each, and what is next. */
export function listText(listing: TaskListing, style: TextStyle): string {
  const { tag, tags, tasks, next } = listing;
  const rows = tasks.flatMap((task) => [task, ...task.subtasks]);
  const idWidth = Math.max(2, ...rows.map(({ id }) => id.length));
  const done = tasks.filter(({ status }) => status === "done").length;
  const others = tags.filter((name) => name !== tag).map(oneLine);
  return [
    style.colors.bold(fit(`Tag ${oneLine(tag)}: ${done} of ${tasks.length} tasks done`, style.width)),
    ...(others.length > 0 ? wrap(`Other tags: ${others.join(", ")}`, style.width, "") : []),
    ...rows.map((task) => row(task, { idWidth, isNext: task.id === next.task?.id, style })),
    ...nextLines(next, style),
  ].join("\n");
}

/** Mark, status and priority of a row with the spaces between them. */
const ROW_WITHOUT_ID_AND_TITLE = 26;

function row(
  task: ListedTask,
  { idWidth, isNext, style }: { idWidth: number; isNext: boolean; style: TextStyle },
): string {
  const { colors, width } = style;
  const color = colors[STATUS_COLORS[task.status]];
  const id = plainText(task.id).padStart(idWidth);
  const rest = width - idWidth - ROW_WITHOUT_ID_AND_TITLE;
  const wait =
    task.blockedBy.length > 0 && isOpen(task) ? ` (waits for ${task.blockedBy.map(oneLine).join(", ")})` : "";
  const title = fit(oneLine(task.title), Math.max(10, rest - Math.min(wait.length, Math.floor(rest / 2))));
  const line = `${title}${colors.dim(fit(wait, Math.max(0, rest - title.length)))}`;
  return `${isNext ? colors.bold(">") : " "} ${id}  ${color(task.status.padEnd(11))}  ${colors.dim(task.priority.padEnd(8))} ${line}`.trimEnd();
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

/** One task with everything that the file says about it. */
export function taskText(task: ListedTask, style: TextStyle): string {
  const { colors, width } = style;
  const facts = [
    colors[STATUS_COLORS[task.status]](task.status),
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
  const idWidth = Math.max(2, ...task.subtasks.map(({ id }) => id.length));
  return [
    colors.bold(fit(`${plainText(task.id)} ${oneLine(task.title)}`, width)),
    facts.join(", "),
    ...(dependencies.length > 0 ? wrap(`Depends on ${dependencies.join(", ")}`, width, "") : []),
    ...part("Description", task.description),
    ...part("Details", task.details),
    ...part("How it is tested", task.testStrategy),
    ...(task.subtasks.length > 0 ? ["", colors.bold("Subtasks")] : []),
    ...task.subtasks.map((subtask) => row(subtask, { idWidth, isNext: false, style })),
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
