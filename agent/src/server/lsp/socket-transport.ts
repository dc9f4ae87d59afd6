import {
  AbstractMessageReader,
  AbstractMessageWriter,
  type DataCallback,
  type Disposable,
  type Message,
  type MessageReader,
  type MessageWriter,
} from "vscode-languageserver/node";
import type { RawData, WebSocket } from "ws";
import { z } from "zod";
import { CLOSE } from "../ws/close-codes.ts";
import { messageText } from "../ws/message-text.ts";

/** What every message has; the rest is looked at by the connection that handles it. */
const AnyMessage = z.looseObject({ jsonrpc: z.literal("2.0") });

/** Reads LSP messages from a ws connection: one text frame is one message. */
export class SocketReader extends AbstractMessageReader implements MessageReader {
  readonly #socket: WebSocket;

  constructor(socket: WebSocket) {
    super();
    this.#socket = socket;
  }

  listen(callback: DataCallback): Disposable {
    const onMessage = (data: RawData, isBinary: boolean) => {
      const message = isBinary ? undefined : readMessage(messageText(data));
      if (message === undefined) this.#socket.close(CLOSE.notText, "messages are JSON-RPC 2.0");
      else callback(message);
    };
    const onClose = () => this.fireClose();
    this.#socket.on("message", onMessage);
    this.#socket.once("close", onClose);
    return {
      dispose: () => {
        this.#socket.off("message", onMessage);
        this.#socket.off("close", onClose);
      },
    };
  }
}

function readMessage(text: string): Message | undefined {
  try {
    return AnyMessage.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Writes LSP messages to a ws connection. What is written after its end is dropped, since nobody is there to read it. */
export class SocketWriter extends AbstractMessageWriter implements MessageWriter {
  readonly #socket: WebSocket;

  constructor(socket: WebSocket) {
    super();
    this.#socket = socket;
    socket.once("close", () => this.fireClose());
  }

  async write(message: Message): Promise<void> {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    this.#socket.send(JSON.stringify(message));
  }

  end(): void {
    this.#socket.close(1000);
  }
}
