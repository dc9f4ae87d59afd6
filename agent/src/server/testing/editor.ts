import { pathToFileURL } from "node:url";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import {
  CodeActionRequest,
  createProtocolConnection,
  DidChangeTextDocumentNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  DidSaveTextDocumentNotification,
  ExitNotification,
  type InitializeResult,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type PublishDiagnosticsParams,
  type Range,
  ShutdownRequest,
} from "vscode-languageserver/node";
import WebSocket from "ws";
import { type Endpoint, ENDPOINT_REQUEST, PROTOCOL_VERSION } from "../../protocol/index.ts";
import { SocketReader, SocketWriter } from "../lsp/socket-transport.ts";

const WHOLE: Range = { start: { line: 0, character: 0 }, end: { line: 999, character: 0 } };

/** The editor's side of LSP, as a test plays it. */
export class TestEditor {
  readonly #connection: ProtocolConnection;
  readonly #root: string;
  readonly #published: PublishDiagnosticsParams[] = [];
  #wake = Promise.withResolvers<void>();

  private constructor(connection: ProtocolConnection, root: string) {
    this.#connection = connection;
    this.#root = root;
    connection.onNotification(PublishDiagnosticsNotification.type, (params) => {
      this.#published.push(params);
      this.#wake.resolve();
      this.#wake = Promise.withResolvers();
    });
    connection.listen();
  }

  /** Speaks to the daemon as the bridge does. */
  static async overSocket(endpoint: Endpoint, root: string, env: Record<string, string> = {}): Promise<TestEditor> {
    const socket = new WebSocket(new URL("lsp", endpoint.url), {
      headers: { Authorization: `Bearer ${endpoint.token}` },
    });
    await new Promise((resolve) => socket.once("open", resolve));
    socket.send(JSON.stringify({ protocolVersion: PROTOCOL_VERSION, env }));
    return new TestEditor(createProtocolConnection(new SocketReader(socket), new SocketWriter(socket)), root);
  }

  /** Speaks through a pair of streams, as an editor does with its server's process. */
  static overStreams({ output, input }: { output: Readable; input: Writable }, root: string): TestEditor {
    return new TestEditor(createProtocolConnection(output, input), root);
  }

  initialize(options: unknown = { trusted: true, protocolVersion: PROTOCOL_VERSION }): Promise<InitializeResult> {
    const capabilities = { workspace: { workspaceEdit: { documentChanges: true } } };
    return this.#connection.sendRequest("initialize", {
      processId: process.pid,
      capabilities,
      initializationOptions: options,
    });
  }

  uri(file: string): string {
    return file.includes(":") ? file : pathToFileURL(join(this.#root, file)).href;
  }

  async open(file: string, text: string, version = 1): Promise<void> {
    await this.#connection.sendNotification(DidOpenTextDocumentNotification.type, {
      textDocument: { uri: this.uri(file), languageId: "x", version, text },
    });
  }

  async change(file: string, text: string, version: number): Promise<void> {
    await this.#connection.sendNotification(DidChangeTextDocumentNotification.type, {
      textDocument: { uri: this.uri(file), version },
      contentChanges: [{ text }],
    });
  }

  async save(file: string): Promise<void> {
    await this.#connection.sendNotification(DidSaveTextDocumentNotification.type, {
      textDocument: { uri: this.uri(file) },
    });
  }

  async closeFile(file: string): Promise<void> {
    await this.#connection.sendNotification(DidCloseTextDocumentNotification.type, {
      textDocument: { uri: this.uri(file) },
    });
  }

  /** The next diagnostics that came for a file; those of other files stay for later. */
  async diagnostics(file: string): Promise<PublishDiagnosticsParams["diagnostics"]> {
    for (;;) {
      const index = this.#published.findIndex(({ uri }) => uri === this.uri(file));
      const [found] = index < 0 ? [] : this.#published.splice(index, 1);
      if (found !== undefined) return found.diagnostics;
      await this.#wake.promise;
    }
  }

  /** Files with diagnostics that nobody has looked at. */
  get unread(): readonly string[] {
    return this.#published.map(({ uri }) => uri);
  }

  async quickFixes(file: string, { range = WHOLE, only }: { range?: Range; only?: string[] } = {}) {
    const context = { diagnostics: [], ...(only === undefined ? {} : { only }) };
    return (
      (await this.#connection.sendRequest(CodeActionRequest.type, {
        textDocument: { uri: this.uri(file) },
        range,
        context,
      })) ?? []
    );
  }

  endpoint(): Promise<unknown> {
    return this.#connection.sendRequest(ENDPOINT_REQUEST);
  }

  async exit(): Promise<void> {
    await this.#connection.sendRequest(ShutdownRequest.type);
    await this.#connection.sendNotification(ExitNotification.type);
  }

  dispose(): void {
    this.#connection.dispose();
  }
}
