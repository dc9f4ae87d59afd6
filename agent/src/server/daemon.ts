import type { WebSocket } from "ws";
import { TrigateError } from "../errors/trigate-error.ts";
import { type ExclusiveFile, lockFile } from "../platform/exclusive-file.ts";
import { type Endpoint, type NotificationName, type NotificationParams, PROTOCOL_VERSION } from "../protocol/index.ts";
import {
  type DaemonFiles,
  daemonFiles,
  readEndpoint,
  removeEndpoint,
  writeEndpoint,
} from "./lifecycle/endpoint-file.ts";
import { LspClient } from "./lsp/lsp-client.ts";
import type { DaemonServices } from "./services.ts";
import { ClientConnection } from "./ws/client-connection.ts";
import { CLOSE } from "./ws/close-codes.ts";
import { createHandlers, type Handlers } from "./ws/handlers.ts";
import { listenOnLoopback, type LoopbackServer } from "./ws/loopback-server.ts";
import { RunBoard } from "./ws/run-board.ts";

export interface DaemonOptions {
  /** The workspace's own state folder; one daemon lives there at a time. */
  readonly stateFolder: string;
  /** Ends itself after this long without clients and without runs. */
  readonly idleMs?: number;
  readonly helloWithinMs?: number;
  readonly maxMessageBytes?: number;
  readonly maxUnsentBytes?: number;
}

const DEFAULTS = {
  idleMs: 15 * 60_000,
  helloWithinMs: 10_000,
  maxUnsentBytes: 16 * 1024 * 1024,
};

/** Whoever only looks whether a daemon lives holds its lock for a moment. */
const LOCK_WAIT_MS = 2_000;
/** How often it looks whether it is still the one that the endpoint file names. */
const SELF_CHECK_MS = 30_000;
/** How often the status hook is tried again. */
const NEWS_RETRY_MS = 60_000;

/** The long-lived agent of one workspace: ws for runs and tasks, LSP for documents. */
export class Daemon {
  /** Resolves when it has stopped, with the reason. */
  readonly stopped: Promise<string>;
  readonly #services: DaemonServices;
  readonly #options: DaemonOptions & typeof DEFAULTS;
  readonly #files: DaemonFiles;
  readonly #clients = new Set<ClientConnection>();
  readonly #lspClients = new Set<LspClient>();
  readonly #board: RunBoard;
  readonly #finished = Promise.withResolvers<string>();
  #parts: { readonly server: LoopbackServer; readonly lock: ExclusiveFile; readonly endpoint: Endpoint } | undefined;
  #taskWatch: { readonly close: () => void } | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  #selfCheck: NodeJS.Timeout | undefined;
  #newsTimer: NodeJS.Timeout | undefined;
  #isStopping = false;

  constructor(services: DaemonServices, options: DaemonOptions) {
    this.#services = services;
    this.#options = { ...DEFAULTS, ...options };
    this.#files = daemonFiles(options.stateFolder);
    this.stopped = this.#finished.promise;
    this.#board = new RunBoard({
      root: services.root,
      toRunEvent: services.toRunEvent,
      tell: (event) => {
        this.#broadcast("run/event", event);
        this.#armIdleTimer();
      },
      log: services.log,
    });
  }

  /** Listens and writes the endpoint file. `undefined` when a daemon of this workspace lives already. */
  async start(): Promise<Endpoint | undefined> {
    const services = this.#services;
    const lock = await lockFile(this.#files.alive, LOCK_WAIT_MS);
    if (lock === undefined) return undefined;
    // What stands there is from a daemon that is gone. From here on the file names the holder of the lock, or nothing.
    await removeEndpoint(this.#files);
    const startedAtMs = services.clock.now();
    const token = services.ids.token();
    const handlers = createHandlers(services, {
      board: this.#board,
      startedAtMs,
      clientCount: () => this.#clients.size + this.#lspClients.size,
      requestStop: () => setImmediate(() => void this.stop("a client asked for it")),
    });
    const server = await listenOnLoopback({
      token,
      log: services.log,
      ...(this.#options.maxMessageBytes === undefined ? {} : { maxMessageBytes: this.#options.maxMessageBytes }),
      routes: new Map([
        ["/", (socket) => this.#acceptClient(socket, handlers)],
        ["/lsp", (socket) => this.#acceptLsp(socket)],
      ]),
    });
    const endpoint: Endpoint = { url: server.url, token, protocolVersion: PROTOCOL_VERSION, pid: process.pid };
    this.#parts = { server, lock, endpoint };
    const taskWatch = services.tasks.watch(() => this.#broadcast("tasks/changed", {}));
    this.#taskWatch = taskWatch;
    await taskWatch.ready;
    await writeEndpoint(this.#files, endpoint);
    this.#selfCheck = setInterval(() => void this.#checkSelf(), SELF_CHECK_MS);
    this.#newsTimer = setInterval(() => void services.sendNews?.(), NEWS_RETRY_MS);
    this.#armIdleTimer();
    services.log(`daemon of ${services.root} listens on ${server.url} (process ${process.pid})`);
    return endpoint;
  }

  /** Tells the clients, ends the runs with their tools, and lets go of everything. Calling it again changes nothing. */
  async stop(reason: string): Promise<void> {
    if (this.#isStopping) return;
    this.#isStopping = true;
    clearTimeout(this.#idleTimer);
    clearInterval(this.#selfCheck);
    clearInterval(this.#newsTimer);
    this.#taskWatch?.close();
    this.#services.log(`daemon stops: ${reason}`);
    this.#broadcast("daemon/closing", { reason });
    for (const client of this.#lspClients) client.close();
    this.#services.onSave?.close();
    await this.#board.cancelAll();
    if (this.#parts !== undefined) {
      const { server, lock, endpoint } = this.#parts;
      if ((await readEndpoint(this.#files))?.token === endpoint.token) await removeEndpoint(this.#files);
      await server.close(CLOSE.goingAway, reason);
      lock.release();
    }
    this.#finished.resolve(reason);
  }

  #acceptClient(socket: WebSocket, handlers: Handlers): void {
    const { root, agentVersion, log } = this.#services;
    const { helloWithinMs, maxUnsentBytes } = this.#options;
    const onHello = () => {
      this.#clients.add(client);
      this.#armIdleTimer();
    };
    const client = new ClientConnection(socket, {
      root,
      agentVersion,
      handlers,
      log,
      helloWithinMs,
      maxUnsentBytes,
      onHello,
    });
    socket.once("close", () => {
      this.#clients.delete(client);
      this.#armIdleTimer();
    });
  }

  #acceptLsp(socket: WebSocket): void {
    const client = new LspClient(socket, {
      services: this.#services,
      endpoint: () => this.#endpoint(),
      helloWithinMs: this.#options.helloWithinMs,
    });
    this.#lspClients.add(client);
    this.#armIdleTimer();
    socket.once("close", () => {
      this.#lspClients.delete(client);
      this.#armIdleTimer();
    });
  }

  #endpoint(): Endpoint {
    if (this.#parts === undefined) throw new TrigateError("daemon/unreachable", { problem: "it has not started" });
    return this.#parts.endpoint;
  }

  #broadcast<N extends NotificationName>(name: N, params: NotificationParams<N>): void {
    for (const client of this.#clients) client.notify(name, params);
  }

  #armIdleTimer(): void {
    clearTimeout(this.#idleTimer);
    if (this.#isStopping || this.#clients.size + this.#lspClients.size + this.#board.running.length > 0) return;
    this.#idleTimer = setTimeout(() => void this.stop("nobody needed it any more"), this.#options.idleMs);
  }

  /** A state folder that was deleted takes the lock along, and another daemon may have begun: this one then makes way. */
  async #checkSelf(): Promise<void> {
    const named = await readEndpoint(this.#files);
    if (named?.token !== this.#parts?.endpoint.token)
      await this.stop("its endpoint file is gone or names another daemon");
  }
}
