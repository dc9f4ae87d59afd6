import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { createConnection } from "vscode-languageserver";
import {
  type ClientCapabilities,
  type CodeAction,
  CodeActionKind,
  type CodeActionParams,
  createProtocolConnection,
  type Diagnostic,
  ErrorCodes,
  type InitializeParams,
  type InitializeResult,
  ResponseError,
  TextDocuments,
  TextDocumentSyncKind,
} from "vscode-languageserver/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import type { WebSocket } from "ws";
import { z } from "zod";
import { isTrigateError, messageOf, TrigateError } from "../../errors/trigate-error.ts";
import { exists, toWorkspacePath } from "../../platform/files.ts";
import {
  type Endpoint,
  ENDPOINT_REQUEST,
  HEALTH_NOTIFICATION,
  InitializationOptions,
  PROTOCOL_VERSION,
} from "../../protocol/index.ts";
import { plainText } from "../../report/plain-text.ts";
import type { FileChecks } from "../../runs/warm-checks.ts";
import { wireHealth } from "../on-save-health.ts";
import type { ClientEnvironment, DaemonServices } from "../services.ts";
import { complaintDiagnostics } from "./config-complaints.ts";
import { FindingsBoard, type PlacedFinding, type SaveContext } from "./findings-board.ts";
import { SaveChecks } from "./save-checks.ts";
import { SocketReader, SocketWriter } from "./socket-transport.ts";
import { DiagnosticData, doTouch, toDiagnostic, toLspRange, toQuickFix } from "./to-diagnostic.ts";
import { TypingChecks } from "./typing-checks.ts";

export interface LanguageSessionOptions {
  readonly services: DaemonServices;
  readonly env: ClientEnvironment;
  readonly endpoint: () => Endpoint;
}

/** Speaks LSP with one window over a ws connection until that closes. */
export function serveLanguage(socket: WebSocket, options: LanguageSessionOptions): void {
  new LanguageSession(socket, options).listen();
}

/** What the window wants and can. */
interface Window {
  readonly runsOnSave: boolean;
  readonly asksOnType: boolean;
  readonly canVersion: boolean;
  /** Tools whose findings another extension shows. */
  readonly exclude: ReadonlySet<string>;
}

/** LSP for one window: documents in; diagnostics, quick fixes and the daemon's address out. */
class LanguageSession {
  readonly #options: LanguageSessionOptions;
  readonly #connection: ReturnType<typeof createConnection>;
  readonly #documents = new TextDocuments(TextDocument);
  readonly #board = new FindingsBoard();
  readonly #checks: SaveChecks;
  /** The tools that stay; `undefined` where every check is started. */
  readonly #files: FileChecks | undefined;
  readonly #typing: TypingChecks | undefined;
  /** Version of each open document whose text is the one on disk, by workspace path. */
  readonly #savedVersions = new Map<string, number>();
  #window: Window = { runsOnSave: false, asksOnType: false, canVersion: false, exclude: new Set() };
  #complaints: { readonly file: string; readonly diagnostics: Diagnostic[] } | undefined;
  #saves = 0;

  constructor(socket: WebSocket, options: LanguageSessionOptions) {
    this.#options = options;
    // The library's own ways to make a connection end the whole process with the editor; this process has other clients.
    const watchDog = { shutdownReceived: false, initialize: () => undefined, exit: () => socket.close(1000) };
    const connect = (logger: Parameters<Parameters<typeof createConnection>[0]>[0]) =>
      createProtocolConnection(new SocketReader(socket), new SocketWriter(socket), logger);
    this.#connection = createConnection(connect, watchDog);
    const { services, env } = options;
    this.#files = services.onSave?.checksFor(env);
    this.#checks = new SaveChecks({
      runs: services.runsFor(env),
      files: this.#files,
      clock: services.clock,
      onResult: (result, save, isWhole) => {
        for (const file of this.#board.apply(result, save, isWhole)) this.#publish(file);
      },
      onEnd: (save, error) => this.#onRunEnd(save, error),
      onPace: () => this.#tellHealth(),
    });
    if (this.#files !== undefined) this.#typing = this.#typingChecks(this.#files);
    socket.once("close", () => {
      this.#checks.close();
      this.#typing?.close();
      this.#connection.dispose();
    });
  }

  listen(): void {
    this.#connection.onInitialize((params) => this.#initialize(params));
    this.#connection.onRequest(ENDPOINT_REQUEST, () => this.#options.endpoint());
    this.#connection.onCodeAction((params) => this.#codeActions(params));
    this.#documents.onDidOpen(({ document }) => this.#onOpen(document));
    this.#documents.onDidChangeContent(({ document }) => this.#onType(document));
    this.#documents.onDidSave(({ document }) => this.#onSave(document));
    this.#documents.onDidClose(({ document }) => void this.#onClose(document));
    this.#documents.listen(this.#connection);
    this.#connection.listen();
  }

  #initialize({
    initializationOptions,
    capabilities,
  }: InitializeParams): InitializeResult | ResponseError<{ retry: boolean }> {
    const parsed = InitializationOptions.safeParse(initializationOptions);
    if (!parsed.success) return refusal(`initializationOptions: ${z.prettifyError(parsed.error)}`);
    const { trusted, protocolVersion, checkOnSave, checkOnType, exclude } = parsed.data;
    if (protocolVersion !== PROTOCOL_VERSION) {
      return refusal(
        new TrigateError("daemon/version-mismatch", { agent: PROTOCOL_VERSION, client: protocolVersion }).message,
      );
    }
    const runsOnSave = trusted && checkOnSave;
    this.#window = {
      runsOnSave,
      asksOnType: runsOnSave && checkOnType,
      canVersion: canVersionEdits(capabilities),
      exclude: new Set(exclude),
    };
    this.#checks.exclude(exclude);
    return {
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: { includeText: false } },
        codeActionProvider: { codeActionKinds: [CodeActionKind.QuickFix] },
      },
      serverInfo: { name: "trigate", version: this.#options.services.agentVersion },
    };
  }

  #typingChecks(files: FileChecks): TypingChecks {
    return new TypingChecks({
      files,
      log: this.#options.services.log,
      onResult: (result, { file, version }) => {
        if (this.#documentOf(file)?.version !== version) return;
        const typed = { file, order: ++this.#saves, versions: new Map([[file, version]]) };
        for (const shown of this.#board.apply(result, typed, false)) this.#publish(shown);
      },
    });
  }

  /** What is opened is asked about at once, which also has the tools started when the first save comes. */
  #onOpen(document: TextDocument): void {
    this.#remember(document);
    this.#askAbout(document, 0);
  }

  /** The library also calls an opened document changed. */
  #onType(document: TextDocument): void {
    const file = this.#fileOf(document.uri);
    if (file !== undefined && this.#savedVersions.get(file) !== document.version) this.#askAbout(document);
  }

  #askAbout(document: TextDocument, waitMs?: number): void {
    const file = this.#fileOf(document.uri);
    const { asksOnType, exclude } = this.#window;
    if (file === undefined || !asksOnType) return;
    this.#typing?.check({ file, version: document.version, text: document.getText() }, exclude, waitMs);
  }

  #tellHealth(): void {
    const { onSave } = this.#options.services;
    if (onSave !== undefined) void this.#connection.sendNotification(HEALTH_NOTIFICATION, wireHealth(onSave.health()));
  }

  #onSave(document: TextDocument): void {
    const file = this.#remember(document);
    if (file === undefined || !this.#window.runsOnSave) return;
    this.#typing?.withdraw(file);
    this.#files?.touch(file);
    this.#checks.check({ file, order: ++this.#saves, versions: this.#versionsOnDisk() });
  }

  async #onClose(document: TextDocument): Promise<void> {
    const file = this.#fileOf(document.uri);
    if (file === undefined) return;
    this.#savedVersions.delete(file);
    this.#typing?.withdraw(file);
    this.#files?.forget(file);
    // What is known of a closed file is still true of the disk, unless it was deleted.
    if (!(await exists(join(this.#options.services.root, file))) && this.#board.forget(file)) this.#publish(file);
  }

  /** Takes the document's text for the one on disk: it was just opened or saved. */
  #remember({ uri, version }: TextDocument): string | undefined {
    const file = this.#fileOf(uri);
    if (file !== undefined) this.#savedVersions.set(file, version);
    return file;
  }

  #versionsOnDisk(): ReadonlyMap<string, number> {
    return new Map([...this.#savedVersions].filter(([file, version]) => this.#documentOf(file)?.version === version));
  }

  #onRunEnd({ file }: SaveContext, error: unknown): void {
    if (isTrigateError(error, "config/invalid")) {
      const path = toWorkspacePath(this.#options.services.root, error.details.file);
      if (path !== undefined) this.#complain(path, complaintDiagnostics(error));
      return;
    }
    if (this.#complaints !== undefined) this.#complain(this.#complaints.file, []);
    if (error !== undefined) this.#connection.console.warn(`${file} was not checked: ${plainText(messageOf(error))}`);
  }

  #complain(file: string, diagnostics: Diagnostic[]): void {
    this.#complaints = diagnostics.length > 0 ? { file, diagnostics } : undefined;
    this.#publish(file);
  }

  #publish(file: string): void {
    const document = this.#documentOf(file);
    const uri = document?.uri ?? pathToFileURL(join(this.#options.services.root, file)).href;
    const found = this.#board.of(file).map(({ finding }) => toDiagnostic(finding, document));
    const complaints = this.#complaints?.file === file ? this.#complaints.diagnostics : [];
    void this.#connection.sendDiagnostics({ uri, diagnostics: [...complaints, ...found] });
  }

  #codeActions({ textDocument, range, context }: CodeActionParams): CodeAction[] {
    const document = this.#documents.get(textDocument.uri);
    const file = this.#fileOf(textDocument.uri);
    const isWanted = context.only?.some((kind) => kind === "" || kind === CodeActionKind.QuickFix) ?? true;
    if (document === undefined || file === undefined || !isWanted) return [];
    const diagnosticsOf = ({ finding }: PlacedFinding) =>
      context.diagnostics.filter(({ data }) => DiagnosticData.safeParse(data).data?.finding === finding.id);
    // Once the text has changed, the places of an edit may be others.
    const current = this.#board.of(file).filter(({ version }) => version === document.version);
    return current
      .filter(({ finding }) => doTouch(toLspRange(finding.range, document), range))
      .flatMap((placed) => {
        const { fix } = placed.finding;
        const { canVersion } = this.#window;
        return fix === undefined ? [] : [toQuickFix(fix, { document, diagnostics: diagnosticsOf(placed), canVersion })];
      });
  }

  #documentOf(file: string): TextDocument | undefined {
    return this.#documents.all().find(({ uri }) => this.#fileOf(uri) === file);
  }

  /** The workspace path of a document, or `undefined` for one that is no file of this workspace. */
  #fileOf(uri: string): string | undefined {
    if (!uri.startsWith("file:")) return undefined;
    try {
      return toWorkspacePath(this.#options.services.root, fileURLToPath(uri)) || undefined;
    } catch {
      // Not every file address has a path on this system, such as one with a host.
      return undefined;
    }
  }
}

function refusal(message: string): ResponseError<{ retry: boolean }> {
  return new ResponseError(ErrorCodes.InvalidParams, message, { retry: false });
}

function canVersionEdits({ workspace }: ClientCapabilities): boolean {
  return workspace?.workspaceEdit?.documentChanges === true;
}
