import type { WebSocket } from "ws";
import { z } from "zod";
import { type Endpoint, PROTOCOL_VERSION } from "../../protocol/index.ts";
import type { DaemonServices } from "../services.ts";
import { CLOSE } from "../ws/close-codes.ts";
import { messageText } from "../ws/message-text.ts";
import { serveLanguage } from "./language-session.ts";

/** The first message of the bridge to the daemon; what follows is LSP, one message a text frame. */
export const BridgeHello = z.strictObject({ protocolVersion: z.string(), env: z.record(z.string(), z.string()) });
export type BridgeHello = z.infer<typeof BridgeHello>;

export interface LspClientOptions {
  readonly services: DaemonServices;
  readonly endpoint: () => Endpoint;
  /** A bridge that has not said hello after this long is sent away. */
  readonly helloWithinMs: number;
}

/** One bridge process: its hello, then a language session. */
export class LspClient {
  readonly #socket: WebSocket;

  constructor(socket: WebSocket, { services, endpoint, helloWithinMs }: LspClientOptions) {
    this.#socket = socket;
    const late = setTimeout(() => socket.close(CLOSE.helloMissing, "no hello came"), helloWithinMs);
    socket.once("close", () => clearTimeout(late));
    socket.once("message", (data, isBinary) => {
      clearTimeout(late);
      const hello = BridgeHello.safeParse(isBinary ? undefined : tryJson(messageText(data)));
      if (!hello.success) socket.close(CLOSE.helloMissing, "the first message must be the bridge's hello");
      else if (hello.data.protocolVersion !== PROTOCOL_VERSION) socket.close(CLOSE.versionMismatch, PROTOCOL_VERSION);
      else serveLanguage(socket, { services, env: hello.data.env, endpoint });
    });
  }

  close(): void {
    this.#socket.close(CLOSE.goingAway, "the daemon stops");
  }
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
