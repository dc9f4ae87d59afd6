import { pathToFileURL } from "node:url";
import { CancellationTokenSource, createMessageConnection, type MessageConnection } from "vscode-jsonrpc/node";
import { z } from "zod";
import type { WarmDocument, WarmStart } from "../checkers/warm-tool.ts";
import { TrigateError } from "../errors/trigate-error.ts";
import type { ResidentProcess } from "../platform/resident-process.ts";

/** Speaks with one resident program. */
export interface WarmLink {
  /** What has to be said before the first question. */
  readonly greet: (signal: AbortSignal) => Promise<void>;
  /** An aborted signal withdraws the question and rejects. */
  readonly ask: (method: string, params: unknown, signal: AbortSignal) => Promise<unknown>;
  readonly show: (document: WarmDocument, languageId: string) => string;
  /** The document is not looked at any more; what is on disk counts for it again. */
  readonly forget: (path: string) => void;
  /** A file changed on disk. */
  readonly touch: (path: string) => void;
  readonly close: () => void;
}

export interface LinkOptions {
  readonly process: ResidentProcess;
  readonly start: WarmStart;
  /** The folder that the tool works in, absolute. */
  readonly folder: string;
}

export function openLink(options: LinkOptions): WarmLink {
  return options.start.speaks === "lsp" ? new LanguageServerLink(options) : new MessageLink(options);
}

/** Servers keep each open document with its syntax tree; the longest unseen is closed. */
const MOST_DOCUMENTS = 64;
const FILE_CHANGED = 2;

const CAPABILITIES = {
  general: { positionEncodings: ["utf-16"] },
  workspace: {
    configuration: true,
    workspaceFolders: true,
    didChangeWatchedFiles: { dynamicRegistration: true },
  },
  textDocument: {
    synchronization: { didSave: true },
    diagnostic: { dynamicRegistration: false, relatedDocumentSupport: false },
    publishDiagnostics: { relatedInformation: true, codeDescriptionSupport: true, dataSupport: true },
    codeAction: {
      codeActionLiteralSupport: { codeActionKind: { valueSet: ["quickfix"] } },
      dataSupport: true,
    },
    formatting: { dynamicRegistration: true },
  },
};

const ConfigurationRequest = z.object({ items: z.array(z.unknown()) });

/** The client's side of LSP, as far as checking single documents needs it. */
class LanguageServerLink implements WarmLink {
  readonly #connection: MessageConnection;
  readonly #options: LinkOptions;
  readonly #shown = new Map<string, { version: number; text: string }>();
  /** The library throws at whoever speaks into a closed connection, even to withdraw a question. */
  #isOpen = true;

  constructor(options: LinkOptions) {
    const { input, output } = options.process;
    if (input === undefined || output === undefined)
      throw new TrigateError("platform/spawn-failed", { command: options.start.argv[0] ?? "", problem: "no pipes" });
    this.#options = options;
    this.#connection = createMessageConnection(output, input);
    // A message that cannot be read closes the connection; the worker's end tells the rest.
    this.#connection.onError(() => options.process.end());
    this.#connection.onClose(() => {
      this.#isOpen = false;
    });
    this.#connection.onRequest((method, params) => answerOf(method, params));
    this.#connection.onUnhandledNotification(() => undefined);
    this.#connection.listen();
  }

  async greet(signal: AbortSignal): Promise<void> {
    const uri = pathToFileURL(this.#options.folder).href;
    const params = {
      processId: process.pid,
      rootUri: uri,
      workspaceFolders: [{ uri, name: "workspace" }],
      initializationOptions: this.#options.start.options ?? null,
      capabilities: CAPABILITIES,
    };
    await this.ask("initialize", params, signal);
    this.#tell("initialized", {});
  }

  async ask(method: string, params: unknown, signal: AbortSignal): Promise<unknown> {
    signal.throwIfAborted();
    const source = new CancellationTokenSource();
    const gone = Promise.withResolvers<never>();
    const onAbort = () => {
      gone.reject(signal.reason);
      if (this.#isOpen) source.cancel();
    };
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      // The answer to a withdrawn question is nobody's business, and not every server gives one.
      return await Promise.race([this.#connection.sendRequest(method, params, source.token), gone.promise]);
    } finally {
      signal.removeEventListener("abort", onAbort);
      source.dispose();
    }
  }

  show({ path, text }: WarmDocument, languageId: string): string {
    const uri = pathToFileURL(path).href;
    const before = this.#shown.get(uri);
    const version = (before?.version ?? 0) + 1;
    if (before === undefined) this.#tell("textDocument/didOpen", { textDocument: { uri, languageId, version, text } });
    else if (before.text !== text)
      this.#tell("textDocument/didChange", { textDocument: { uri, version }, contentChanges: [{ text }] });
    this.#shown.delete(uri);
    this.#shown.set(uri, { version: before?.text === text ? before.version : version, text });
    const [oldest] = this.#shown.keys();
    if (this.#shown.size > MOST_DOCUMENTS && oldest !== undefined) this.#hide(oldest);
    return uri;
  }

  forget(path: string): void {
    const uri = pathToFileURL(path).href;
    if (this.#shown.has(uri)) this.#hide(uri);
  }

  touch(path: string): void {
    if (this.#options.start.followsFiles !== true) return;
    this.#tell("workspace/didChangeWatchedFiles", {
      changes: [{ uri: pathToFileURL(path).href, type: FILE_CHANGED }],
    });
  }

  close(): void {
    this.#isOpen = false;
    this.#connection.dispose();
  }

  #hide(uri: string): void {
    this.#shown.delete(uri);
    this.#tell("textDocument/didClose", { textDocument: { uri } });
  }

  /** Whether a notification arrived nobody says; a server that is gone is noticed by its end. */
  #tell(method: string, params: object): void {
    if (this.#isOpen) void this.#connection.sendNotification(method, params).catch(() => undefined);
  }
}

/** Servers ask for settings that nobody made, and to be told of things; there is nothing to say to either. */
function answerOf(method: string, params: unknown): unknown {
  if (method !== "workspace/configuration") return null;
  const asked = ConfigurationRequest.safeParse(params);
  return asked.success ? asked.data.items.map(() => null) : [];
}

const Answer = z.object({ id: z.int(), result: z.unknown().optional(), error: z.string().optional() });

/** A Node script that answers `{ id, method, params }` with `{ id, result }` or `{ id, error }`. */
class MessageLink implements WarmLink {
  readonly #options: LinkOptions;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #asked = 0;

  constructor(options: LinkOptions) {
    this.#options = options;
    options.process.onMessage((message) => this.#take(message));
  }

  async greet(signal: AbortSignal): Promise<void> {
    await this.ask("start", this.#options.start.options ?? null, signal);
  }

  async ask(method: string, params: unknown, signal: AbortSignal): Promise<unknown> {
    signal.throwIfAborted();
    const id = ++this.#asked;
    const answer = Promise.withResolvers<unknown>();
    const onAbort = () => {
      this.#options.process.send({ cancel: id });
      answer.reject(signal.reason);
    };
    this.#waiting.set(id, answer);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      this.#options.process.send({ id, method, params });
      return await answer.promise;
    } finally {
      signal.removeEventListener("abort", onAbort);
      this.#waiting.delete(id);
    }
  }

  show({ path }: WarmDocument): string {
    return path;
  }

  forget(): void {}
  touch(): void {}
  close(): void {}

  #take(message: unknown): void {
    const answer = Answer.safeParse(message);
    const waiting = answer.success ? this.#waiting.get(answer.data.id) : undefined;
    if (!answer.success || waiting === undefined) return;
    const { error, result } = answer.data;
    if (error === undefined) waiting.resolve(result);
    else
      waiting.reject(
        new TrigateError("checker/worker-failed", { tool: this.#options.start.argv[0] ?? "", problem: error }),
      );
  }
}
