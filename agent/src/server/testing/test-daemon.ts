import { mkdirSync } from "node:fs";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import WebSocket from "ws";
import { randomIds, systemClock } from "../../platform/clock.ts";
import { type Endpoint, PROTOCOL_VERSION } from "../../protocol/index.ts";
import { toFileCoverage, toFinding, toRunSummary, toWireEvent } from "../../report/run-report.ts";
import type { RunService } from "../../runs/run-service.ts";
import { openStatuses } from "../../tasks/proof/open-statuses.ts";
import { TaskStore } from "../../tasks/task-store.ts";
import { Daemon, type DaemonOptions } from "../daemon.ts";
import type { DaemonServices } from "../services.ts";
import { messageText } from "../ws/message-text.ts";
import { FakeRuns, playFindings } from "./fake-runs.ts";

export interface TestFolder {
  readonly root: string;
  readonly stateFolder: string;
  readonly dispose: () => Promise<void>;
}

/** A workspace and its state folder, side by side in a temporary folder. */
export async function makeTestFolder(): Promise<TestFolder> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "trigate-daemon-")));
  const root = join(folder, "workspace");
  const stateFolder = join(folder, "state");
  mkdirSync(root);
  mkdirSync(stateFolder, { mode: 0o700 });
  return { root, stateFolder, dispose: () => rm(folder, { recursive: true, force: true }) };
}

/** Real services around played runs. */
export function testServices(
  root: string,
  overrides: Partial<DaemonServices> & { runs?: RunService } = {},
): DaemonServices {
  const { runs = new FakeRuns(playFindings(() => [])), ...rest } = overrides;
  const tasks = new TaskStore({ root, clock: systemClock });
  return {
    root,
    agentVersion: "0.0.1",
    clock: systemClock,
    ids: randomIds,
    tasks,
    statuses: openStatuses({ root, store: tasks, hook: () => Promise.reject(new Error("nobody is told here")) }),
    proofFor: () => Promise.reject(new Error("nothing is proven here")),
    runsFor: () => runs,
    latestWithCoverage: async () => undefined,
    toRunSummary,
    toRunEvent: toWireEvent,
    toFinding,
    toFileCoverage,
    toHtml: (run) => `<!doctype html><title>${run.id}</title>`,
    log: () => undefined,
    ...rest,
  };
}

export interface TestDaemon extends TestFolder {
  readonly daemon: Daemon;
  readonly endpoint: Endpoint;
}

/** A daemon in this process on a real loopback socket. */
export async function startTestDaemon({
  services,
  ...options
}: Partial<DaemonOptions> & { services?: Parameters<typeof testServices>[1] } = {}): Promise<TestDaemon> {
  const folder = await makeTestFolder();
  const daemon = new Daemon(testServices(folder.root, services), { stateFolder: folder.stateFolder, ...options });
  const endpoint = await daemon.start();
  if (endpoint === undefined) throw new Error("there is a daemon already");
  const dispose = async () => {
    await daemon.stop("the test is over");
    await folder.dispose();
  };
  return { ...folder, daemon, endpoint, dispose };
}

/**
 * For programs of this repository that a test starts from their sources: what Node made of these the last time spares
 * them half of their start. It lies where `trigate` itself has it.
 */
export const COMPILED_SOURCES = { NODE_COMPILE_CACHE: join(tmpdir(), "node-compile-cache") };

/** The command that runs a daemon in a process of its own; see `daemon-process.ts`. */
export function daemonCommand(folder: TestFolder, ...flags: readonly string[]): readonly string[] {
  return [
    process.execPath,
    fileURLToPath(new URL("daemon-process.ts", import.meta.url)),
    folder.root,
    folder.stateFolder,
    ...flags,
  ];
}

/** Values in the order of their arrival, taken one by one. */
class Inbox {
  readonly #arrived: unknown[] = [];
  readonly #waiting: ((message: unknown) => void)[] = [];

  put(message: unknown): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#arrived.push(message);
    else next(message);
  }

  take(): Promise<unknown> {
    if (this.#arrived.length > 0) return Promise.resolve(this.#arrived.shift());
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

/** The server answered the upgrade with an HTTP status instead. */
class UpgradeRefused extends Error {
  readonly status: number | undefined;

  constructor(status: number | undefined) {
    super(`the upgrade was refused with ${status}`);
    this.status = status;
  }
}

/** A bare ws client that shows what really comes over the line. */
export class RawClient {
  readonly socket: WebSocket;
  /** Resolves with the close code and reason. */
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  readonly #answers = new Inbox();
  readonly #notifications = new Inbox();

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("error", () => undefined);
    socket.on("message", (data) => {
      const message: object = JSON.parse(messageText(data));
      ("id" in message ? this.#answers : this.#notifications).put(message);
    });
    this.closed = new Promise((resolve) =>
      socket.once("close", (code, reason) => resolve({ code, reason: String(reason) })),
    );
  }

  /** Connects, or rejects with {@link UpgradeRefused}. */
  static async connect(
    { url, token }: Pick<Endpoint, "url" | "token">,
    headers: Record<string, string> = {},
  ): Promise<RawClient> {
    const socket = new WebSocket(url, { headers: { Authorization: `Bearer ${token}`, ...headers } });
    const client = new RawClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("unexpected-response", (_request, response) => reject(new UpgradeRefused(response.statusCode)));
    });
    return client;
  }

  /** Connects and says a good hello. */
  static async greet(
    endpoint: Endpoint,
    { trusted = true, env = {} }: { trusted?: boolean; env?: Record<string, string> } = {},
  ): Promise<RawClient> {
    const client = await RawClient.connect(endpoint);
    const params = { protocolVersion: PROTOCOL_VERSION, client: "test", trusted, env };
    await client.ask({ jsonrpc: "2.0", id: "hello", method: "hello", params });
    return client;
  }

  /** The next notification that has not been looked at yet. */
  notification(): Promise<unknown> {
    return this.#notifications.take();
  }

  /** The next answer that has not been looked at yet. */
  answer(): Promise<unknown> {
    return this.#answers.take();
  }

  send(message: unknown): void {
    this.socket.send(typeof message === "string" || message instanceof Uint8Array ? message : JSON.stringify(message));
  }

  ask(message: unknown): Promise<unknown> {
    this.send(message);
    return this.answer();
  }

  close(): void {
    this.socket.close();
  }
}
