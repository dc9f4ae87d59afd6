import WebSocket, { type RawData } from "ws";
import { lookupLoopback } from "../../../platform/loopback.ts";

/** What came back for what was sent. */
export interface Exchange {
  /** Messages, parsed where they are JSON, in their order. */
  readonly messages: readonly unknown[];
  /** `closed`: the server ended the connection, with its code; `late`: it does not even answer a ping. */
  readonly end: "open" | "closed" | "late";
  readonly code: number | undefined;
}

export interface WsOptions {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Time for messages that come after the pong, when nobody knows what to wait for. */
const AFTER_PONG_MS = 15;

/** One connection to a ws server of this machine. */
export class WsConnection {
  readonly #socket: WebSocket;
  readonly #options: WsOptions;
  readonly #messages: unknown[] = [];
  #code: number | undefined;
  #wake: () => void = () => undefined;

  private constructor(socket: WebSocket, options: WsOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.on("message", (data) => {
      this.#messages.push(parsedOf(data));
      this.#wake();
    });
    socket.on("pong", () => this.#wake());
    socket.on("close", (code) => {
      this.#code = code;
      this.#wake();
    });
    // The close that follows tells of it.
    socket.on("error", () => undefined);
  }

  /** Connects. A refused upgrade gives its HTTP status, 0 when nobody answers. */
  static open(options: WsOptions): Promise<WsConnection | number> {
    options.signal.throwIfAborted();
    return new Promise((resolve) => {
      const socket = new WebSocket(options.url, {
        headers: options.headers,
        handshakeTimeout: options.timeoutMs,
        perMessageDeflate: false,
        maxPayload: 0,
        followRedirects: false,
        lookup: lookupLoopback,
      });
      const connection = new WsConnection(socket, options);
      socket.once("open", () => resolve(connection));
      socket.once("unexpected-response", (request, response) => {
        resolve(response.statusCode ?? 0);
        request.destroy();
      });
      socket.once("error", () => resolve(0));
    });
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /**
   * Sends and waits until `isAnswer` fits a message, the connection ends, or the time is over. Without `isAnswer` it takes
   * what came until the server answers a ping.
   */
  async exchange(data: string | Buffer, isAnswer?: (message: unknown) => boolean): Promise<Exchange> {
    this.#options.signal.throwIfAborted();
    this.#messages.length = 0;
    this.#socket.send(data, () => undefined);
    const until = isAnswer ?? (await this.#pong());
    const inTime = await this.#until(() => !this.isOpen || this.#messages.some((message) => until(message)));
    const messages = [...this.#messages];
    // Whoever is at work on the one message and still answers pings is slow, and not gone.
    if (!this.isOpen) return { messages, end: "closed", code: await this.#closeCode() };
    return { messages, end: inTime ? "open" : "late", code: undefined };
  }

  close(): void {
    this.#socket.terminate();
  }

  /** Gives a condition that holds once a pong and what came shortly after it are there. */
  async #pong(): Promise<() => boolean> {
    let isThere = false;
    this.#socket.once("pong", () => {
      setTimeout(() => {
        isThere = true;
        this.#messages.push(PONG);
        this.#wake();
      }, AFTER_PONG_MS);
    });
    if (this.isOpen) this.#socket.ping(undefined, undefined, () => undefined);
    return () => isThere;
  }

  /** A close in progress has its code a moment later. */
  async #closeCode(): Promise<number | undefined> {
    await this.#until(() => this.#code !== undefined);
    return this.#code;
  }

  #until(isDone: () => boolean): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (inTime: boolean) => {
        clearTimeout(timer);
        this.#wake = () => undefined;
        resolve(inTime);
      };
      const timer = setTimeout(() => settle(false), this.#options.timeoutMs);
      this.#wake = () => {
        if (isDone()) settle(true);
      };
      this.#wake();
    });
  }
}

const PONG: unique symbol = Symbol("pong");

/** Whether it is a message of the server and not the mark of a pong. */
export function isMessage(message: unknown): boolean {
  return message !== PONG;
}

function parsedOf(data: RawData): unknown {
  const text = (Array.isArray(data) ? Buffer.concat(data) : Buffer.isBuffer(data) ? data : Buffer.from(data)).toString(
    "utf8",
  );
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
