import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { z } from "zod";

/** What a client asked, whichever of the two ways it speaks. */
export interface AskedQuestion {
  readonly protocol: "openai" | "anthropic";
  /** All that stands in the system part. */
  readonly system: string;
  /** The turns in their order, each as `role: text`. */
  readonly turns: readonly string[];
  /** The request as it came. */
  readonly body: unknown;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** 1 for the first question that this server was asked. */
  readonly number: number;
}

/** What the server answers. */
export type LoopbackAnswer =
  | { readonly json: unknown }
  | { readonly text: string }
  /** Ends as a model does that ran out of tokens. */
  | { readonly cut: string }
  /** Sends the beginning, then closes the connection. */
  | { readonly drop: string }
  | { readonly status: number; readonly message: string; readonly headers?: Readonly<Record<string, string>> }
  /** Says nothing until the client leaves. */
  | { readonly silent: true }
  /** Sends the JSON in pieces with so many milliseconds between them. */
  | { readonly json: unknown; readonly pieceMs: number };

export interface LoopbackModel {
  /** Base of the Messages API; `${url}/v1` is that of chat completions. */
  readonly url: string;
  readonly asked: readonly AskedQuestion[];
  /** Why a request was refused as malformed, if any was: a test must look. */
  readonly malformed: readonly string[];
  readonly close: () => Promise<void>;
}

const Part = z.union([
  z.string(),
  z.array(z.looseObject({ type: z.string(), text: z.string().optional(), content: z.unknown().optional() })),
]);
const ChatRequest = z.looseObject({
  model: z.string(),
  stream: z.literal(true),
  messages: z.array(z.looseObject({ role: z.enum(["system", "user", "assistant"]), content: z.string() })).min(2),
});
const MessagesRequest = z.looseObject({
  model: z.string(),
  max_tokens: z.number(),
  stream: z.literal(true),
  system: Part.optional(),
  messages: z.array(z.looseObject({ role: z.enum(["system", "user", "assistant"]), content: Part })).min(1),
  tools: z.array(z.looseObject({ name: z.string() })).optional(),
});

/**
 * A model on loopback for tests: it speaks OpenAI's chat completions and Anthropic's Messages, both streamed, and answers
 * what the test says. Requests that the real servers would refuse are refused and noted.
 */
export async function startLoopbackModel(
  answer: (asked: AskedQuestion) => LoopbackAnswer | Promise<LoopbackAnswer>,
): Promise<LoopbackModel> {
  const asked: AskedQuestion[] = [];
  const malformed: string[] = [];
  const server = createServer((request, response) => {
    void serve(request, response).catch((error: unknown) => {
      malformed.push(String(error));
      response.destroy();
    });
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const text = Buffer.concat(chunks).toString("utf8");
    const path = new URL(request.url ?? "/", "http://loopback").pathname;
    if (request.method !== "POST") {
      end(response, 404, { error: { message: "no such page" } });
      return;
    }
    if (path.endsWith("/count_tokens")) {
      end(response, 200, { input_tokens: Math.ceil(text.length / 4) });
      return;
    }
    const number = asked.length + 1;
    const protocol = path.endsWith("/chat/completions") ? "openai" : "anthropic";
    const body: unknown = JSON.parse(text);
    const read = protocol === "openai" ? ChatRequest.safeParse(body) : MessagesRequest.safeParse(body);
    if (!read.success) {
      malformed.push(z.prettifyError(read.error));
      end(response, 400, { error: { type: "invalid_request_error", message: z.prettifyError(read.error) } });
      return;
    }
    const question = questionOf({ protocol, body, number, headers: request.headers });
    asked.push(question);
    const given = await answer(question);
    const hasTool = JSON.stringify(read.data["tools"] ?? "").includes('"StructuredOutput"');
    if (protocol === "openai") await sendChat(response, given);
    else await sendMessages(response, given, { model: read.data.model, hasTool, isAnswered: hasToolResult(body) });
  }

  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    asked,
    malformed,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function questionOf(given: Pick<AskedQuestion, "protocol" | "body" | "number" | "headers">): AskedQuestion {
  const { messages, system } = z
    .looseObject({ system: Part.optional(), messages: z.array(z.looseObject({ role: z.string(), content: Part })) })
    .parse(given.body);
  const spoken = messages.filter(({ role }) => role !== "system");
  const systems = messages.filter(({ role }) => role === "system").map(({ content }) => textOf(content));
  return {
    ...given,
    system: [textOf(system ?? ""), ...systems].join("\n"),
    turns: spoken.map(({ role, content }) => `${role}: ${textOf(content)}`),
  };
}

function textOf(part: z.infer<typeof Part>): string {
  return typeof part === "string"
    ? part
    : part.map((block) => block.text ?? JSON.stringify(block.content ?? "")).join("\n");
}

/** Whether the structured answer was given already: Claude Code asks once more then, to end the turn. */
function hasToolResult(body: unknown): boolean {
  return JSON.stringify(body).includes('"tool_result"');
}

function end(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}

function contentOf(answer: LoopbackAnswer): string {
  if ("json" in answer) return JSON.stringify(answer.json);
  if ("text" in answer) return answer.text;
  if ("cut" in answer) return answer.cut;
  return "drop" in answer ? answer.drop : "";
}

/** Pieces of a text: as many as it takes to see that it streams, or a few for a slow one. */
function piecesOf(answer: LoopbackAnswer): readonly string[] {
  const text = contentOf(answer);
  const size = Math.max(1, Math.ceil(text.length / 4));
  return Array.from({ length: Math.ceil(text.length / size) }, (_none, index) =>
    text.slice(index * size, (index + 1) * size),
  );
}

function pause(answer: LoopbackAnswer): Promise<void> {
  const ms = "pieceMs" in answer ? answer.pieceMs : 0;
  return ms === 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms));
}

async function sendChat(response: ServerResponse, answer: LoopbackAnswer): Promise<void> {
  if ("silent" in answer) return;
  if ("status" in answer) {
    response.writeHead(answer.status, { "content-type": "application/json", ...answer.headers });
    response.end(JSON.stringify({ error: { message: answer.message, type: "error" } }));
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  const send = (chunk: object) =>
    response.write(
      `data: ${JSON.stringify({ id: "c1", object: "chat.completion.chunk", created: 0, model: "loopback", ...chunk })}\n\n`,
    );
  for (const content of piecesOf(answer)) {
    send({ choices: [{ index: 0, delta: { content }, finish_reason: null }] });
    await pause(answer);
  }
  if ("drop" in answer) {
    response.destroy();
    return;
  }
  send({ choices: [{ index: 0, delta: {}, finish_reason: "cut" in answer ? "length" : "stop" }] });
  send({ choices: [], usage: { prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 } });
  response.end("data: [DONE]\n\n");
}

interface MessagesContext {
  readonly model: string;
  readonly hasTool: boolean;
  readonly isAnswered: boolean;
}

async function sendMessages(
  response: ServerResponse,
  answer: LoopbackAnswer,
  { model, hasTool, isAnswered }: MessagesContext,
): Promise<void> {
  if ("silent" in answer) return;
  if ("status" in answer) {
    response.writeHead(answer.status, { "content-type": "application/json", ...answer.headers });
    response.end(JSON.stringify({ type: "error", error: { type: "error", message: answer.message } }));
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  const send = (type: string, data: object) =>
    response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
  const usage = { input_tokens: 11, output_tokens: 1 };
  const message = {
    id: "m1",
    type: "message",
    role: "assistant",
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage,
  };
  send("message_start", { message });
  const asTool = "json" in answer && hasTool && !isAnswered;
  const block = asTool
    ? { type: "tool_use", id: "t1", name: "StructuredOutput", input: {} }
    : { type: "text", text: "" };
  send("content_block_start", { index: 0, content_block: block });
  for (const piece of piecesOf(answer)) {
    const delta = asTool ? { type: "input_json_delta", partial_json: piece } : { type: "text_delta", text: piece };
    send("content_block_delta", { index: 0, delta });
    await pause(answer);
  }
  if ("drop" in answer) {
    response.destroy();
    return;
  }
  send("content_block_stop", { index: 0 });
  const reason = asTool ? "tool_use" : "cut" in answer ? "max_tokens" : "end_turn";
  send("message_delta", { delta: { stop_reason: reason, stop_sequence: null }, usage: { output_tokens: 7 } });
  send("message_stop", {});
  response.end();
}
