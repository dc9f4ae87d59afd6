import { z } from "zod";
import { messageOf, TrigateError } from "../errors/trigate-error.ts";
import { leavingNoVariables } from "../platform/own-environment.ts";
import { claudeEnvironment, findClaude } from "./find-claude.ts";
import type { AskOptions, Model, ModelAnswer, ModelQuestion, ModelTurn } from "./model.ts";

export interface ClaudeModelSettings {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Folder that Claude Code believes to work in. It gets no tool that could read it. */
  readonly cwd: string;
  /** Path of the program; by default the one that is found. */
  readonly program?: string | undefined;
  /** Name of a model; by default the user's own choice. */
  readonly model?: string | undefined;
  /** Silence longer than this ends the question. */
  readonly silenceMs: number;
  /** How often a busy or failing service is asked again. */
  readonly retries: number;
}

/** A wrong answer of Claude Code's own structured output is mended by it; more rounds than this are ours to decide. */
const TURNS = 6;
/** With research it looks things up between. */
const RESEARCH_TURNS = 30;
const RESEARCH_TOOLS = ["WebSearch", "WebFetch"];

const Retry = z.object({
  type: z.literal("system"),
  subtype: z.literal("api_retry"),
  attempt: z.number(),
  error: z.string(),
});
const Delta = z.object({
  type: z.literal("stream_event"),
  event: z.object({
    type: z.literal("content_block_delta"),
    delta: z.object({ text: z.string().optional(), partial_json: z.string().optional() }),
  }),
});
const Result = z.object({
  type: z.literal("result"),
  subtype: z.string(),
  is_error: z.boolean().default(false),
  result: z.string().default(""),
  structured_output: z.unknown().optional(),
  stop_reason: z.string().nullish(),
  api_error_status: z.number().nullish(),
  errors: z.array(z.unknown()).optional(),
  total_cost_usd: z.number().optional(),
  usage: z
    .object({ input_tokens: z.number(), output_tokens: z.number() })
    .default({ input_tokens: 0, output_tokens: 0 }),
  modelUsage: z.record(z.string(), z.unknown()).default({}),
});
type Result = z.infer<typeof Result>;

/**
 * The user's own Claude Code, asked for one answer: no tools (with research only those that look things up), no settings of the
 * project, no session left behind. It is driven through Anthropic's Agent SDK, which is installed beside it and not shipped.
 */
export class ClaudeModel implements Model {
  readonly name = "claude";
  readonly #settings: ClaudeModelSettings;

  constructor(settings: ClaudeModelSettings) {
    this.#settings = settings;
  }

  preview(question: ModelQuestion): unknown {
    return {
      program: this.#settings.program ?? "claude",
      prompt: promptOf(question.turns),
      options: this.#asked(question),
    };
  }

  ask(question: ModelQuestion, options: AskOptions): Promise<ModelAnswer> {
    return leavingNoVariables(isTrace, () => this.#ask(question, options));
  }

  async #ask(question: ModelQuestion, { signal, onProgress }: AskOptions): Promise<ModelAnswer> {
    const { query } = await loadSdk();
    const program = await findClaude(this.#settings.env, this.#settings.program);
    const watch = new Watch(signal, this.#settings.silenceMs);
    const heard = new Heard(onProgress);
    try {
      const messages = query({
        prompt: promptOf(question.turns),
        options: {
          ...this.#asked(question),
          env: { ...claudeEnvironment(this.#settings.env), CLAUDE_CODE_MAX_RETRIES: String(this.#settings.retries) },
          cwd: this.#settings.cwd,
          pathToClaudeCodeExecutable: program,
          abortController: watch.controller,
        },
      });
      for await (const message of messages) {
        watch.heard();
        heard.take(message);
        // It asks ten times more with a key that was refused, for minutes.
        if (heard.isRefused) throw this.#refused("the key was refused");
      }
    } catch (error) {
      // An error result is handed out first and thrown then; it says more than what is thrown.
      if (error instanceof TrigateError || heard.result === undefined) throw this.#named(error, watch, signal);
    } finally {
      watch.stop();
    }
    signal.throwIfAborted();
    if (heard.result === undefined) throw this.#unreachable("it ended without an answer");
    return this.#answerOf(heard.result);
  }

  #asked({ system, schema, research }: ModelQuestion) {
    const tools = research ? RESEARCH_TOOLS : [];
    return {
      systemPrompt: system,
      tools,
      allowedTools: tools,
      settingSources: [],
      strictMcpConfig: true,
      persistSession: false,
      includePartialMessages: true,
      maxTurns: research ? RESEARCH_TURNS : TURNS,
      ...(this.#settings.model === undefined ? {} : { model: this.#settings.model }),
      outputFormat: { type: "json_schema" as const, schema: { ...schema.json } },
    };
  }

  #answerOf(result: Result): ModelAnswer {
    const { structured_output: structured, usage, total_cost_usd: costUsd, modelUsage } = result;
    if (structured === undefined && result.is_error) throw this.#errorOf(result, result.api_error_status);
    return {
      text: structured === undefined ? result.result : JSON.stringify(structured),
      finish: result.stop_reason === "max_tokens" ? "length" : "stop",
      usage: { inputTokens: usage.input_tokens, outputTokens: usage.output_tokens, costUsd },
      model: Object.keys(modelUsage)[0] ?? this.name,
    };
  }

  #errorOf(result: Result, status: number | null | undefined): TrigateError {
    const problem = result.result || `it ended as ${result.subtype}`;
    if (status === 401 || status === 403) return this.#refused(problem);
    if (status === 429 || status === 529) return new TrigateError("model/busy", { model: this.name, problem });
    return this.#unreachable(problem);
  }

  #named(error: unknown, watch: Watch, signal: AbortSignal): unknown {
    if (signal.aborted) return signal.reason;
    if (error instanceof TrigateError) return error;
    return this.#unreachable(
      watch.isSilent ? `nothing came for ${this.#settings.silenceMs / 1000} s` : messageOf(error),
    );
  }

  #refused(problem: string): TrigateError {
    return new TrigateError("model/refused", { model: this.name, problem });
  }

  #unreachable(problem: string): TrigateError {
    return new TrigateError("model/unreachable", { model: this.name, problem });
  }
}

/** What was heard so far; of some forty kinds of messages three are of interest. */
class Heard {
  result: Result | undefined;
  isRefused = false;
  #characters = 0;
  readonly #tell: AskOptions["onProgress"];

  constructor(tell: AskOptions["onProgress"]) {
    this.#tell = tell;
  }

  take(message: unknown): void {
    const delta = Delta.safeParse(message).data?.event.delta;
    if (delta !== undefined) {
      this.#characters += (delta.text ?? delta.partial_json ?? "").length;
      this.#tell({ type: "writing", characters: this.#characters });
    }
    const retry = Retry.safeParse(message).data;
    if (retry !== undefined) {
      this.#tell({ type: "waiting", reason: `${retry.error}, attempt ${retry.attempt}` });
      this.isRefused ||= retry.error === "authentication_failed";
    }
    this.result = Result.safeParse(message).data ?? this.result;
  }
}

/** Ends the session when the caller gives up, or when nothing comes for too long. */
class Watch {
  readonly controller = new AbortController();
  isSilent = false;
  readonly #silenceMs: number;
  readonly #signal: AbortSignal;
  readonly #abort = () => this.controller.abort();
  #timer: NodeJS.Timeout | undefined;

  constructor(signal: AbortSignal, silenceMs: number) {
    this.#signal = signal;
    this.#silenceMs = silenceMs;
    if (signal.aborted) this.#abort();
    signal.addEventListener("abort", this.#abort, { once: true });
    this.heard();
  }

  heard(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.isSilent = true;
      this.#abort();
    }, this.#silenceMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#signal.removeEventListener("abort", this.#abort);
    this.#abort();
  }
}

/** Variables that the SDK sets in whoever loads it. */
function isTrace(name: string): boolean {
  return name.startsWith("CLAUDE_") || name === "NoDefaultCurrentDirectoryInExePath";
}

/** Each question is a session of its own, so what was said before is told as text. */
function promptOf(turns: readonly ModelTurn[]): string {
  const [first, ...later] = turns;
  const told = later.map(({ role, text }) => (role === "assistant" ? `Your answer before was:\n\n${text}` : text));
  return [first?.text ?? "", ...told].join("\n\n---\n\n");
}

async function loadSdk() {
  try {
    return await import("@anthropic-ai/claude-agent-sdk/core");
  } catch (error) {
    throw new TrigateError(
      "model/missing",
      { problem: `Anthropic's Agent SDK is not installed (${messageOf(error)})` },
      { cause: error },
    );
  }
}
