import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { type Endpoint, PROTOCOL_VERSION } from "@trigate/agent/protocol";
import { type WebSocket, WebSocketServer } from "ws";
import { z } from "zod";

const Request = z.object({ id: z.int(), method: z.string(), params: z.unknown() });
export type FakeRequest = z.infer<typeof Request>;

/** What the fake says to a request: a result, an error, text sent as it is, or nothing at all. */
export type FakeAnswer = { result: unknown } | { error: unknown } | { raw: string } | "silence" | "hang-up";

/** A ws server that speaks the daemon's side as a test tells it to, on a real loopback socket with a real token. */
export class FakeDaemon {
  readonly endpoint: Endpoint;
  readonly requests: FakeRequest[] = [];
  readonly #server: WebSocketServer;
  readonly #sockets = new Set<WebSocket>();

  private constructor(server: WebSocketServer, endpoint: Endpoint, answer: (request: FakeRequest) => FakeAnswer) {
    this.#server = server;
    this.endpoint = endpoint;
    server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.on("message", (data) =>
        this.#answer(socket, Request.parse(JSON.parse(Buffer.isBuffer(data) ? data.toString("utf8") : "")), answer),
      );
    });
  }

  /** Starts listening. `answer` is asked for everything but `hello`, which is answered well unless it says otherwise. */
  static async start(answer: (request: FakeRequest) => FakeAnswer | undefined): Promise<FakeDaemon> {
    const token = randomBytes(24).toString("hex");
    const verifyClient = ({ req }: { req: { headers: { authorization?: string | undefined } } }) =>
      req.headers.authorization === `Bearer ${token}`;
    const server = new WebSocketServer({ host: "127.0.0.1", port: 0, verifyClient });
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("the fake daemon has no port");
    const url = `ws://127.0.0.1:${address.port}`;
    const endpoint = { url, token, protocolVersion: PROTOCOL_VERSION, pid: process.pid };
    const hello = { protocolVersion: PROTOCOL_VERSION, agentVersion: "9.9.9", root: "/r", pid: process.pid };
    return new FakeDaemon(server, endpoint, (request) => {
      return answer(request) ?? (request.method === "hello" ? { result: hello } : "silence");
    });
  }

  /** Sends text to every client. */
  say(message: unknown): void {
    for (const socket of this.#sockets) socket.send(typeof message === "string" ? message : JSON.stringify(message));
  }

  /** Ends every conversation as a daemon does that closes with `code`. */
  hangUp(code: number, reason: string): void {
    for (const socket of this.#sockets) socket.close(code, reason);
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.terminate();
    const closed = once(this.#server, "close");
    this.#server.close();
    await closed;
  }

  #answer(socket: WebSocket, request: FakeRequest, answer: (request: FakeRequest) => FakeAnswer): void {
    this.requests.push(request);
    const said = answer(request);
    if (said === "silence") return;
    if (said === "hang-up") socket.terminate();
    else if ("raw" in said) socket.send(said.raw);
    else socket.send(JSON.stringify({ jsonrpc: "2.0", id: request.id, ...said }));
  }
}
