import OpenAI, { APIConnectionError, APIError } from "openai";
import { messageOf, TrigateError } from "../errors/trigate-error.ts";
import {
  type AskOptions,
  type Model,
  type ModelAnswer,
  type ModelQuestion,
  type ModelUsage,
  NO_USAGE,
} from "./model.ts";

/** How an endpoint is told what shape the answer has. Not every server knows every way. */
export type AnswerFormat = "json_schema" | "json_object" | "none";

export interface OpenAiModelSettings {
  /** Up to and with the version, such as `http://127.0.0.1:8080/v1`. */
  readonly baseUrl: string;
  readonly model: string;
  /** The key itself; local servers need none. */
  readonly apiKey: string | undefined;
  readonly temperature?: number | undefined;
  readonly maxTokens?: number | undefined;
  /** Silence longer than this ends the question. */
  readonly silenceMs: number;
  /** How often a busy or failing server is asked again. */
  readonly retries: number;
}

const FORMATS: readonly AnswerFormat[] = ["json_schema", "json_object", "none"];
const REFUSED = new Set([401, 403]);
const BUSY = new Set([429, 503, 529]);

/**
 * A model behind an endpoint that speaks OpenAI's chat completions. The answer is streamed, so that a silent server is told
 * from a slow one. A server that refuses a schema is asked again without, and the next questions spare it that.
 */
export class OpenAiModel implements Model {
  readonly name: string;
  readonly #settings: OpenAiModelSettings;
  readonly #client: OpenAI;
  #format: AnswerFormat = "json_schema";

  constructor(settings: OpenAiModelSettings) {
    this.#settings = settings;
    this.name = `${settings.model} at ${settings.baseUrl}`;
    this.#client = new OpenAI({
      baseURL: settings.baseUrl,
      // The client insists on a key; servers that need none ignore it.
      apiKey: settings.apiKey ?? "none",
      maxRetries: settings.retries,
      timeout: settings.silenceMs,
    });
  }

  preview(question: ModelQuestion): unknown {
    return { method: "POST", url: `${this.#settings.baseUrl}/chat/completions`, body: this.#body(question) };
  }

  async ask(question: ModelQuestion, options: AskOptions): Promise<ModelAnswer> {
    for (;;) {
      try {
        return await this.#stream(question, options);
      } catch (error) {
        options.signal.throwIfAborted();
        if (!this.#hasOtherFormat(error)) throw this.#named(error);
        options.onProgress({ type: "waiting", reason: `${this.name} takes no ${this.#format}; asking without` });
        this.#format = FORMATS[FORMATS.indexOf(this.#format) + 1] ?? "none";
      }
    }
  }

  async #stream(question: ModelQuestion, { signal, onProgress }: AskOptions): Promise<ModelAnswer> {
    const silence = new SilenceWatch(this.#settings.silenceMs);
    let answer: StreamedAnswer = { text: "", finish: undefined, usage: NO_USAGE, model: this.#settings.model };
    try {
      const stream = await this.#client.chat.completions.create(this.#body(question), {
        signal: AbortSignal.any([signal, silence.signal]),
      });
      for await (const chunk of stream) {
        silence.heard();
        answer = withChunk(answer, chunk);
        onProgress({ type: "writing", characters: answer.text.length });
      }
    } finally {
      silence.stop();
    }
    if (silence.signal.aborted) throw silence.signal.reason;
    signal.throwIfAborted();
    // A stream that ends without saying why was cut by the network.
    return { ...answer, finish: answer.finish ?? "length" };
  }

  #body({ system, turns, schema }: ModelQuestion) {
    const { model, temperature, maxTokens } = this.#settings;
    const shape = `Answer with one JSON value and nothing else. It must fit this JSON Schema:\n${JSON.stringify(schema.json)}`;
    return {
      model,
      stream: true as const,
      stream_options: { include_usage: true },
      ...(temperature === undefined ? {} : { temperature }),
      ...(maxTokens === undefined ? {} : { max_completion_tokens: maxTokens }),
      messages: [
        { role: "system" as const, content: `${system}\n\n${shape}` },
        ...turns.map(({ role, text }) => ({ role, content: text })),
      ],
      ...this.#responseFormat(schema),
    };
  }

  #responseFormat({ name, json }: ModelQuestion["schema"]) {
    if (this.#format === "none") return {};
    if (this.#format === "json_object") return { response_format: { type: "json_object" as const } };
    return { response_format: { type: "json_schema" as const, json_schema: { name, schema: { ...json } } } };
  }

  /** A server that does not know the way of saying the shape answers 400 or 422 and names the field. */
  #hasOtherFormat(error: unknown): boolean {
    if (this.#format === "none" || !(error instanceof APIError)) return false;
    return (error.status === 400 || error.status === 422) && /response_format|json_schema|schema/i.test(error.message);
  }

  #named(error: unknown): TrigateError {
    const status: unknown = error instanceof APIError ? error.status : undefined;
    const details = { model: this.name, problem: causeOf(error) };
    if (typeof status === "number" && REFUSED.has(status))
      return new TrigateError("model/refused", details, { cause: error });
    if (typeof status === "number" && BUSY.has(status))
      return new TrigateError("model/busy", details, { cause: error });
    return new TrigateError("model/unreachable", details, { cause: error });
  }
}

type StreamedAnswer = Omit<ModelAnswer, "finish"> & { readonly finish: ModelAnswer["finish"] | undefined };

function withChunk(
  answer: StreamedAnswer,
  { choices: [choice], model, usage }: OpenAI.ChatCompletionChunk,
): StreamedAnswer {
  const reason = choice?.finish_reason ?? undefined;
  const ending = reason === "length" ? "length" : "stop";
  return {
    text: answer.text + (choice?.delta.content ?? ""),
    finish: reason === undefined ? answer.finish : ending,
    usage: usageOf(usage) ?? answer.usage,
    model: model || answer.model,
  };
}

/** Aborts when nothing was heard for too long. */
class SilenceWatch {
  readonly #silenceMs: number;
  readonly #controller = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(silenceMs: number) {
    this.#silenceMs = silenceMs;
    this.heard();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  heard(): void {
    this.stop();
    this.#timer = setTimeout(() => this.#controller.abort(new Silence(this.#silenceMs)), this.#silenceMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

class Silence extends Error {
  constructor(silenceMs: number) {
    super(`nothing came for ${Math.round(silenceMs / 1000)} s`);
    this.name = "Silence";
  }
}

function usageOf(
  usage: { prompt_tokens: number; completion_tokens: number } | null | undefined,
): ModelUsage | undefined {
  if (usage === null || usage === undefined) return undefined;
  return { inputTokens: usage.prompt_tokens, outputTokens: usage.completion_tokens };
}

/** A connection that fails says why only in its cause. */
function causeOf(error: unknown): string {
  const isConnection =
    error instanceof APIConnectionError && error.cause instanceof Error && error.cause.message !== "";
  return messageOf(isConnection ? error.cause : error);
}
