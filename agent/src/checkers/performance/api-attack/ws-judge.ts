import { z } from "zod";
import type { MessageOperation } from "./api.ts";
import { EVALUATED } from "./hostile-values.ts";
import { leakIn } from "./leaks.ts";
import type { Validator, Validators } from "./validators.ts";
import { cut, type Problem } from "./weakness.ts";
import { type Exchange, isMessage } from "./ws-target.ts";

/** The code of JSON-RPC for what went wrong inside. */
const INTERNAL = -32603;
/** Close codes by which a server says that it broke: 1006 is no farewell at all. */
const BROKEN: ReadonlySet<number | undefined> = new Set([undefined, 1006, 1011, 1014]);

const RpcError = z.looseObject({ error: z.looseObject({ code: z.number() }) });
const RpcResult = z.looseObject({ jsonrpc: z.literal("2.0"), result: z.unknown() });

export function isRpcError(message: unknown): boolean {
  return RpcError.safeParse(message).success;
}

export function isRpcResult(message: unknown): boolean {
  return typeof message === "object" && message !== null && "result" in message && RpcResult.safeParse(message).success;
}

/** What does harm whatever a description says: broken, gone, or telling too much. */
export function hurts({ messages, end, code }: Exchange, sent: readonly string[]): readonly Problem[] {
  const found: Problem[] = [];
  if (end === "late") found.push({ rule: "no-answer", words: "nothing came in time" });
  if (end === "closed" && BROKEN.has(code))
    found.push({ rule: "no-answer", words: `the connection ended with code ${code ?? 1006}` });
  return [...found, ...messages.filter(isMessage).flatMap((message) => hurtsIn(message, sent))];
}

function hurtsIn(message: unknown, sent: readonly string[]): readonly Problem[] {
  const found: Problem[] = [];
  const text = typeof message === "string" ? message : JSON.stringify(message);
  const error = RpcError.safeParse(message);
  if (error.success && error.data.error.code === INTERNAL) found.push({ rule: "server-error", words: cut(text, 200) });
  // Inside of JSON, line breaks are written as \n, and patterns look for real ones.
  const readable = text.replaceAll(String.raw`\n`, "\n");
  const leak = leakIn(readable, { isRefusal: error.success, sent });
  if (leak !== undefined) found.push({ rule: "leaked-internals", words: `${leak}: ${cut(text, 200)}` });
  if (text.includes(EVALUATED) && sent.some((each) => each.includes("*")))
    found.push({ rule: "template-evaluated", words: cut(text, 200) });
  return found;
}

/** Judges what comes back for messages of one operation. */
export class MessageJudge {
  readonly #replies: readonly { readonly name: string; readonly isError: boolean; readonly validate: Validator }[];
  readonly #payload: Validator;

  constructor(operation: MessageOperation, validators: Validators) {
    this.#payload = validators.of(operation.payload, operation.id);
    this.#replies = operation.replies.map(({ name, schema, isError }) => ({
      name,
      isError,
      validate: validators.of(schema, `${operation.id}, reply ${name}`),
    }));
  }

  /** Why the description forbids a message. It is judged as it arrives, after JSON. */
  forbidden(message: unknown): string | undefined {
    return this.#payload(JSON.parse(JSON.stringify(message)));
  }

  problems(exchange: Exchange, { answers, forbidden, sent }: Answered): readonly Problem[] {
    return [
      ...hurts(exchange, sent),
      ...answers.flatMap((answer) => [...this.#accepted(answer, forbidden), ...this.#undeclared(answer)]),
    ];
  }

  #accepted(answer: unknown, forbidden: string | undefined): readonly Problem[] {
    if (forbidden === undefined) return [];
    const isResult =
      isRpcResult(answer) ||
      (!isRpcError(answer) &&
        this.#replies.some(({ isError }) => isError) &&
        this.#replies.some(({ isError, validate }) => !isError && validate(answer) === undefined) &&
        !this.#replies.some(({ isError, validate }) => isError && validate(answer) === undefined));
    const words = `${cut(JSON.stringify(answer), 150)} although ${forbidden}`;
    return isResult ? [{ rule: "invalid-input-accepted", words }] : [];
  }

  #undeclared(answer: unknown): readonly Problem[] {
    if (this.#replies.length === 0) return [];
    const wrong = this.#replies.map(({ validate }) => validate(answer));
    if (wrong.includes(undefined)) return [];
    const nearest = wrong[this.#replies.findIndex(({ isError }) => isError === isRpcError(answer))] ?? wrong[0];
    return [{ rule: "undeclared-answer", words: `${nearest}; it was ${cut(JSON.stringify(answer), 200)}` }];
  }
}

export interface Answered {
  /** Messages that answer, as opposed to those that came by chance. */
  readonly answers: readonly unknown[];
  readonly forbidden: string | undefined;
  readonly sent: readonly string[];
}
