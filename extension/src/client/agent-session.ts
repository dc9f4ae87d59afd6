import type { MethodName, MethodParams, MethodResult } from "@trigate/agent/protocol";
import * as vscode from "vscode";
import { AGENT_BACK_OFF } from "../model/back-off.ts";
import { ClientError, type ClientErrorCode, codeOf, messageOf } from "../model/client-error.ts";
import { type Connection, whyDown } from "../model/connection.ts";
import { excludedTools } from "../model/excluded-tools.ts";
import { type AgentProcess, locateAgent, startAgent } from "./agent-process.ts";
import { DaemonChannel, type DaemonNotification } from "./daemon-channel.ts";
import { keepAlive, systemTimer } from "./keep-alive.ts";
import { LanguageSession, type LanguageSessionOptions } from "./language-session.ts";
import { readSettings } from "./settings.ts";

/** A call that takes longer means a hung daemon: runs answer at once and report by notifications. */
const CALL_TIMEOUT_MS = 30_000;

/** Starting again cannot mend these. */
const FINAL = new Set<ClientErrorCode>(["agent/not-found", "agent/node-too-old", "protocol/version-mismatch"]);

export interface AgentSessionOptions {
  readonly folder: vscode.WorkspaceFolder;
  readonly extension: vscode.Uri;
  readonly version: string;
  readonly log: vscode.LogOutputChannel;
}

/** One workspace folder's agent: finds it, starts it, keeps it alive, and speaks with its daemon. */
export class AgentSession implements vscode.Disposable {
  readonly folder: vscode.WorkspaceFolder;
  readonly #options: AgentSessionOptions;
  readonly #changed = new vscode.EventEmitter<Connection>();
  readonly #notified = new vscode.EventEmitter<DaemonNotification>();
  #connection: Connection = { kind: "stopped" };
  #channel: DaemonChannel | undefined;
  #life: { readonly abort: AbortController; readonly over: Promise<void> } | undefined;

  readonly onDidChangeConnection = this.#changed.event;
  readonly onNotification = this.#notified.event;

  constructor(options: AgentSessionOptions) {
    this.folder = options.folder;
    this.#options = options;
  }

  get connection(): Connection {
    return this.#connection;
  }

  /** Starts the agent, or starts it anew with the present settings and trust. */
  async restart(): Promise<void> {
    await this.stop();
    const abort = new AbortController();
    this.#life = { abort, over: this.#keepAlive(abort.signal) };
  }

  /** Ends the agent's language server; the daemon goes on for other windows and ends itself when idle. */
  async stop(): Promise<void> {
    const life = this.#life;
    this.#life = undefined;
    life?.abort.abort();
    await life?.over;
    this.#become({ kind: "stopped" });
  }

  /** Calls the daemon; rejects with `agent/down` and the reason when there is none now. */
  async call<M extends MethodName>(method: M, params: MethodParams<M>): Promise<MethodResult<M>> {
    const why = whyDown(this.#connection);
    if (this.#channel === undefined || why !== undefined) {
      throw new ClientError("agent/down", { why: why ?? "The Trigate agent is still starting" });
    }
    return this.#channel.call(method, params);
  }

  dispose(): Thenable<void> {
    return this.stop().then(() => {
      this.#changed.dispose();
      this.#notified.dispose();
    });
  }

  async #keepAlive(signal: AbortSignal): Promise<void> {
    try {
      await this.#upkeep((inner) => this.#liveAgent(inner), signal);
    } catch (error) {
      this.#options.log.error(`${this.folder.name}: ${messageOf(error)}`);
      this.#become({ kind: "failed", reason: messageOf(error) });
    }
  }

  #upkeep(live: (signal: AbortSignal) => Promise<never>, signal: AbortSignal): Promise<void> {
    const onRetry = (error: unknown, inMs: number) => {
      this.#options.log.warn(`${this.folder.name}: ${messageOf(error)}; trying again in ${inMs} ms`);
      this.#become({ kind: "waiting", reason: messageOf(error), retryInMs: inMs });
    };
    const isFinal = (error: unknown) => FINAL.has(codeOf(error) ?? "agent/down");
    return keepAlive({ live, isFinal, onRetry, policy: AGENT_BACK_OFF, timer: systemTimer }, signal);
  }

  async #liveAgent(signal: AbortSignal): Promise<never> {
    this.#become({ kind: "starting" });
    const trusted = vscode.workspace.isTrusted;
    const { agentPath, nodePath, checkOnSave, checkOnType, excluded } = readSettings(this.folder.uri);
    const isInstalled = (id: string) => vscode.extensions.getExtension(id) !== undefined;
    const saving = { checkOnSave, checkOnType, exclude: excludedTools(excluded, isInstalled) };
    const folder = this.folder.uri.fsPath;
    const extension = this.#options.extension.fsPath;
    const located = await locateAgent({ agentSetting: agentPath, nodeSetting: nodePath, folder, extension, trusted });
    this.#options.log.info(`${this.folder.name}: starting ${located.file} (${located.runtime.kind})`);
    const agent = startAgent(located, folder);
    try {
      return await this.#serve(agent, { trusted, ...saving }, signal);
    } finally {
      agent.child.kill();
    }
  }

  async #serve(
    agent: AgentProcess,
    wanted: Pick<LanguageSessionOptions, "trusted" | "checkOnSave" | "checkOnType" | "exclude">,
    signal: AbortSignal,
  ): Promise<never> {
    const { log } = this.#options;
    const language = await LanguageSession.start(agent, { folder: this.folder, log, ...wanted });
    const scope = new AbortController();
    try {
      const channels = this.#upkeep((inner) => this.#liveChannel(language, wanted.trusted, inner), scope.signal);
      await Promise.race([agent.ended, aborted(signal), channels]);
      // Channels only end well when their scope does, which is below.
      throw new ClientError("agent/down", { why: "The connection to the Trigate daemon ended" });
    } finally {
      scope.abort();
      this.#channel?.close();
      this.#channel = undefined;
      await language.stop();
    }
  }

  /** A daemon may end while the language server lives on; asking for the endpoint again starts a new one. */
  async #liveChannel(language: LanguageSession, trusted: boolean, signal: AbortSignal): Promise<never> {
    const channel = await DaemonChannel.open({
      endpoint: await language.endpoint(),
      client: { client: `vscode-trigate ${this.#options.version}`, trusted, env: clientEnvironment() },
      onNotification: (notification) => this.#notified.fire(notification),
      onOddity: (text) => this.#options.log.warn(`daemon: ${text}`),
      timeoutMs: CALL_TIMEOUT_MS,
    });
    try {
      if (signal.aborted) throw new ClientError("agent/down", { why: "The Trigate agent was stopped" });
      this.#channel = channel;
      this.#become({ kind: "ready", agentVersion: channel.agentVersion, trusted });
      throw await channel.closed;
    } finally {
      if (this.#channel === channel) this.#channel = undefined;
      channel.close();
    }
  }

  #become(connection: Connection): void {
    this.#connection = connection;
    this.#changed.fire(connection);
  }
}

/** Tools that the agent starts get this window's environment, without what the editor put there for itself. */
function clientEnvironment(): Record<string, string> {
  const own = /^(VSCODE|ELECTRON|CHROME)_/;
  const entries = Object.entries(process.env).filter(([name]) => !own.test(name));
  return Object.fromEntries(entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = () => reject(new ClientError("agent/down", { why: "The Trigate agent was stopped" }));
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}
