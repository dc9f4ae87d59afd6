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
  RPC_ERRORS,
  RpcErrorData,
} from "@trigate/agent/protocol";
import WebSocket, { type RawData } from "ws";
import { z } from "zod";
import { ClientError } from "../model/client-error.ts";

/** A notification of the daemon, checked. */
export type DaemonNotification = {
  [N in NotificationName]: { readonly name: N; readonly params: NotificationParams<N> };
}[NotificationName];

/** Answers to these come when a run is over, which takes what it takes; the run's events show that somebody is at work. */
const WAITS_FOR_A_RUN: ReadonlySet<MethodName> = new Set(["tasks/done", "run/verdict"]);

export interface ChannelOptions {
  readonly endpoint: Endpoint;
  /** What `hello` says about this window. */
  readonly client: Pick<MethodParams<"hello">, "client" | "trusted" | "env">;
  readonly onNotification: (notification: DaemonNotification) => void;
  /** Told about messages that nobody asked for or that make no sense; they are otherwise dropped. */
  readonly onOddity: (text: string) => void;
  /** How long an answer may take. */
  readonly timeoutMs: number;
}

const Answer = z.union([
  z.object({
    jsonrpc: z.literal("2.0"),
    id: z.int().nullable(),
    error: z.object({ code: z.int(), message: z.string(), data: z.unknown().optional() }),
  }),
  z.object({ jsonrpc: z.literal("2.0"), id: z.int(), result: z.unknown() }),
]);
type Answer = z.infer<typeof Answer>;

const Incoming = z.union([
  Answer,
  z.object({ jsonrpc: z.literal("2.0"), method: z.string(), params: z.unknown().optional() }),
]);

/** The protocol's tables seen one entry at a time, so that the type of what was parsed follows from the name asked for. */
const RESULTS: { readonly [M in MethodName]: { readonly result: z.ZodType<MethodResult<M>> } } = METHODS;
const PARAMS: { readonly [N in NotificationName]: z.ZodType<NotificationParams<N>> } = NOTIFICATIONS;

/** Close code of a daemon that speaks another protocol version. */
const OTHER_VERSION = 4001;

interface Pending {
  readonly method: MethodName;
  readonly settle: (outcome: { result: unknown } | { error: Error }) => void;
}

/** The JSON-RPC conversation with one daemon over ws. It is open from the resolved `open` until `closed` resolves. */
export class DaemonChannel {
  /** Resolves with the reason when the conversation is over, whoever ended it. */
  readonly closed: Promise<ClientError>;
  readonly #socket: WebSocket;
  readonly #options: ChannelOptions;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #agentVersion = "";

  private constructor(socket: WebSocket, options: ChannelOptions) {
    this.#socket = socket;
    this.#options = options;
    socket.on("message", (data) => this.#receive(textOf(data)));
    this.closed = new Promise((resolve) => {
      socket.once("close", (code, reason) => {
        const why = closeReason(code, String(reason));
        for (const { settle } of this.#pending.values()) settle({ error: why });
        this.#pending.clear();
        resolve(why);
      });
    });
  }

  /** Connects and says hello. Rejects when nobody listens, the token is refused, or the versions differ. */
  static async open(options: ChannelOptions): Promise<DaemonChannel> {
    const { endpoint, client, timeoutMs } = options;
    if (endpoint.protocolVersion !== PROTOCOL_VERSION) throw versionMismatch(endpoint.protocolVersion);
    const headers = { Authorization: `Bearer ${endpoint.token}` };
    const socket = new WebSocket(endpoint.url, { headers, handshakeTimeout: timeoutMs, perMessageDeflate: false });
    const channel = new DaemonChannel(socket, options);
    await new Promise<void>((resolve, reject) => {
      socket.once("open", resolve);
      // "error" comes before "close" and carries the cause; the listener also keeps later errors from being thrown.
      socket.on("error", (cause) => reject(new ClientError("channel/closed", { why: cause.message }, { cause })));
      socket.once("close", (code, reason) => reject(closeReason(code, String(reason))));
    });
    const hello = await channel.call("hello", { protocolVersion: PROTOCOL_VERSION, ...client });
    if (hello.protocolVersion !== PROTOCOL_VERSION) {
      channel.close();
      throw versionMismatch(hello.protocolVersion);
    }
    channel.#agentVersion = hello.agentVersion;
    return channel;
  }

  /** Version of the agent that answered. */
  get agentVersion(): string {
    return this.#agentVersion;
  }

  /** Calls a method; rejects with `rpc/failed` carrying the agent's own code, or when the channel closes meanwhile. */
  call<M extends MethodName>(method: M, params: MethodParams<M>): Promise<MethodResult<M>> {
    return new Promise((resolve, reject) => {
      const id = this.#nextId++;
      const { timeoutMs } = this.#options;
      const late = WAITS_FOR_A_RUN.has(method)
        ? undefined
        : setTimeout(
            () => pending.settle({ error: new ClientError("channel/timed-out", { method, timeoutMs }) }),
            timeoutMs,
          );
      const pending: Pending = {
        method,
        settle: (outcome) => {
          clearTimeout(late);
          this.#pending.delete(id);
          if ("error" in outcome) {
            reject(outcome.error);
            return;
          }
          const parsed = RESULTS[method].result.safeParse(outcome.result);
          if (parsed.success) resolve(parsed.data);
          else reject(new ClientError("channel/malformed", { method, problems: z.prettifyError(parsed.error) }));
        },
      };
      this.#pending.set(id, pending);
      this.#socket.send(JSON.stringify({ jsonrpc: "2.0", id, method, params }), (error) => {
        if (error) pending.settle({ error: new ClientError("channel/closed", { why: error.message }) });
      });
    });
  }

  close(): void {
    this.#socket.close(1000);
  }

  #receive(text: string): void {
    const message = Incoming.safeParse(tryJson(text));
    if (!message.success) this.#options.onOddity(`unreadable message: ${text.slice(0, 200)}`);
    else if ("method" in message.data) this.#notify(message.data.method, message.data.params);
    else this.#answer(message.data, text);
  }

  #answer(answer: Answer, text: string): void {
    const pending = answer.id === null ? undefined : this.#pending.get(answer.id);
    if (pending === undefined) this.#options.onOddity(`answer to nothing that was asked: ${text.slice(0, 200)}`);
    else if ("error" in answer) pending.settle({ error: rpcError(pending.method, answer.error) });
    else pending.settle({ result: answer.result });
  }

  #notify(name: string, params: unknown): void {
    const parsed = readNotification(name, params);
    if (parsed === undefined) this.#options.onOddity(`notification of unknown kind or form: ${name}`);
    else this.#options.onNotification(parsed);
  }
}

function readNotification(name: string, params: unknown): DaemonNotification | undefined {
  switch (name) {
    case "run/event":
      return withParams(params, PARAMS[name], (parsed) => ({ name, params: parsed }));
    case "tasks/changed":
      return withParams(params, PARAMS[name], (parsed) => ({ name, params: parsed }));
    case "daemon/closing":
      return withParams(params, PARAMS[name], (parsed) => ({ name, params: parsed }));
    default:
      return undefined;
  }
}

function withParams<T>(params: unknown, schema: z.ZodType<T>, make: (parsed: T) => DaemonNotification) {
  const parsed = schema.safeParse(params ?? {});
  return parsed.success ? make(parsed.data) : undefined;
}

function rpcError(method: string, error: { code: number; message: string; data?: unknown }): ClientError {
  const data = RpcErrorData.safeParse(error.data);
  const code = data.success ? data.data.code : String(error.code);
  if (error.code === RPC_ERRORS.notTrusted) return new ClientError("workspace/untrusted", { command: method });
  return new ClientError("rpc/failed", { method, code, message: error.message });
}

function closeReason(code: number, reason: string): ClientError {
  if (code === OTHER_VERSION) return versionMismatch(reason || "another version");
  return new ClientError("channel/closed", { why: reason || `code ${code}` });
}

const versionMismatch = (agent: string): ClientError =>
  new ClientError("protocol/version-mismatch", { agent, editor: PROTOCOL_VERSION });

/** ws hands over one buffer, or several for a message that came in parts. */
function textOf(data: RawData): string {
  const buffer = Array.isArray(data)
    ? Buffer.concat(data)
    : Buffer.from(data instanceof ArrayBuffer ? new Uint8Array(data) : data);
  return buffer.toString("utf8");
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
