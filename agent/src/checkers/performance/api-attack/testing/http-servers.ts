import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";

/** Ways in which {@link startShop} is faulty. */
export type HttpFault =
  | "crash"
  | "hang"
  | "trace"
  | "takes-anything"
  | "odd-status"
  | "odd-type"
  | "odd-answer"
  | "html"
  | "template"
  | "header"
  | "open"
  | "cors"
  | "methods"
  | "large"
  | "malformed"
  | "dies";

export const SHOP_TOKEN = "shop-secret-token-0001";

/** What the shop promises; line numbers are looked at by tests. */
export const SHOP = `openapi: 3.1.0
info: { title: Shop, version: "1" }
security: [{ token: [] }]
paths:
  /orders:
    post:
      requestBody:
        required: true
        content:
          application/json:
            schema: { $ref: "#/components/schemas/Order" }
      responses:
        "201": { description: made, content: { application/json: { schema: { $ref: "#/components/schemas/Made" } } } }
        "4XX": { description: refused, content: { application/json: { schema: { $ref: "#/components/schemas/Refusal" } } } }
  /orders/{id}:
    get:
      parameters:
        - { name: id, in: path, required: true, schema: { type: integer, minimum: 1 } }
        - { name: lang, in: query, schema: { type: string, enum: [en, de] } }
      responses:
        "200": { description: an order, content: { application/json: { schema: { $ref: "#/components/schemas/Made" } } } }
        "4XX": { description: refused, content: { application/json: { schema: { $ref: "#/components/schemas/Refusal" } } } }
components:
  securitySchemes: { token: { type: http, scheme: bearer } }
  schemas:
    Order:
      type: object
      required: [name, count]
      additionalProperties: false
      properties: { name: { type: string, maxLength: 40 }, count: { type: integer, minimum: 1, maximum: 100 } }
    Made: { type: object, required: [id], additionalProperties: false, properties: { id: { type: integer } } }
    Refusal: { type: object, required: [error], properties: { error: { type: string } } }
`;

const LIMIT = 100_000;

/** A shop on loopback that keeps its promises but for the faults it is told to have. */
export async function startShop(...faults: readonly HttpFault[]): Promise<{ url: string; close: () => void }> {
  const has = (fault: HttpFault) => faults.includes(fault);
  const server = createServer((request, response) => {
    void readBody(request).then((body) => answer(request, response, { body, has, server }));
  });
  const port = await new Promise<number>((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { url: `http://127.0.0.1:${port}`, close };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString("utf8");
}

interface Inside {
  readonly body: string;
  readonly has: (fault: HttpFault) => boolean;
  readonly server: Server;
}

function answer(request: IncomingMessage, response: ServerResponse, inside: Inside): void {
  const { has, body, server } = inside;
  const json = (status: number, value: unknown) =>
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(value));
  if (has("cors") && request.headers.origin !== undefined) {
    response.setHeader("access-control-allow-origin", request.headers.origin);
    response.setHeader("access-control-allow-credentials", "true");
  }
  if (!has("open") && request.headers.authorization !== `Bearer ${SHOP_TOKEN}`)
    return void json(401, { error: "who?" });
  const [path = "", query = ""] = (request.url ?? "").split("?");
  const id = /^\/orders\/([^/]+)$/.exec(path)?.[1];
  const wanted = id === undefined ? "POST" : "GET";
  if (path !== "/orders" && id === undefined) return void json(404, { error: "nothing here" });
  if (request.method !== wanted && !(has("methods") && request.method === "DELETE"))
    return void json(405, { error: "no" });
  if (id !== undefined) {
    show(response, { id, query, has });
    return;
  }
  if (body.length > LIMIT && !has("large")) return void json(413, { error: "too much" });
  const order = orderOf(body);
  if (order === undefined && !has("malformed")) return void json(400, { error: "no order" });
  const name = order?.name === undefined ? "" : order.name;
  if (has("dies") && typeof name !== "string") {
    server.close();
    server.closeAllConnections();
    return;
  }
  if (has("crash") && typeof name !== "string") return void json(500, { error: "name.trim is not a function" });
  if (has("hang") && name === "") return;
  if (has("trace") && typeof name !== "string")
    return void json(400, { error: "TypeError: x\n    at handle (/srv/shop/server.js:10:5)\n" });
  const good = isGoodOrder(order) || has("takes-anything") || (has("malformed") && order === undefined);
  if (!good) return void json(400, { error: "no good order" });
  if (has("odd-status")) return void response.writeHead(302, { location: "http://192.0.2.1/" }).end();
  if (has("odd-type")) return void response.writeHead(201, { "content-type": "text/plain" }).end("made");
  json(201, has("odd-answer") ? { id: "one" } : { id: 1 });
}

function show(response: ServerResponse, { id, query, has }: { id: string; query: string; has: Inside["has"] }): void {
  const lang = new URLSearchParams(query).get("lang");
  const said = decodeURIComponent(id);
  if (has("html")) return void response.writeHead(404, { "content-type": "text/html" }).end(`<p>no order ${said}</p>`);
  if (has("header") && /\r\n/.test(said)) response.setHeader(said.split("\r\n")[1]?.split(":")[0] ?? "x", "1");
  const isGood = /^[1-9]\d*$/.test(said) && (lang === null || ["en", "de"].includes(lang));
  const evaluated = has("template")
    ? said.replace(/\{\{(\d+)\*(\d+)\}\}/, (_all, a, b) => String(Number(a) * Number(b)))
    : "";
  response
    .writeHead(isGood ? 200 : 404, { "content-type": "application/json" })
    .end(JSON.stringify(isGood ? { id: 1 } : { error: `no such order${evaluated}` }));
}

interface Order {
  readonly name?: unknown;
  readonly count?: unknown;
}

function orderOf(body: string): Order | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return undefined;
  }
}

function isGoodOrder(order: Order | undefined): boolean {
  if (order === undefined || Array.isArray(order)) return false;
  const { name, count } = order;
  return (
    Object.keys(order).every((key) => key === "name" || key === "count") &&
    typeof name === "string" &&
    name.length <= 40 &&
    typeof count === "number" &&
    Number.isInteger(count) &&
    count >= 1 &&
    count <= 100
  );
}
