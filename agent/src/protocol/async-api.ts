import { z } from "zod";
import { METHODS, NOTIFICATIONS, PROTOCOL_VERSION, RpcErrorData } from "./rpc.ts";

type Json = Readonly<Record<string, unknown>>;

/** What the daemon's conversation over ws is, for programs that read AsyncAPI 3.0: methods, their answers, notifications. */
export function asyncApiDescription(): Json {
  const methods = Object.entries(METHODS);
  const notifications = Object.entries(NOTIFICATIONS);
  return {
    asyncapi: "3.0.0",
    info: {
      title: "Trigate daemon",
      version: PROTOCOL_VERSION,
      description:
        "JSON-RPC 2.0 over ws on loopback. The endpoint file in the workspace's state folder has the address and the token. The first request on a connection is hello.",
    },
    defaultContentType: "application/json",
    servers: {
      daemon: {
        host: "127.0.0.1:{port}",
        pathname: "/",
        protocol: "ws",
        variables: { port: { description: "The system picks it." } },
        security: [{ $ref: "#/components/securitySchemes/token" }],
      },
    },
    channels: {
      daemon: {
        address: "/",
        messages: Object.fromEntries(
          [
            ...methods.flatMap(([name]) => [`${keyOf(name)}.request`, `${keyOf(name)}.result`]),
            ...notifications.map(([name]) => keyOf(name)),
            "error",
          ].map((key) => [key, { $ref: `#/components/messages/${key}` }]),
        ),
      },
    },
    operations: {
      ...Object.fromEntries(methods.map(([name]) => [keyOf(name), methodOperation(name)])),
      ...Object.fromEntries(notifications.map(([name]) => [keyOf(name), notificationOperation(name)])),
    },
    components: {
      messages: {
        ...Object.fromEntries(methods.flatMap(([name, { params, result }]) => methodMessages(name, params, result))),
        ...Object.fromEntries(notifications.map(([name, params]) => [keyOf(name), notification(name, params)])),
        error: { name: "error", payload: errorPayload() },
      },
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
    },
  };
}

/** AsyncAPI's keys know no slash. */
function keyOf(name: string): string {
  return name.replaceAll("/", ".");
}

function inChannel(key: string): Json {
  return { $ref: `#/channels/daemon/messages/${key}` };
}

function methodOperation(name: string): Json {
  const key = keyOf(name);
  return {
    action: "receive",
    channel: { $ref: "#/channels/daemon" },
    messages: [inChannel(`${key}.request`)],
    reply: { channel: { $ref: "#/channels/daemon" }, messages: [inChannel(`${key}.result`), inChannel("error")] },
    ...(name === "hello" ? { "x-handshake": true } : {}),
  };
}

function notificationOperation(name: string): Json {
  return { action: "send", channel: { $ref: "#/channels/daemon" }, messages: [inChannel(keyOf(name))] };
}

const ID = { anyOf: [{ type: "integer" }, { type: "string", maxLength: 100 }] };

function envelope(properties: Json, required: readonly string[]): Json {
  return {
    type: "object",
    properties: { jsonrpc: { const: "2.0" }, ...properties },
    required: ["jsonrpc", ...required],
  };
}

function methodMessages(name: string, params: z.ZodType, result: z.ZodType): readonly (readonly [string, Json])[] {
  const needsParams = !params.safeParse({}).success;
  const asked = envelope({ id: ID, method: { const: name }, params: schemaOf(params, "input") }, [
    "id",
    "method",
    ...(needsParams ? ["params"] : []),
  ]);
  const answered = envelope({ id: ID, result: schemaOf(result, "output") }, ["id", "result"]);
  const examples =
    name === "hello"
      ? [
          {
            payload: {
              jsonrpc: "2.0",
              id: 1,
              method: "hello",
              params: { protocolVersion: PROTOCOL_VERSION, client: "example", trusted: true },
            },
          },
        ]
      : undefined;
  const key = keyOf(name);
  return [
    [`${key}.request`, { name: `${key}.request`, payload: asked, ...(examples === undefined ? {} : { examples }) }],
    [`${key}.result`, { name: `${key}.result`, payload: answered }],
  ];
}

function notification(name: string, params: z.ZodType): Json {
  const payload = envelope({ method: { const: name }, params: schemaOf(params, "output") }, ["method", "params"]);
  return { name: keyOf(name), payload };
}

/** The id is null where a message could not be read far enough to know it. */
function errorPayload(): Json {
  const error = z.strictObject({ code: z.int(), message: z.string().max(4_000), data: RpcErrorData });
  return envelope({ id: { anyOf: [...ID.anyOf, { type: "null" }] }, error: schemaOf(error, "output") }, [
    "id",
    "error",
  ]);
}

function schemaOf(type: z.ZodType, io: "input" | "output"): Json {
  const { $schema: _dialect, ...schema } = z.toJSONSchema(type, { io, unrepresentable: "any" });
  return schema;
}
