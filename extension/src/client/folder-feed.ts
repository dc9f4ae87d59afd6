import type { FileCoverage, Finding, TaskList } from "@trigate/agent/protocol";
import * as vscode from "vscode";
import { messageOf } from "../model/client-error.ts";
import { lastSummary, type RunState, reduceRun } from "../model/run-state.ts";
import type { AgentSession } from "./agent-session.ts";
import type { DaemonNotification } from "./daemon-channel.ts";

const SHOWN_FINDINGS = 200;
/** Of a list with more tasks than this the tree shows no descriptions. */
const LONG_LIST = 1_000;

/** Which part of a folder's picture changed. */
export type FeedPart = "connection" | "run" | "tasks" | "coverage";

/** The tasks of a folder as last read, or why they cannot be read. */
export type TasksState =
  | { readonly kind: "unknown" }
  | { readonly kind: "read"; readonly list: TaskList }
  | { readonly kind: "unreadable"; readonly reason: string };

/** Keeps what the editor shows of one folder in step with its daemon. */
export class FolderFeed implements vscode.Disposable {
  readonly session: AgentSession;
  readonly #log: vscode.LogOutputChannel;
  readonly #changed = new vscode.EventEmitter<FeedPart>();
  readonly #subscriptions: vscode.Disposable[];
  #run: RunState = { kind: "none" };
  #tasks: TasksState = { kind: "unknown" };
  #findings: readonly Finding[] = [];
  readonly onDidChange = this.#changed.event;

  constructor(session: AgentSession, log: vscode.LogOutputChannel) {
    this.session = session;
    this.#log = log;
    this.#subscriptions = [
      session.onDidChangeConnection((connection) => {
        this.#changed.fire("connection");
        if (connection.kind === "ready") void this.#refreshAll();
      }),
      session.onNotification((notification) => this.#take(notification)),
    ];
  }

  get folder(): vscode.WorkspaceFolder {
    return this.session.folder;
  }

  get run(): RunState {
    return this.#run;
  }

  get tasks(): TasksState {
    return this.#tasks;
  }

  /** What the run of the last verdict found: the first ones, since nobody reads a thousand in a tree. */
  get findings(): readonly Finding[] {
    return this.#findings;
  }

  /** Reads the tasks again; what is wrong with them becomes part of the picture. */
  async refreshTasks(): Promise<void> {
    try {
      this.#tasks = { kind: "read", list: await this.#readTasks() };
    } catch (error) {
      this.#log.warn(`${this.folder.name}: tasks cannot be read: ${messageOf(error)}`);
      this.#tasks = { kind: "unreadable", reason: messageOf(error) };
    }
    this.#changed.fire("tasks");
  }

  /** The texts of thousands of tasks take seconds to send and read, and a tree needs them only where the mouse rests. */
  async #readTasks(): Promise<TaskList> {
    const outline = await this.session.call("tasks/list", { outline: true });
    return outline.tasks.length > LONG_LIST ? outline : this.session.call("tasks/list", {});
  }

  /** Coverage of one file from the newest run that measured any; undefined when that run did not mention it. */
  async coverageOf(file: string): Promise<FileCoverage | undefined> {
    const { files } = await this.session.call("run/coverage", { files: [file] });
    return files.find((candidate) => candidate.file === file);
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }

  async #refreshAll(): Promise<void> {
    await Promise.all([this.refreshTasks(), this.#refreshRun()]);
    this.#changed.fire("coverage");
  }

  /** A window that opens shows the verdict of the last run, whoever ran it. */
  async #refreshRun(): Promise<void> {
    try {
      const { run } = await this.session.call("run/latest", {});
      if (run !== null && this.#run.kind !== "running") this.#run = { kind: "finished", summary: run };
    } catch (error) {
      this.#log.warn(`${this.folder.name}: the last run cannot be read: ${messageOf(error)}`);
    }
    this.#changed.fire("run");
    await this.#refreshFindings();
  }

  async #refreshFindings(): Promise<void> {
    const runId = lastSummary(this.#run)?.id;
    if (runId === undefined) return;
    try {
      const { findings } = await this.session.call("run/findings", { runId, pageSize: SHOWN_FINDINGS });
      // A newer run may have come to its verdict meanwhile.
      if (lastSummary(this.#run)?.id !== runId) return;
      this.#findings = findings;
    } catch (error) {
      this.#log.warn(`${this.folder.name}: the findings of the last run cannot be read: ${messageOf(error)}`);
      this.#findings = [];
    }
    this.#changed.fire("run");
  }

  #take(notification: DaemonNotification): void {
    switch (notification.name) {
      case "run/event":
        this.#run = reduceRun(this.#run, notification.params);
        this.#changed.fire("run");
        if (notification.params.type === "run-finished") {
          this.#changed.fire("coverage");
          void this.#refreshFindings();
        }
        return;
      case "tasks/changed":
        void this.refreshTasks();
        return;
      case "daemon/closing":
        this.#log.info(`${this.folder.name}: the daemon closes: ${notification.params.reason}`);
    }
  }
}
