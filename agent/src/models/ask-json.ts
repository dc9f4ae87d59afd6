import { z } from "zod";
import { TrigateError } from "../errors/trigate-error.ts";
import { answerJson } from "./answer-json.ts";
import {
  addUsage,
  type AskOptions,
  firstOf,
  type Model,
  type ModelQuestion,
  type ModelTurn,
  type ModelUsage,
  NO_USAGE,
} from "./model.ts";
import type { KeptAnswers } from "./unfinished-answers.ts";

/** A question, the shape of its answer, and what else must be true of it. */
export interface JsonQuestion<Output> {
  readonly system: string;
  readonly prompt: string;
  readonly name: string;
  readonly schema: z.ZodType<Output>;
  /** What is wrong with an answer of the right shape, in words that help the model to mend it; none when it is right. */
  readonly problems: (output: Output) => readonly string[];
  readonly research: boolean;
  /** How often a wrong answer is sent back, the first question included. At least 1. */
  readonly attempts: number;
}

export interface RightAnswer<Output> {
  readonly output: Output;
  readonly usage: ModelUsage;
  /** How many answers it took; 0 for one that was kept. */
  readonly attempts: number;
  readonly model: string;
}

export interface AskJsonOptions extends AskOptions {
  /** Right answers of a try that did not come to its end. */
  readonly kept?: KeptAnswers | undefined;
}

/** More problems than this help no model; the rest shows itself in the next round. */
const MOST_PROBLEMS = 20;
/** A wrong answer is shown to the model again up to this length. */
const LONGEST_QUOTE = 20_000;

/**
 * Asks until the answer has the right shape and breaks no rule. A wrong one is sent back with what is wrong; after so many
 * attempts it throws `model/wrong-answer` with the last problems. Nothing of a wrong answer is ever handed on.
 */
export async function askJson<Output>(
  model: Model,
  question: JsonQuestion<Output>,
  options: AskJsonOptions,
): Promise<RightAnswer<Output>> {
  const kept = await keptAnswer(model, question, options.kept);
  if (kept !== undefined) return { output: kept, usage: NO_USAGE, attempts: 0, model: model.name };
  let usage = NO_USAGE;
  let turns: readonly ModelTurn[] = [{ role: "user", text: question.prompt }];
  let problems: readonly string[] = [];
  for (let attempt = 1; attempt <= question.attempts; attempt++) {
    options.signal.throwIfAborted();
    options.onProgress({ type: "asked", attempt, attempts: question.attempts });
    const answer = await model.ask(questionWith(question, turns), options);
    usage = addUsage(usage, answer.usage);
    const read = readAnswer(question, answer.text, answer.finish);
    if (read.ok) {
      await options.kept?.put(model.name, firstQuestion(question), answer.text);
      return { output: read.output, usage, attempts: attempt, model: answer.model };
    }
    problems = read.problems;
    options.onProgress({ type: "wrong", problem: firstOf(problems) });
    turns = [turns[0] ?? { role: "user", text: question.prompt }, ...correction(answer.text, problems)];
  }
  throw new TrigateError("model/wrong-answer", {
    model: model.name,
    attempts: question.attempts,
    problem: firstOf(problems),
  });
}

async function keptAnswer<Output>(
  model: Model,
  question: JsonQuestion<Output>,
  kept: KeptAnswers | undefined,
): Promise<Output | undefined> {
  const text = await kept?.get(model.name, firstQuestion(question));
  const read = text === undefined ? undefined : readAnswer(question, text, "stop");
  return read?.ok === true ? read.output : undefined;
}

/** The question as the model gets it first: what a dry run shows. */
export function firstQuestion<Output>(question: JsonQuestion<Output>): ModelQuestion {
  return questionWith(question, [{ role: "user", text: question.prompt }]);
}

function questionWith<Output>(
  { system, schema, name, research }: JsonQuestion<Output>,
  turns: readonly ModelTurn[],
): ModelQuestion {
  const json = z.toJSONSchema(schema, { target: "draft-7", io: "input", unrepresentable: "any" });
  return { system, turns, schema: { name, json: { ...json } }, research };
}

type Read<Output> =
  | { readonly ok: true; readonly output: Output }
  | { readonly ok: false; readonly problems: readonly string[] };

function readAnswer<Output>(
  { schema, problems }: JsonQuestion<Output>,
  text: string,
  finish: "stop" | "length",
): Read<Output> {
  const json = answerJson(text);
  if (!json.ok) {
    const cut = finish === "length" ? "the answer was cut off because it was too long; answer with shorter texts" : "";
    return { ok: false, problems: [cut, json.problem].filter((problem) => problem !== "") };
  }
  const read = schema.safeParse(json.value);
  if (!read.success) return { ok: false, problems: issuesOf(read.error) };
  const broken = problems(read.data);
  return broken.length === 0
    ? { ok: true, output: read.data }
    : { ok: false, problems: broken.slice(0, MOST_PROBLEMS) };
}

function issuesOf(error: z.ZodError): readonly string[] {
  return error.issues
    .slice(0, MOST_PROBLEMS)
    .map(({ path, message }) => `${path.length === 0 ? "the answer" : path.join(".")}: ${message}`);
}

function correction(answer: string, problems: readonly string[]): readonly ModelTurn[] {
  const list = problems.map((problem) => `- ${problem}`).join("\n");
  const text = `That answer cannot be used:\n${list}\n\nAnswer again with the whole JSON, mended, and nothing else.`;
  return [
    { role: "assistant", text: answer.trim() === "" ? "(no answer)" : answer.slice(0, LONGEST_QUOTE) },
    { role: "user", text },
  ];
}
