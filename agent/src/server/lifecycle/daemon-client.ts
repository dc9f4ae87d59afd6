import WebSocket from "ws";
import { z } from "zod";
import { TrigateError } from "../../errors/trigate-error.ts";
import {
  type Endpoint,
  METHODS,
  type MethodName,
  type MethodParams,
  type MethodResult,
  NOTIFICATIONS,
  type NotificationName,
  type NotificationParams,
  PROTOCOL_VERSION,
  RpcErrorData,
} from "../../protocol/index.ts";
import { CLOSE } from "../ws/close-codes.ts";
import { messageText } from "../ws/message-text.ts";

/** What the daemon answered instead of a result. `code` is the agent's `area/reason`, or `internal`. */
class RemoteError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.name = "RemoteError";
    this.code = code;
  }
}

export interface ConnectOptions {
  /** What `hello` says about this client. */
  readonly client: Pick<MethodParams<"hello">, "client" | "trusted" | "env">;
  /** For the connection and the `hello`. Calls may take as long as they need. */
  readonly timeoutMs: number;
  /** Said instead of the own version; to speak to a daemon of another one, which is only done to end it. */
  readonly protocolVersion?: string;
}

const Incoming = z.union([
  z.object({
    id: z.int().nullable(),
    error: z.object({ code: z.int(), message: z.string(), data: z.unknown().optional() }),
  }),
  z.object({ id: z.int(), result: z.unknown() }),
  z.object({ method: z.string(), params: z.unknown().optional() }),
]);

const RESULTS: { readonly [M in MethodName]: { readonly result: z.ZodType<MethodResult<M>> } } = METHODS;
const PARAMS: { readonly [N in NotificationName]: z.ZodType<NotificationParams<N>> } = NOTIFICATIONS;

type Settle = (outcome: { readonly result: unknown } | { readonly error: Error }) => void;
type Listener<N extends NotificationName> = (params: NotificationParams<N>) => void;

/** A conversation with a daemon over ws. */
export class DaemonClient {
  readonly endpoint: Endpoint;
  /** Resolves with the reason when the conversation is over, whoever ended it. */
  readonly closed: Promise<TrigateError>;
  readonly #socket: WebSocket;
  readonly #pending = new Map<number, Settle>();
  readonly #listeners = new Map<string, (params: unknown) => void>();
  #lastId = 0;

  private constructor(socket: WebSocket, endpoint: Endpoint) {
    this.endpoint = endpoint;
    this.#socket = socket;
    socket.on("message", (data) => this.#receive(messageText(data)));
    this.closed = new Promise((resolve) => {
      socket.once("close", (code, reason) => {
        const error = closeError(code, String(reason));
        for (const settle of this.#pending.values()) settle({ error });
        this.#pending.clear();
        resolve(error);
      });
    });
  }

  /**
   * Connects and says hello. Throws `daemon/unreachable` (nobody there, token refused, no answer in time) or
   * `daemon/version-mismatch`.
   */
  static async connect(
    endpoint: Endpoint,
    { client, timeoutMs, protocolVersion = PROTOCOL_VERSION }: ConnectOptions,
  ): Promise<DaemonClient> {
    const headers = { Authorization: `Bearer ${endpoint.token}` };
    const socket = new WebSocket(endpoint.url, {
      headers,
      handshakeTimeout: timeoutMs,
      perMessageDeflate: false,
      maxPayload: 0,
    });
    const connection = new DaemonClient(socket, endpoint);
    const late = setTimeout(() => socket.terminate(), timeoutMs);
    try {
      await new Promise<void>((resolve, reject) => {
        socket.once("open", resolve);
        // The listener also keeps later errors from being thrown; the close that follows tells of them.
        socket.on("error", (error) =>
          reject(new TrigateError("daemon/unreachable", { problem: error.message }, { cause: error })),
        );
        socket.once("close", (code, reason) => reject(closeError(code, String(reason))));
      });
      await connection.call("hello", { protocolVersion, ...client });
      return connection;
    } catch (error) {
      // After a refused hello the daemon closes with a code that says why.
      if (error instanceof RemoteError) throw await connection.closed;
      socket.terminate();
      throw error;
    } finally {
      clearTimeout(late);
    }
  }

  /** Calls a method. Throws {@link RemoteError} with the agent's code, or `daemon/unreachable` when the connection ends first. */
  async call<M extends MethodName>(method: M, params: MethodParams<M>): Promise<MethodResult<M>> {
    const id = ++this.#lastId;
    const answer = await new Promise<unknown>((resolve, reject) => {
      this.#pending.set(id, (outcome) => {
        this.#pending.delete(id);
        if ("error" in outcome) reject(outcome.error);
        else resolve(outcome.result);
      });
      this.#socket.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }), (error) => {
        if (error)
          this.#pending.get(id)?.({ error: new TrigateError("daemon/unreachable", { problem: error.message }) });
      });
    });
    const parsed = RESULTS[method].result.safeParse(answer);
    if (parsed.success) return parsed.data;
    throw new TrigateError("daemon/unreachable", {
      problem: `its answer to ${method} has an unknown form: ${z.prettifyError(parsed.error)}`,
    });
  }

  /** Calls `listener` for every notification of that name, in place of an earlier listener. */
  on<N extends NotificationName>(name: N, listener: Listener<N>): void {
    this.#listeners.set(name, (params) => {
      const parsed = PARAMS[name].safeParse(params ?? {});
      if (parsed.success) listener(parsed.data);
    });
  }

  close(): void {
    this.#socket.close(1000);
  }

  #receive(text: string): void {
    const parsed = Incoming.safeParse(tryJson(text));
    // A message that makes no sense answers nothing; the call it was meant for ends with the connection.
    if (!parsed.success) return;
    const message = parsed.data;
    if ("method" in message) this.#listeners.get(message.method)?.(message.params);
    else if ("error" in message) this.#pending.get(message.id ?? 0)?.({ error: remoteError(message.error) });
    else this.#pending.get(message.id)?.({ result: message.result });
  }
}

function remoteError({ code, message, data }: { code: number; message: string; data?: unknown }): RemoteError {
  const known = RpcErrorData.safeParse(data);
  return new RemoteError(known.success ? known.data.code : `rpc/${code}`, message);
}

function closeError(code: number, reason: string): TrigateError {
  if (code === CLOSE.versionMismatch)
    return new TrigateError("daemon/version-mismatch", { agent: reason || "another", client: PROTOCOL_VERSION });
  return new TrigateError("daemon/unreachable", {
    problem: reason === "" ? `the connection ended with code ${code}` : reason,
  });
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
