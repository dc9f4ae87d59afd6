/** One turn of a conversation with a model. */
export interface ModelTurn {
  readonly role: "user" | "assistant";
  readonly text: string;
}

/** A question whose answer is to be JSON of a given shape. */
export interface ModelQuestion {
  /** Who the model is to be and what its answers must hold to. */
  readonly system: string;
  /** Begins and ends with the user. */
  readonly turns: readonly ModelTurn[];
  /** JSON Schema of the answer; `name` is a short identifier of it. */
  readonly schema: { readonly name: string; readonly json: Readonly<Record<string, unknown>> };
  /** Whether the model may look things up outside what it was told, where it can. */
  readonly research: boolean;
}

/** What an answer cost. Numbers that the model's server does not tell are 0, and `costUsd` is left out. */
export interface ModelUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUsd?: number | undefined;
}

/** An answer as it came. It is data of an untrusted source until a schema has read it. */
export interface ModelAnswer {
  readonly text: string;
  /** `length` when the model stopped because it ran out of tokens: the text is cut off. */
  readonly finish: "stop" | "length";
  readonly usage: ModelUsage;
  /** Name of the model that answered. */
  readonly model: string;
}

/** What is told while an answer is being written. */
export type ModelProgress =
  | { readonly type: "asked"; readonly attempt: number; readonly attempts: number }
  | { readonly type: "writing"; readonly characters: number }
  | { readonly type: "waiting"; readonly reason: string }
  | { readonly type: "wrong"; readonly problem: string };

export interface AskOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: ModelProgress) => void;
}

/**
 * A language model, wherever it runs. `ask` throws `model/unreachable` (no connection, silence), `model/refused` (key or
 * rights), `model/busy` (limits of use, overload) and, when the signal fires, `run/cancelled`.
 */
export interface Model {
  /** What to call it in messages, such as `claude` or `qwen3 at http://127.0.0.1:8080/v1`. */
  readonly name: string;
  ask(question: ModelQuestion, options: AskOptions): Promise<ModelAnswer>;
  /** What `ask` would send, without credentials: for a dry run. */
  preview(question: ModelQuestion): unknown;
}

/** The sum of what several answers cost. */
export function addUsage(a: ModelUsage, b: ModelUsage): ModelUsage {
  const costs = [a.costUsd, b.costUsd].filter((cost) => cost !== undefined);
  return {
    inputTokens: a.inputTokens + b.inputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
    ...(costs.length === 0 ? {} : { costUsd: costs.reduce((sum, cost) => sum + cost, 0) }),
  };
}

export const NO_USAGE: ModelUsage = { inputTokens: 0, outputTokens: 0 };

/** How many of a list of problems people are shown; the model gets them all. */
const SHOWN_PROBLEMS = 3;

/** The first problems in one line, and how many more there are. */
export function firstOf(problems: readonly string[]): string {
  const more = problems.length - SHOWN_PROBLEMS;
  return problems.slice(0, SHOWN_PROBLEMS).join("; ") + (more > 0 ? `; and ${more} more` : "");
}
