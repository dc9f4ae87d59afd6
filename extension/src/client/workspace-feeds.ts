import * as vscode from "vscode";
import { z } from "zod";
import { ClientError } from "../model/client-error.ts";
import { AgentSession } from "./agent-session.ts";
import { type FeedPart, FolderFeed } from "./folder-feed.ts";
import { AGENT_SETTINGS } from "./settings.ts";

const Manifest = z.object({ version: z.string() });

export interface FeedChange {
  readonly feed: FolderFeed;
  readonly part: FeedPart;
}

/** One agent and feed for each folder of the window, following folders, trust and settings as they change. */
export class WorkspaceFeeds implements vscode.Disposable {
  readonly #context: vscode.ExtensionContext;
  readonly #log: vscode.LogOutputChannel;
  readonly #feeds = new Map<string, FolderFeed>();
  readonly #changed = new vscode.EventEmitter<FeedChange>();
  readonly #foldersChanged = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable[];

  readonly onDidChange = this.#changed.event;
  readonly onDidChangeFolders = this.#foldersChanged.event;

  constructor(context: vscode.ExtensionContext, log: vscode.LogOutputChannel) {
    this.#context = context;
    this.#log = log;
    this.#subscriptions = [
      vscode.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        for (const folder of removed) this.#close(folder);
        for (const folder of added) this.#open(folder);
        this.#foldersChanged.fire();
      }),
      // An agent learns of trust when it starts.
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.restartAll()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        for (const { folder, session } of this.all()) {
          if (AGENT_SETTINGS.some((key) => event.affectsConfiguration(key, folder.uri))) void session.restart();
        }
      }),
    ];
  }

  /** Starts the agents of the folders that are open now. */
  start(): void {
    for (const folder of vscode.workspace.workspaceFolders ?? []) this.#open(folder);
    this.#foldersChanged.fire();
  }

  /** In the order of the window's folders. */
  all(): readonly FolderFeed[] {
    const folders = vscode.workspace.workspaceFolders ?? [];
    return folders.flatMap((folder) => this.#feeds.get(folder.uri.toString()) ?? []);
  }

  /** The feed of the folder that a document belongs to. */
  of(uri: vscode.Uri): FolderFeed | undefined {
    const folder = vscode.workspace.getWorkspaceFolder(uri);
    return folder === undefined ? undefined : this.#feeds.get(folder.uri.toString());
  }

  /** The feed that the window is about now: that of the active editor, else the first. */
  active(): FolderFeed | undefined {
    const document = vscode.window.activeTextEditor?.document.uri;
    return (document === undefined ? undefined : this.of(document)) ?? this.all()[0];
  }

  /** As `active`; throws `workspace/no-folder` when the window has no folder. */
  require(): FolderFeed {
    const feed = this.active();
    if (feed === undefined) throw new ClientError("workspace/no-folder", {});
    return feed;
  }

  async restartAll(): Promise<void> {
    await Promise.all(this.all().map(({ session }) => session.restart()));
  }

  /** Resolves when the language servers are gone; the editor waits a few seconds for it. */
  async stop(): Promise<void> {
    await Promise.all([...this.#feeds.values()].map(({ session }) => session.stop()));
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    for (const feed of this.#feeds.values()) {
      feed.dispose();
      feed.session.dispose();
    }
    this.#changed.dispose();
    this.#foldersChanged.dispose();
  }

  #open(folder: vscode.WorkspaceFolder): void {
    const { extensionUri: extension, extension: own } = this.#context;
    const { version } = Manifest.parse(own.packageJSON);
    const session = new AgentSession({ folder, extension, version, log: this.#log });
    const feed = new FolderFeed(session, this.#log);
    this.#feeds.set(folder.uri.toString(), feed);
    feed.onDidChange((part) => this.#changed.fire({ feed, part }));
    void session.restart();
  }

  #close(folder: vscode.WorkspaceFolder): void {
    const feed = this.#feeds.get(folder.uri.toString());
    this.#feeds.delete(folder.uri.toString());
    feed?.dispose();
    void feed?.session.dispose();
  }
}
