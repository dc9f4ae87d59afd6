import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { type WebSocket, WebSocketServer } from "ws";

/** Ways in which {@link startCounter} is faulty. */
export type WsFault =
  | "internal"
  | "hang"
  | "dies"
  | "drops"
  | "trace"
  | "takes-anything"
  | "odd-answer"
  | "template"
  | "open"
  | "origin"
  | "no-first"
  | "large"
  | "malformed";

export const COUNTER_TOKEN = "counter-secret-token-0001";

const message = (name: string, params: object, result: object) => ({
  [`${name}Request`]: {
    ...(name === "hello"
      ? { examples: [{ payload: { jsonrpc: "2.0", id: 1, method: "hello", params: { who: "x" } } }] }
      : {}),
    payload: {
      type: "object",
      required: ["jsonrpc", "id", "method", "params"],
      properties: { jsonrpc: { const: "2.0" }, id: { type: "integer" }, method: { const: name }, params },
    },
  },
  [`${name}Result`]: {
    payload: { type: "object", required: ["id", "result"], properties: { id: { type: "integer" }, result } },
  },
});
const object = (properties: object) => ({
  type: "object",
  additionalProperties: false,
  required: Object.keys(properties),
  properties,
});
const operation = (name: string, more: object = {}) => ({
  action: "receive",
  channel: { $ref: "#/channels/all" },
  messages: [{ $ref: `#/components/messages/${name}Request` }],
  reply: { messages: [{ $ref: `#/components/messages/${name}Result` }, { $ref: "#/components/messages/error" }] },
  ...more,
});

/** JSON-RPC 2.0: `hello`, then `add`. */
export const COUNTER = JSON.stringify(
  {
    asyncapi: "3.0.0",
    servers: { one: { host: "127.0.0.1", protocol: "ws", security: [{ type: "http", scheme: "bearer" }] } },
    channels: { all: { address: "/" } },
    operations: { hello: operation("hello", { "x-handshake": true }), add: operation("add") },
    components: {
      messages: {
        ...message("hello", object({ who: { type: "string" } }), { type: "boolean" }),
        ...message("add", object({ by: { type: "integer", minimum: 1, maximum: 9 } }), { type: "integer" }),
        error: {
          payload: {
            type: "object",
            required: ["error"],
            properties: { error: { type: "object", required: ["code", "message"] } },
          },
        },
      },
    },
  },
  null,
  1,
);

const LIMIT = 100_000;

/** A counter on loopback that keeps its promises but for the faults it is told to have. */
export async function startCounter(...faults: readonly WsFault[]): Promise<{ url: string; close: () => void }> {
  const has = (fault: WsFault) => faults.includes(fault);
  const server = new WebSocketServer({
    host: "127.0.0.1",
    port: 0,
    maxPayload: has("large") ? 0 : LIMIT,
    verifyClient: ({ req }: { req: IncomingMessage }) =>
      (has("origin") || req.headers.origin === undefined) &&
      (has("open") || req.headers.authorization === `Bearer ${COUNTER_TOKEN}`),
  });
  const close = () => {
    for (const client of server.clients) client.terminate();
    server.close();
  };
  server.on("connection", (socket) => {
    const session = { isGreeted: has("no-first") };
    socket.on("error", () => undefined);
    socket.on("message", (data: Buffer, isBinary) => {
      if (isBinary && !has("malformed")) socket.close(1003);
      else answer(socket, data.toString("utf8"), { has, session, close });
    });
  });
  await once(server, "listening");
  const { port }: Partial<AddressInfo> = Object(server.address());
  return { url: `ws://127.0.0.1:${port}/`, close };
}

interface Inside {
  readonly has: (fault: WsFault) => boolean;
  readonly session: { isGreeted: boolean };
  readonly close: () => void;
}

function answer(socket: WebSocket, text: string, { has, session, close }: Inside): unknown {
  const request: { id?: unknown; jsonrpc?: unknown; method?: unknown; params?: { by?: unknown; who?: unknown } } =
    Object(parsed(text));
  const { jsonrpc, method } = request;
  const id = Number.isInteger(request.id) ? request.id : null;
  const params = Object(request.params);
  const reply = (body: object): unknown => {
    socket.send(JSON.stringify({ jsonrpc: "2.0", id, ...body }));
    return body;
  };
  const refuse = (code: number, words = "no") => reply({ error: { code, message: words } });
  if (has("malformed") && parsed(text) === undefined) return reply({ result: 0 });
  if (jsonrpc !== "2.0" || id === null) return refuse(-32600);
  if (method === "hello" && Object.keys(params).join() === "who" && typeof params.who === "string") {
    session.isGreeted = true;
    return reply({ result: true });
  }
  if (!session.isGreeted) return refuse(-32002);
  if (method !== "add") return refuse(-32601);
  if (typeof params.by !== "number" && Object.hasOwn(params, "by")) {
    if (has("internal")) return refuse(-32603);
    if (has("hang")) return undefined;
    if (has("drops")) socket.terminate();
    if (has("dies")) close();
    if (has("drops") || has("dies")) return undefined;
    if (has("trace")) return refuse(-32602, "Error: x\n    at add (file:///srv/counter.js:3:7)");
    if (has("template") && typeof params.by === "string" && params.by.includes("1337*7331"))
      return refuse(-32602, String(1337 * 7331));
  }
  const isGood = Object.keys(params).join() === "by" && Number.isInteger(params.by) && params.by >= 1 && params.by <= 9;
  if (!isGood && !has("takes-anything")) return refuse(-32602);
  return reply({ result: has("odd-answer") ? "many" : 1 });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
