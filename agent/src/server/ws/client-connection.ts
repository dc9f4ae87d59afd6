import type { WebSocket } from "ws";
import { z } from "zod";
import { TrigateError } from "../../errors/trigate-error.ts";
import {
  METHODS,
  type MethodName,
  type MethodResult,
  type NotificationName,
  type NotificationParams,
  PROTOCOL_VERSION,
  RPC_ERRORS,
} from "../../protocol/index.ts";
import { CLOSE } from "./close-codes.ts";
import type { Caller, Handlers, ParsedParams } from "./handlers.ts";
import { messageText } from "./message-text.ts";
import { JSON_RPC, rpcError, type RpcError, toRpcError } from "./rpc-errors.ts";

const RequestId = z.union([z.int(), z.string().max(100)]);
const Request = z.object({
  jsonrpc: z.literal("2.0"),
  id: RequestId,
  method: z.string(),
  params: z.unknown().optional(),
});
type Request = z.infer<typeof Request>;
/** A message without an id wants no answer; clients have none to send, and what they send is dropped as the standard says. */
const Notification = z.object({ jsonrpc: z.literal("2.0"), id: z.undefined().optional(), method: z.string() });

/** The protocol's table seen one entry at a time, so that the type of what was parsed follows from the method's name. */
const SCHEMAS: {
  readonly [M in MethodName]: {
    readonly params: z.ZodType<ParsedParams<M>>;
    readonly result: z.ZodType<MethodResult<M>>;
  };
} = METHODS;

/** What a client may call in a workspace that it does not trust: what is read, never what runs or writes. */
const UNTRUSTED_METHODS: ReadonlySet<MethodName> = new Set([
  "daemon/status",
  "tasks/list",
  "tasks/next",
  "tasks/explain",
  "tasks/validate",
  "tasks/tags",
  "run/latest",
]);

/** How long a client that reads too slowly may take to read the close frame behind all that waits. */
const SLOW_CLOSE_MS = 5_000;

export interface ConnectionOptions {
  readonly root: string;
  readonly agentVersion: string;
  readonly handlers: Handlers;
  readonly log: (line: string) => void;
  /** A client that has not said `hello` after this long is sent away. */
  readonly helloWithinMs: number;
  /** More unsent bytes than this mean that the client does not keep up. */
  readonly maxUnsentBytes: number;
  /** Called once, after a good `hello`. */
  readonly onHello: () => void;
}

/** One ws client: parses what comes, holds it to `hello` first and to its trust, and answers in JSON-RPC 2.0. */
export class ClientConnection {
  readonly #socket: WebSocket;
  readonly #options: ConnectionOptions;
  readonly #gone = new AbortController();
  readonly #helloTimer: NodeJS.Timeout;
  #client: { readonly caller: Caller; readonly trusted: boolean } | undefined;

  constructor(socket: WebSocket, options: ConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#helloTimer = setTimeout(() => socket.close(CLOSE.helloMissing, "no hello came"), options.helloWithinMs);
    socket.on("message", (data, isBinary) => {
      if (isBinary) socket.close(CLOSE.notText, "messages are text");
      else void this.#receive(messageText(data));
    });
    socket.once("close", () => {
      clearTimeout(this.#helloTimer);
      this.#gone.abort();
    });
  }

  /** Sends a notification, unless the client has not said `hello` yet. */
  notify<N extends NotificationName>(method: N, params: NotificationParams<N>): void {
    if (this.#client !== undefined) this.#send({ jsonrpc: "2.0", method, params });
  }

  async #receive(text: string): Promise<void> {
    const json = tryJson(text);
    const request = Request.safeParse(json);
    if (request.success) await this.#answer(request.data);
    else if (json === undefined) this.#fail(null, rpcError(JSON_RPC.parse, "usage/bad-argument", "this is no JSON"));
    else if (!Notification.safeParse(json).success) {
      const words = "this is no JSON-RPC 2.0 request";
      this.#fail(null, rpcError(JSON_RPC.invalidRequest, "usage/bad-argument", words));
    }
  }

  async #answer(request: Request): Promise<void> {
    if (this.#client === undefined) {
      this.#answerFirst(request);
      return;
    }
    const { id, method, params } = request;
    const { caller, trusted } = this.#client;
    try {
      if (!isCallable(method)) throw new UnknownMethod(method);
      if (!trusted && !UNTRUSTED_METHODS.has(method)) {
        throw new TrigateError("usage/not-trusted", { root: this.#options.root });
      }
      this.#send({ jsonrpc: "2.0", id, result: await this.#call(method, params, caller) });
    } catch (error) {
      this.#fail(id, this.#errorOf(error));
    }
  }

  #answerFirst({ id, method, params }: Request): void {
    const hello = method === "hello" ? METHODS.hello.params.safeParse(params) : undefined;
    if (hello === undefined) {
      this.#fail(id, rpcError(RPC_ERRORS.helloFirst, "usage/bad-argument", "say hello first"));
      this.#socket.close(CLOSE.helloMissing, "the first message must be hello");
    } else if (!hello.success) {
      this.#fail(id, invalidParams(hello.error));
      this.#socket.close(CLOSE.helloMissing, "the hello was not understood");
    } else if (hello.data.protocolVersion !== PROTOCOL_VERSION) {
      const { protocolVersion: client } = hello.data;
      this.#fail(id, this.#errorOf(new TrigateError("daemon/version-mismatch", { agent: PROTOCOL_VERSION, client })));
      this.#socket.close(CLOSE.versionMismatch, PROTOCOL_VERSION);
    } else this.#welcome(id, hello.data);
  }

  #welcome(id: Request["id"], { trusted, env }: ParsedParams<"hello">): void {
    const { root, agentVersion, onHello } = this.#options;
    clearTimeout(this.#helloTimer);
    this.#client = { caller: { env, gone: this.#gone.signal }, trusted };
    onHello();
    const result: MethodResult<"hello"> = { protocolVersion: PROTOCOL_VERSION, agentVersion, root, pid: process.pid };
    this.#send({ jsonrpc: "2.0", id, result });
  }

  async #call<M extends keyof Handlers>(method: M, params: unknown, caller: Caller): Promise<MethodResult<M>> {
    const parsed = SCHEMAS[method].params.safeParse(params === undefined ? {} : params);
    if (!parsed.success) throw new InvalidParams(parsed.error);
    return SCHEMAS[method].result.parse(await this.#options.handlers[method](parsed.data, caller));
  }

  #errorOf(error: unknown): RpcError {
    if (error instanceof InvalidParams) return invalidParams(error.problem);
    if (error instanceof UnknownMethod) return rpcError(JSON_RPC.unknownMethod, "usage/bad-argument", error.message);
    return toRpcError(error, this.#options.log);
  }

  #fail(id: Request["id"] | null, error: RpcError): void {
    this.#send({ jsonrpc: "2.0", id, error });
  }

  #send(message: object): void {
    const socket = this.#socket;
    if (socket.readyState !== socket.OPEN) return;
    if (socket.bufferedAmount > this.#options.maxUnsentBytes) {
      this.#options.log(`a client reads too slowly: ${socket.bufferedAmount} bytes are waiting`);
      socket.close(CLOSE.tooSlow, "you read too slowly; connect again");
      setTimeout(() => socket.terminate(), SLOW_CLOSE_MS).unref();
      return;
    }
    socket.send(JSON.stringify(message));
  }
}

class InvalidParams extends Error {
  readonly problem: z.ZodError;

  constructor(problem: z.ZodError) {
    super("the parameters were not understood");
    this.problem = problem;
  }
}

class UnknownMethod extends Error {
  constructor(method: string) {
    super(`there is no method ${method.slice(0, 100)}`);
  }
}

function isCallable(method: string): method is keyof Handlers {
  return Object.hasOwn(METHODS, method) && method !== "hello";
}

function invalidParams(error: z.ZodError): RpcError {
  return rpcError(JSON_RPC.invalidParams, "usage/bad-argument", z.prettifyError(error));
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
