import {
  type Endpoint,
  Endpoint as EndpointSchema,
  ENDPOINT_REQUEST,
  HEALTH_NOTIFICATION,
  OnSaveHealth,
  PROTOCOL_VERSION,
} from "@trigate/agent/protocol";
import type * as vscode from "vscode";
import { CloseAction, ErrorAction, LanguageClient, RevealOutputChannelOn } from "vscode-languageclient/node";
import { z } from "zod";
import { ClientError, messageOf } from "../model/client-error.ts";
import type { AgentProcess } from "./agent-process.ts";

export interface LanguageSessionOptions {
  readonly folder: vscode.WorkspaceFolder;
  readonly log: vscode.LogOutputChannel;
  readonly trusted: boolean;
  readonly checkOnSave: boolean;
  readonly checkOnType: boolean;
  /** Checkers whose findings another extension shows. */
  readonly exclude: readonly string[];
}

/** The LSP half of the conversation: documents in, diagnostics and quick fixes out. */
export class LanguageSession {
  readonly #client: LanguageClient;
  readonly #log: vscode.LogOutputChannel;

  private constructor(client: LanguageClient, log: vscode.LogOutputChannel) {
    this.#client = client;
    this.#log = log;
  }

  /** Resolves once the server is initialized. The caller watches the process and decides about restarts. */
  static async start(agent: AgentProcess, options: LanguageSessionOptions): Promise<LanguageSession> {
    const { folder, log, trusted, checkOnSave, checkOnType, exclude } = options;
    const baseUri = folder.uri.toString();
    const client = new LanguageClient("trigate", "Trigate", async () => agent.child, {
      documentSelector: [{ scheme: folder.uri.scheme, pattern: { baseUri, pattern: "**/*" } }],
      workspaceFolder: folder,
      outputChannel: log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      diagnosticCollectionName: "trigate",
      initializationOptions: { trusted, protocolVersion: PROTOCOL_VERSION, checkOnSave, checkOnType, exclude },
      initializationFailedHandler: () => false,
      // Restarts, and what people are told about them, belong to AgentSession alone.
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => ({ action: CloseAction.DoNotRestart, handled: true }),
      },
    });
    client.onNotification(HEALTH_NOTIFICATION, (health: unknown) => tellPace(health, log));
    const session = new LanguageSession(client, log);
    try {
      await Promise.race([client.start(), agent.ended]);
    } catch (error) {
      await session.stop();
      // A process that ended has a better reason than the connection that broke with it, but tells it a moment later.
      await Promise.race([agent.ended, new Promise((resolve) => setTimeout(resolve, 1000))]);
      throw error;
    }
    return session;
  }

  /** Where this workspace's daemon listens; the agent starts one when there is none. */
  async endpoint(): Promise<Endpoint> {
    const answer: unknown = await this.#client.sendRequest(ENDPOINT_REQUEST);
    const parsed = EndpointSchema.safeParse(answer);
    if (parsed.success) return parsed.data;
    throw new ClientError("channel/malformed", { method: ENDPOINT_REQUEST, problems: z.prettifyError(parsed.error) });
  }

  /** Ends the server and takes its diagnostics away. A server that is already gone is not a failure. */
  async stop(): Promise<void> {
    try {
      await this.#client.dispose(2000);
    } catch (error) {
      this.#log.debug(`the language client did not stop cleanly: ${messageOf(error)}`);
    }
  }
}

/** Checks that are too slow for saves wait for the others; the log says which, and what they may take. */
function tellPace(health: unknown, log: vscode.LogOutputChannel): void {
  const parsed = OnSaveHealth.safeParse(health);
  const slow = parsed.success ? parsed.data.checks.filter(({ demoted }) => demoted) : [];
  for (const { check, p50Ms, budgetMs } of slow)
    log.warn(
      `${check} takes ${p50Ms} ms after a save, over its budget of ${budgetMs} ms: it waits for the other checks`,
    );
}
