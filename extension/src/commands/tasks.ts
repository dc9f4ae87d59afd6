import { type Subtask, type Task, type TaskList, TaskStatus } from "@trigate/agent/protocol";
import * as vscode from "vscode";
import type { FolderFeed } from "../client/folder-feed.ts";
import { ClientError } from "../model/client-error.ts";
import { plainLine } from "../model/plain-text.ts";
import { allTasks, findTask } from "../model/task-tree.ts";
import type { Services } from "../services.ts";

/** The part of a tree row that commands in its menu need; anything else means that no row was given. */
interface TaskRow {
  readonly folder: string;
  readonly node: { readonly taskId: string };
}

function isTaskRow(value: unknown): value is TaskRow {
  if (typeof value !== "object" || value === null || !("folder" in value) || !("node" in value)) return false;
  const { folder, node } = value;
  return typeof folder === "string" && typeof node === "object" && node !== null && "taskId" in node;
}

/** Sets the next task, or the one whose row was given, to in-progress. */
export async function startNextTask(services: Services, row?: unknown): Promise<void> {
  requireTrust("Trigate: Start Next Task");
  const { feed, taskId } = target(services, row);
  const { task, reason } = await feed.session.call("tasks/next", {});
  if (taskId === undefined && task === null) {
    void vscode.window.showInformationMessage(`Trigate: there is no next task. ${plainLine(reason)}`);
    return;
  }
  const chosen = taskId === undefined || taskId === task?.id ? task : await readTask(feed, taskId);
  if (!chosen) return;
  if (chosen.status !== "in-progress") await setStatus(feed, chosen, "in-progress");
  void vscode.window.showInformationMessage(`Trigate: ${chosen.id} ${plainLine(chosen.title)} is in progress.`);
}

/** Sets the status of the task whose row was given, or of one picked from a list. */
export async function setTaskStatus(services: Services, row?: unknown): Promise<void> {
  requireTrust("Trigate: Set Task Status");
  const { feed, taskId } = target(services, row);
  const list = await feed.session.call("tasks/list", {});
  const task = taskId === undefined ? await pickTask(list) : findTask(list, taskId);
  if (task === undefined) return;
  const choices = TaskStatus.options.map((status) => ({
    label: status,
    status,
    ...(status === task.status ? { description: "now" } : {}),
  }));
  const title = `Status of ${task.id} ${plainLine(task.title)}`;
  const picked = await vscode.window.showQuickPick(choices, { title });
  if (picked === undefined || picked.status === task.status) return;
  if (picked.status === "done") await proveTask(feed, task);
  else await setStatus(feed, task, picked.status);
}

/** Runs the gates that the task asks for; it is done when they pass, or when a person gives a reason why it is all the same. */
async function proveTask(feed: FolderFeed, task: Task | Subtask): Promise<void> {
  // Tools read files, not editors.
  await vscode.workspace.saveAll(false);
  const title = `Trigate: proving ${task.id} ${plainLine(task.title)}`;
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  const proof = await vscode.window.withProgress(options, (_progress, token) => {
    token.onCancellationRequested(() => {
      const { run, session } = feed;
      if (run.kind === "running") void session.call("run/cancel", { runId: run.runId }).catch(() => undefined);
    });
    return feed.session.call("tasks/done", { id: task.id });
  });
  await feed.refreshTasks();
  if (proof.done) {
    void vscode.window.showInformationMessage(`Trigate: ${task.id} ${plainLine(task.title)} is done, and proven.`);
    return;
  }
  const [cause] = proof.causes;
  const why = cause === undefined ? proof.verdict : `${cause.id}: ${plainLine(cause.message)}`;
  const chosen = await vscode.window.showWarningMessage(
    `Trigate: ${task.id} is not done. ${why}`,
    "Show Gates",
    "Call It Done…",
  );
  if (chosen === "Show Gates") void vscode.commands.executeCommand("trigate.gates.focus");
  if (chosen === "Call It Done…") await forceTask(feed, task);
}

/** The reason stands in the task for ever, beside what the gates said. */
async function forceTask(feed: FolderFeed, task: Task | Subtask): Promise<void> {
  const reason = await vscode.window.showInputBox({
    title: `Call ${task.id} done without proof`,
    prompt: "Why? The reason stays in the task.",
    validateInput: (text) => (text.trim() === "" ? "It needs a reason." : undefined),
  });
  if (reason === undefined) return;
  await feed.session.call("tasks/done", { id: task.id, force: { reason: reason.trim(), run: false } });
  await feed.refreshTasks();
}

/** Asks for a title and adds a task to the end of the list. */
export async function addTask(services: Services): Promise<void> {
  requireTrust("Trigate: Add Task");
  const feed = services.feeds.require();
  const title = await vscode.window.showInputBox({
    title: "New task",
    prompt: "What is to be done?",
    validateInput: (text) => (text.trim() === "" ? "A task needs a title." : undefined),
  });
  if (title === undefined) return;
  await feed.session.call("tasks/add", { title: title.trim() });
  await feed.refreshTasks();
}

/** Reads the tasks of every folder again. */
export async function refreshTasks({ feeds }: Services): Promise<void> {
  await Promise.all(feeds.all().map((feed) => feed.refreshTasks()));
}

function target({ feeds }: Services, row: unknown): { feed: FolderFeed; taskId: string | undefined } {
  if (!isTaskRow(row)) return { feed: feeds.require(), taskId: undefined };
  const feed = feeds.all().find(({ folder }) => folder.uri.toString() === row.folder);
  return { feed: feed ?? feeds.require(), taskId: row.node.taskId };
}

async function readTask(feed: FolderFeed, id: string): Promise<Task | Subtask | undefined> {
  return findTask(await feed.session.call("tasks/list", {}), id);
}

/** `expected` makes the agent refuse when someone else changed the task meanwhile, instead of overwriting their word. */
async function setStatus(feed: FolderFeed, task: Task | Subtask, status: TaskStatus): Promise<void> {
  await feed.session.call("tasks/set-status", { id: task.id, status, expected: task.status });
  await feed.refreshTasks();
}

async function pickTask(list: TaskList): Promise<Task | Subtask | undefined> {
  const items = allTasks(list).map((task) => ({
    label: `${task.id} ${plainLine(task.title)}`,
    description: task.status,
    task,
  }));
  const picked = await vscode.window.showQuickPick(items, { title: "Which task?", matchOnDescription: true });
  return picked?.task;
}

/** The agent refuses writes of an untrusted window as well; this says so before anything is asked. */
function requireTrust(command: string): void {
  if (!vscode.workspace.isTrusted) throw new ClientError("workspace/untrusted", { command });
}
