import { createHash, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";

/** Room for a page of a thousand findings; whoever sends more is cut off with close code 1009. */
const MAX_MESSAGE_BYTES = 8 * 1024 * 1024;

export interface LoopbackServerOptions {
  readonly token: string;
  /** By path of the upgrade request, such as `/`. */
  readonly routes: ReadonlyMap<string, (socket: WebSocket) => void>;
  readonly log: (line: string) => void;
  readonly maxMessageBytes?: number;
}

/** A ws server for programs of this user on this machine. */
export interface LoopbackServer {
  /** `ws://127.0.0.1:PORT/` */
  readonly url: string;
  /** Closes every connection with the code and reason, then stops listening. */
  readonly close: (code: number, reason: string) => Promise<void>;
}

/**
 * Listens on 127.0.0.1 on a port that the system picks. An upgrade needs the token as `Authorization: Bearer` (401
 * otherwise), a known path (404), and no `Origin`: only browsers send one, and no page has any business here (403).
 */
export async function listenOnLoopback(options: LoopbackServerOptions): Promise<LoopbackServer> {
  const { token, routes, log, maxMessageBytes = MAX_MESSAGE_BYTES } = options;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxMessageBytes, perMessageDeflate: false });
  const http = createServer((_request, response) => {
    response.writeHead(426, { connection: "close" }).end();
  });
  http.on("upgrade", (request, socket, head) => {
    socket.on("error", (error) => log(`connection: ${error.message}`));
    const route = routes.get((request.url ?? "").split("?")[0] ?? "");
    const refusal = refusalOf(request, { token, known: route !== undefined });
    if (refusal !== undefined) {
      refuse(socket, refusal);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      client.on("error", (error) => log(`client: ${error.message}`));
      route?.(client);
    });
  });
  http.listen({ host: "127.0.0.1", port: 0 });
  await once(http, "listening");
  return { url: `ws://127.0.0.1:${portOf(http)}/`, close: (code, reason) => closeAll({ http, sockets }, code, reason) };
}

function portOf(http: Server): number {
  const address: string | AddressInfo | null = http.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address.port;
}

function refusalOf(
  { headers }: IncomingMessage,
  { token, known }: { token: string; known: boolean },
): string | undefined {
  if (headers.origin !== undefined) return "403 Forbidden";
  if (!isToken(headers.authorization ?? "", token)) return "401 Unauthorized";
  return known ? undefined : "404 Not Found";
}

/** Compares in a time that says nothing about how much of it was right. */
function isToken(authorization: string, token: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(authorization), digest(`Bearer ${token}`));
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
}

/** Clients that do not answer the closing handshake are cut off. */
const CLOSE_WITHIN_MS = 1_000;

async function closeAll(
  { http, sockets }: { http: Server; sockets: WebSocketServer },
  code: number,
  reason: string,
): Promise<void> {
  const closed = [...sockets.clients].map((client) => {
    const gone = new Promise((resolve) => client.once("close", resolve));
    client.close(code, reason);
    return gone;
  });
  const cutOff = setTimeout(() => {
    for (const client of sockets.clients) client.terminate();
  }, CLOSE_WITHIN_MS);
  await Promise.all(closed);
  clearTimeout(cutOff);
  const listening = once(http, "close");
  http.close();
  http.closeAllConnections();
  await listening;
}
