import type { LineOf, MessageApi, MessageOperation, Reply, Schema } from "./api.ts";
import { followed, type JsonObject, listOf, objectOf, textOf } from "./json-form.ts";

/** Reads what a client may send, of AsyncAPI 2.x (`publish`) and 3.0 (`action: receive`). */
export function readAsyncApi(document: JsonObject, lineOf: LineOf): MessageApi {
  const isThird = textOf(document["asyncapi"])?.startsWith("3.") ?? false;
  const [server = {}] = Object.values(objectOf(document["servers"])).map((each) => followed(document, each));
  return {
    kind: "ws",
    title: textOf(objectOf(document["info"])["title"]) ?? "",
    server: isThird ? addressInThird(server) : addressInSecond(server),
    document,
    operations: isThird ? readThird(document, lineOf) : readSecond(document, lineOf),
    isProtected: listOf(server["security"]).length > 0,
  };
}

function protocolOf(server: JsonObject): string {
  return textOf(server["protocol"]) ?? "ws";
}

function addressInThird(server: JsonObject): string | undefined {
  const host = textOf(server["host"]);
  return host && `${protocolOf(server)}://${host}${textOf(server["pathname"]) ?? "/"}`;
}

function addressInSecond(server: JsonObject): string | undefined {
  const url = textOf(server["url"]);
  return url === undefined || url.includes("://") ? url : `${protocolOf(server)}://${url}`;
}

function readThird(document: JsonObject, lineOf: LineOf): readonly MessageOperation[] {
  return Object.entries(objectOf(document["operations"])).flatMap(([id, written]) => {
    const operation = followed(document, written);
    if (operation["action"] !== "receive") return [];
    const channel = followed(document, operation["channel"]);
    const own = listOf(operation["messages"]);
    const messages = own.length > 0 ? own : Object.values(objectOf(channel["messages"]));
    const reply = objectOf(operation["reply"]);
    const replies = listOf(reply["messages"]).map((each) => readReply(document, each));
    const line = lineOf(["operations", id]);
    return messages.map((each) =>
      readMessage(document, { id, line, replies, message: followed(document, each), operation }),
    );
  });
}

function readSecond(document: JsonObject, lineOf: LineOf): readonly MessageOperation[] {
  return Object.entries(objectOf(document["channels"])).flatMap(([name, written]) => {
    const channel = followed(document, written);
    const operation = objectOf(channel["publish"]);
    const replies = messagesOf(document, objectOf(channel["subscribe"])["message"]).map((each) =>
      readReply(document, each),
    );
    const line = lineOf(["channels", name, "publish"]);
    return messagesOf(document, operation["message"]).map((message, index) => {
      const id = textOf(message["messageId"]) ?? textOf(message["name"]) ?? `${name} ${index + 1}`;
      return readMessage(document, { id, line, replies, message, operation });
    });
  });
}

function messagesOf(document: JsonObject, message: unknown): readonly JsonObject[] {
  if (message === undefined) return [];
  const one = followed(document, message);
  const several = listOf(one["oneOf"]);
  return several.length === 0 ? [one] : several.map((each) => followed(document, each));
}

interface Written {
  readonly id: string;
  readonly line: number;
  readonly replies: readonly Reply[];
  readonly message: JsonObject;
  readonly operation: JsonObject;
}

function readMessage(document: JsonObject, { id, line, replies, message, operation }: Written): MessageOperation {
  const payload = followed(document, message["payload"]);
  const properties = objectOf(payload["properties"]);
  const isRpc = followed(document, properties["jsonrpc"])["const"] === "2.0";
  const method = isRpc ? textOf(followed(document, properties["method"])["const"]) : undefined;
  const example = objectOf(listOf(message["examples"])[0])["payload"];
  const isFirst = operation["x-handshake"] === true || message["x-handshake"] === true;
  return {
    id: method ?? id,
    line,
    payload,
    method,
    params: method === undefined ? undefined : schemaOf(properties["params"]),
    replies,
    handshake: isFirst ? example : undefined,
  };
}

function readReply(document: JsonObject, written: unknown): Reply {
  const message = followed(document, written);
  const schema = schemaOf(message["payload"]);
  const name = textOf(message["name"]) ?? textOf(objectOf(written)["$ref"])?.split("/").at(-1) ?? "reply";
  const hasError = Object.hasOwn(objectOf(followed(document, schema)["properties"]), "error");
  return { name, schema, isError: hasError || /error|refus|reject|fail/i.test(name) };
}

function schemaOf(schema: unknown): Schema {
  return typeof schema === "boolean" ? schema : objectOf(schema);
}
