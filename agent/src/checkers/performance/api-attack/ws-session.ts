import fc from "fast-check";
import type { MessageApi, MessageOperation } from "./api.ts";
import { changed, changes, textsIn } from "./hostile-values.ts";
import { objectOf } from "./json-form.ts";
import { valuesOf } from "./schema-values.ts";
import { samples, search, seedFor } from "./search.ts";
import { Validators } from "./validators.ts";
import { cut, type Problem, type Rule, type Weakness } from "./weakness.ts";
import { MessageJudge } from "./ws-judge.ts";
import { type Exchange, isMessage, WsConnection, type WsOptions } from "./ws-target.ts";

export interface WsAttackOptions extends WsOptions {
  readonly seed: number;
  readonly requests: number;
  readonly oversizeBytes: number;
  /** Names of the headers that carry credentials. */
  readonly credentials: readonly string[];
}

/** The conversation with the server, as campaigns and probes have it. */
export class WsSession {
  readonly weaknesses: Weakness[] = [];
  readonly validators: Validators;
  readonly api: MessageApi;
  readonly options: WsAttackOptions;
  isDown = false;
  answered = 0;
  #connection: WsConnection | undefined;
  #lastId = 0;

  constructor(api: MessageApi, options: WsAttackOptions) {
    this.api = api;
    this.options = options;
    this.validators = new Validators(api.document);
  }

  get handshake(): MessageOperation | undefined {
    return this.api.operations.find(({ handshake }) => handshake !== undefined);
  }

  /** Whether the operation answered at all. */
  async one(operation: MessageOperation, budget: number): Promise<boolean> {
    const judge = new MessageJudge(operation, this.validators);
    const before = this.answered;
    const attempt = async (message: unknown): Promise<readonly Problem[]> => {
      const id = ++this.#lastId;
      const sent = operation.method === undefined ? message : { ...objectOf(message), id };
      const exchange = await this.#send(operation, { text: JSON.stringify(sent), id });
      if (exchange === undefined) return [{ rule: "server-down", words: "it does not answer any more" }];
      const answers = exchange.messages.filter((each) =>
        operation.method === undefined ? isMessage(each) : answersTo(each, id),
      );
      if (answers.length > 0) this.answered++;
      return judge.problems(exchange, { answers, forbidden: judge.forbidden(sent), sent: textsIn(sent) });
    };
    const cases = messagesFor(operation, this.api);
    const seed = seedFor(this.options.seed, operation.id);
    const found = await search({ cases, attempt, seed, budget, isOver: () => this.isDown });
    for (const { value, ...problem } of found) this.report(operation, problem, JSON.stringify(value));
    return this.answered > before;
  }

  /** A fresh connection, or the HTTP status of the refusal. */
  connect(headers: Readonly<Record<string, string>> = this.options.headers): Promise<WsConnection | number> {
    return WsConnection.open({ ...this.options, headers });
  }

  /** A connection on which the first message was exchanged. */
  async greeted(): Promise<WsConnection | undefined> {
    const opened = await this.connect();
    if (typeof opened === "number") return undefined;
    const { handshake } = this;
    if (handshake !== undefined) {
      const { messages } = await opened.exchange(JSON.stringify(handshake.handshake), () => true);
      if (messages.length === 0) return undefined;
    }
    return opened;
  }

  async isUp(): Promise<boolean> {
    const connection = await this.greeted();
    connection?.close();
    this.isDown = connection === undefined;
    return !this.isDown;
  }

  /** `undefined` when nobody answers any more. */
  async #send(operation: MessageOperation, { text, id }: { text: string; id: number }): Promise<Exchange | undefined> {
    // The first message is only first on a connection of its own.
    const isFirst = operation.handshake !== undefined;
    const connection = isFirst ? await this.#fresh(() => this.connect()) : await this.#greetedOne();
    if (connection === undefined) return undefined;
    const isAnswer = operation.method === undefined ? undefined : (message: unknown) => answersTo(message, id);
    const exchange = await connection.exchange(text, isAnswer);
    if (exchange.end === "open" && !isFirst) return exchange;
    connection.close();
    this.#connection = undefined;
    if (exchange.end === "open") return exchange;
    return (await this.isUp()) ? exchange : undefined;
  }

  /** The connection that is there, as long as it is open. */
  async #greetedOne(): Promise<WsConnection | undefined> {
    return this.#connection?.isOpen === true ? this.#connection : this.#fresh(() => this.greeted());
  }

  /** A connection in place of the last one. A server that grants none is down. */
  async #fresh(open: () => Promise<WsConnection | number | undefined>): Promise<WsConnection | undefined> {
    this.#connection?.close();
    const opened = await open();
    if (opened === undefined || typeof opened === "number") {
      this.isDown = true;
      return undefined;
    }
    this.#connection = opened;
    return opened;
  }

  report({ id, line }: Pick<MessageOperation, "id" | "line">, problem: Problem, request: string): void {
    if (this.weaknesses.some((each) => each.operation === id && each.rule === problem.rule)) return;
    this.weaknesses.push({ ...problem, operation: id, line, request: cut(request) });
  }

  /** A weakness of the server and not of one operation; it stands at the first of them. */
  reportServer(rule: Rule, words: string, request: string): void {
    this.report({ id: "the server", line: this.api.operations[0]?.line ?? 1 }, { rule, words }, request);
  }

  close(): void {
    this.#connection?.close();
  }
}

/** Whether a message answers the request of this id; a refusal may not know the id any more. */
function answersTo(message: unknown, id: number): boolean {
  if (typeof message !== "object" || message === null || !("id" in message)) return false;
  return message.id === id || (message.id === null && "error" in message);
}

/** Messages as described, and such with changes. Of JSON-RPC only the parameters change; the probes try the rest. */
function messagesFor(operation: MessageOperation, { document }: MessageApi): fc.Arbitrary<unknown> {
  const { method, params, payload } = operation;
  const good = valuesOf(method === undefined ? payload : (params ?? {}), document);
  const doubtful = fc.tuple(good, changes()).map(([value, change]) => changed(value, change));
  const twice = fc.tuple(doubtful, changes()).map(([value, change]) => changed(value, change));
  const all = fc.oneof(good, doubtful, doubtful, twice);
  return method === undefined ? all : all.map((value) => ({ jsonrpc: "2.0", id: 0, method, params: value }));
}

/** A message that an operation allows. */
export function goodMessage(operation: MessageOperation, api: MessageApi, seed: number): unknown {
  const [value] = samples(valuesOf(operation.payload, api.document), 1, seed);
  return value;
}
