import type { Readable, Writable } from "node:stream";
import { StreamMessageReader, StreamMessageWriter } from "vscode-jsonrpc/node";
import WebSocket from "ws";
import { z } from "zod";
import { messageOf, TrigateError } from "../../errors/trigate-error.ts";
import { type Endpoint, PROTOCOL_VERSION } from "../../protocol/index.ts";
import type { ClientEnvironment } from "../services.ts";
import { messageText } from "../ws/message-text.ts";
import type { BridgeHello } from "./lsp-client.ts";

export interface BridgeOptions {
  readonly endpoint: Endpoint;
  readonly env: ClientEnvironment;
  readonly input: Readable;
  readonly output: Writable;
}

const AnyMessage = z.looseObject({ jsonrpc: z.string() });

/**
 * Carries LSP between a pair of streams and the daemon until the editor closes its end, which resolves. Throws
 * `daemon/unreachable` when the daemon's end closes first: the editor then starts its server again.
 */
export async function bridgeLsp({ endpoint, env, input, output }: BridgeOptions): Promise<void> {
  const socket = new WebSocket(new URL("lsp", endpoint.url), {
    headers: { Authorization: `Bearer ${endpoint.token}` },
    perMessageDeflate: false,
    maxPayload: 0,
  });
  await opened(socket);
  const hello: BridgeHello = { protocolVersion: PROTOCOL_VERSION, env: { ...env } };
  socket.send(JSON.stringify(hello));
  const writer = new StreamMessageWriter(output);
  // An editor that is gone cannot be written to; the end of its input says so, too.
  output.on("error", () => socket.close(1000));
  socket.on("message", (data) => void writer.write(AnyMessage.parse(JSON.parse(messageText(data)))));
  await new Promise<void>((resolve, reject) => {
    const reader = new StreamMessageReader(input);
    reader.listen((message) => socket.send(JSON.stringify(message)));
    let hasEditorGone = false;
    const onEnd = () => {
      hasEditorGone = true;
      socket.close(1000);
    };
    reader.onClose(onEnd);
    input.once("end", onEnd);
    reader.onError((error) => socket.close(1007, messageOf(error).slice(0, 100)));
    socket.once("close", (code, reason) => {
      // 1000 follows the editor's own `exit`.
      if (hasEditorGone || code === 1000) resolve();
      else reject(new TrigateError("daemon/unreachable", { problem: String(reason) || `it closed with code ${code}` }));
    });
  });
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("open", resolve);
    socket.on("error", (error) =>
      reject(new TrigateError("daemon/unreachable", { problem: error.message }, { cause: error })),
    );
  });
}
